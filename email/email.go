// Package email writes to the customer as the order progresses: thanks for the order, pick a delivery time, your delivery
// is booked. Mails are text and HTML, in the language of the market.
//
// It guarantees: what a customer typed appears in a mail as typed, never as markup or a header; no text of a customer is
// in a subject; and each mail has a Message-ID made from the event that caused it, so that a mail sent twice is
// recognized as one. A mail about a past status is not sent. It does not know receipts: the caller of a handler checks
// the event's receipt first. The mail provider's callbacks say what became of a mail.
package email

import (
	"context"
	"strings"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/ref"
)

// Message is a mail ready to be sent.
type Message struct {
	ID      string // the local part of the Message-ID: letters, digits, dots, dashes and underscores
	To      string
	ToName  string
	ReplyTo string // where answers go; "" for the sender
	Subject string
	Text    string
	HTML    string
	Test    bool // of a test order: goes to the built-in receiver only

	Attached []Attachment
}

// Attachment is a file that is sent with a mail.
type Attachment struct {
	Name, Type string // the file's name, in ASCII, and its content type
	Data       []byte
}

// Mailer passes mails to a mail server. Its calls are bounded in time.
type Mailer interface {
	// Send delivers a message to the mail server. An address that the server refuses for good is fault.Invalid.
	Send(ctx context.Context, m Message) error
	// Preview returns where a person can read the message with this ID, or "" if there is no such place.
	Preview(id string, test bool) string
}

// Links makes the signed links in mails. They are the keys to an order.
type Links interface {
	Tracking(o ref.Order) string
	Delivery(o ref.Order) string
}

// Market is how the shop writes to the customers of a market.
type Market struct {
	Language string // one of Languages
	Zone     *time.Location
	Contact  Contact
	TaxTexts map[string]map[string]string // what a bill says of taxes, by "VAT exempt", then by language
	Charges  map[string]map[string]string // what charges are called, by their names, then by language
	Country  string                       // whose addresses its customers have; "" for none known
}

// Contact is whom customers can ask, as a market names it. Answers to its mails go to Email.
type Contact struct{ Email, Phone string }

// Dial is the telephone number as a link dials it: its digits and plus sign.
func (c Contact) Dial() string {
	return strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, c.Phone)
}

// Product is a product in a mail: its name by language.
type Product struct{ Name map[string]string }

// Store is what the service needs of the database.
type Store interface {
	// OrderRef returns an order's reference, or fault.NotFound.
	OrderRef(ctx context.Context, orderID int64) (ref.Order, error)
	// ReportMail keeps with its order what became of a mail. One that the shop has not sent about an order, or whose order is
	// archived, is fault.NotFound.
	ReportMail(ctx context.Context, r Report) error
}

// Service is the email service. All fields but Orders and Reported must be set.
type Service struct {
	Store    Store
	Mailer   Mailer
	Orders   Orders // nil: mails are sent whatever the status of their orders
	Links    Links
	Rules    Rulebook
	Verify   callbacks.Verifier // of the mail provider's callbacks
	Reported func(state string) // counts a report of the mail provider; nil counts nothing
	Now      func() time.Time
}

// Rules is how mails are written for each market, and the names of products and offers.
type Rules struct {
	Version  int64
	Markets  map[string]Market
	Products map[string]Product           // by SKU; an unknown SKU is its own name
	Offers   map[string]map[string]string // names of offers by language
}

// Rulebook has the rules in all versions.
type Rulebook interface {
	// Active returns the active rules, or fault.Unavailable while this process can read none.
	Active() (*Rules, error)
	// Of returns the rules that an order was made under: its mails are written by them.
	Of(ctx context.Context, version int64) (*Rules, error)
}

// Active returns r, which is a rulebook of one version.
func (r *Rules) Active() (*Rules, error) { return r, nil }

// Of returns r for any version.
func (r *Rules) Of(context.Context, int64) (*Rules, error) { return r, nil }

// Package email writes to the customer as the order goes on: thanks for the order, pick a delivery time, your delivery
// is booked. Mails are text and HTML, in the language of the market.
//
// It guarantees: what a customer typed appears in a mail as typed, never as markup and never as a header; no text of a
// customer is in a subject; and each mail has a Message-ID made of the event that caused it, so that a mail that is
// sent twice is recognized as one. A mail about a state that has passed meanwhile is not sent. It does not
// know receipts: the caller of a handler looks at the event's receipt first.
package email

import (
	"context"
	"time"

	"acme.example/webshop/ref"
)

// Message is one mail, ready to be sent.
type Message struct {
	ID      string // the local part of the Message-ID: letters, digits, dots, dashes and underscores
	To      string
	ToName  string
	Subject string
	Text    string
	HTML    string
	Test    bool // of a test order: goes to the built-in receiver, never to the world
}

// Mailer hands mails to a mail server. Its calls are bounded in time.
type Mailer interface {
	// Send delivers a message to the mail server. An address that the server refuses for good is fault.Invalid.
	Send(ctx context.Context, m Message) error
	// Preview is where a person can read the message with this ID, or "" where there is no such place.
	Preview(id string, test bool) string
}

// Links makes the signed links that mails hold. They are the keys to an order.
type Links interface {
	Tracking(o ref.Order) string
	Delivery(o ref.Order) string
}

// Market is how the shop speaks to the customers of a market.
type Market struct {
	Language string // one of Languages
	Zone     *time.Location
}

// Product is what a mail says of a piece: its name by language.
type Product struct{ Name map[string]string }

// Store is what the service needs of the database.
type Store interface {
	// OrderRef returns an order's reference, or fault.NotFound.
	OrderRef(ctx context.Context, orderID int64) (ref.Order, error)
}

// Service is the email service. All fields but Orders must be set.
type Service struct {
	Store  Store
	Mailer Mailer
	Orders Orders // nil: mails are sent whatever became of their orders
	Links  Links
	Rules  Rulebook
	Now    func() time.Time
}

// Rules is how mails speak to each market, and of what is sold.
type Rules struct {
	Version  int64
	Markets  map[string]Market
	Products map[string]Product           // by SKU; an unknown SKU stands for itself
	Offers   map[string]map[string]string // what each offer is called, by language
}

// Rulebook holds the rules in all their versions.
type Rulebook interface {
	// Active returns the rules that hold now, or fault.Unavailable while this process has none that it can read.
	Active() (*Rules, error)
	// Of returns the rules that an order was made under: its mails go by them, whatever holds by then.
	Of(ctx context.Context, version int64) (*Rules, error)
}

// Active returns the rules: by themselves they are a book of one version.
func (r *Rules) Active() (*Rules, error) { return r, nil }

// Of returns the rules, whichever version is asked for.
func (r *Rules) Of(context.Context, int64) (*Rules, error) { return r, nil }

package email

import (
	"cmp"
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/texts"
	"acme.example/webshop/ref"
)

// content is the data of one mail for the templates. A customer's texts are as typed. Fields that a mail does not have
// are empty.
type content struct {
	Kind          event.Type
	Event         event.Event // of this kind
	Language      string
	OrderID       int64
	Ref           ref.Order
	Name, Email   string
	Test          bool
	Items         []item
	Sums          []sum // between the items and the total
	Total         string
	PurchaseOrder string // the business's own number for the order
	Included      string // the taxes included in the total
	When          string
	Was           string   // when the delivery was booked for before
	Where         []string // the address of delivery, in lines
	Notes, Gift   string   // what the driver should know, and a message for the recipient
	Reason        string   // why the order was cancelled; one of the keys after "cancelled."
	Refund        string   // the refunded amount
	ToPay         string   // the amount to pay
	GivenBack     string   // the amount that was given back
	Because       string   // why it was
	Arrives       string   // the key of when it arrives
	Parcel        string   // the delivery company's number for it
	ReceivedBy    string   // who took the order,
	LeftAt        string   // and where it was left
	Decided       string   // what was decided about a complaint,
	Answer        string   // and the words of the shop's staff
	Button        string   // the link of the button
	Tracking      string
	Number        string // of a document
	attached      []Attachment
	Contact       Contact // whom to ask
	language      language
	rules         *Rules // the version that the order was made under
}

// Word returns a text of the language, for templates.
func (l content) Word(key string, blanks ...any) (string, error) {
	return l.language.word(key, blanks...)
}

// Say returns a text of this kind of mail, for templates.
func (l content) Say(key string, blanks ...any) (string, error) {
	return l.language.word(string(l.Kind)+"."+key, blanks...)
}

// customer is the recipient of a mail.
type customer struct {
	order               ref.Order
	name, email, market string
	testID              int64
	language            string // what the customer reads; "" for the market's language
	rules               int64  // version of the rules that the order was made under
}

// content returns the common data of a mail in the customer's language, else in that of the customer's market, with the order's tracking link.
func (s *Service) content(ctx context.Context, e event.Event, c customer) (content, error) {
	l, err := s.contentOf(ctx, e.EventType(), e.Order(), c)
	l.Event = e
	return l, err
}

// contentOf is content of a mail about something that is no event.
func (s *Service) contentOf(ctx context.Context, kind event.Type, orderID int64, c customer) (content, error) {
	rules, err := s.Rules.Of(ctx, c.rules)
	if err != nil {
		return content{}, err
	}
	market, ok := rules.Markets[c.market]
	if !ok {
		return content{}, fault.InvalidField("market", "there is no market %q", c.market)
	}
	reads := c.language
	if _, ok := languages[reads]; !ok {
		reads = market.Language
	}
	spoken, ok := languages[reads]
	if !ok {
		return content{}, fault.New(fault.Internal, "there are no mails in the language %q", reads)
	}
	order := c.order.Or(orderID)
	tracking := s.Links.Tracking(order)
	return content{
		rules: rules, Kind: kind, Language: reads, language: spoken, OrderID: orderID, Ref: order,
		Name: c.name, Email: c.email, Test: c.testID != 0, Button: tracking, Tracking: tracking,
		Contact: market.Contact,
	}, nil
}

// items counts the pieces of each SKU, in the order of the cart.
func (l content) items(products event.Items) []item {
	var skus []string
	pieces := map[string]int{}
	for _, sku := range products.SKUs() {
		if sku == "" {
			continue
		}
		if pieces[sku]++; pieces[sku] == 1 {
			skus = append(skus, sku)
		}
	}
	var items []item
	for _, sku := range skus {
		items = append(items, item{Pieces: pieces[sku], Name: l.nameOf(sku)})
	}
	return items
}

// nameOf returns a product's name. An unknown SKU is its own name, since test orders may have any.
func (l content) nameOf(sku string) string {
	name := l.rules.Products[sku].Name
	return cmp.Or(name[l.Language], name[texts.Fallback], sku)
}

// when formats a time on the market's clock, with the year if it is not the current one.
func (s *Service) when(l content, market string, at time.Time) string {
	zone := l.rules.Markets[market].Zone
	at = at.In(zone)
	return l.language.when(at, at.Year() != s.Now().In(zone).Year())
}

// deliveredTo adds where and to whom an order is delivered.
func (l *content) deliveredTo(market, street, city string, a event.Address) {
	l.Where, l.Notes, l.Gift = a.Lines(street, city, l.rules.Markets[market].Country), a.DeliveryNotes, a.GiftMessage
}

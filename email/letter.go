package email

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// letter is what the templates know of one mail. Texts of the customer are as typed. What a mail does not tell is empty.
type letter struct {
	Kind        event.Type
	Event       event.Event // of this kind
	Language    string
	OrderID     int64
	Ref         ref.Order
	Name, Email string
	Test        bool
	Items       []item
	Sums        []sum // between the items and the total
	Total       string
	Included    string // the taxes that the total has in it
	When        string
	Reason      string // why the order was cancelled; one of the keys after "cancelled."
	Refund      string // the amount that is given back
	Button      string // where the button leads
	Tracking    string
	language    language
	rules       *Rules // that the order was made under
}

// Word is a text of the language, for templates.
func (l letter) Word(key string, blanks ...any) (string, error) {
	return l.language.word(key, blanks...)
}

// Say is a text that belongs to this kind of mail, for templates.
func (l letter) Say(key string, blanks ...any) (string, error) {
	return l.language.word(string(l.Kind)+"."+key, blanks...)
}

// customer is the recipient of a letter.
type customer struct {
	order               ref.Order
	name, email, market string
	testID              int64
	rules               int64 // version of the rules that the order was made under
}

// letter begins a letter in the language of the customer's market, with the order's tracking link.
func (s *Service) letter(ctx context.Context, e event.Event, c customer) (letter, error) {
	rules, err := s.Rules.Of(ctx, c.rules)
	if err != nil {
		return letter{}, err
	}
	market, ok := rules.Markets[c.market]
	if !ok {
		return letter{}, fault.InvalidField("market", "there is no market %q", c.market)
	}
	spoken, ok := languages[market.Language]
	if !ok {
		return letter{}, fault.New(fault.Internal, "there are no mails in the language %q", market.Language)
	}
	order := c.order.Or(e.Order())
	tracking := s.Links.Tracking(order)
	return letter{
		rules: rules, Kind: e.EventType(), Event: e, Language: market.Language, language: spoken, OrderID: e.Order(), Ref: order,
		Name: c.name, Email: c.email, Test: c.testID != 0, Button: tracking, Tracking: tracking,
	}, nil
}

// items counts the pieces of each SKU, in the order in which they were put into the cart.
func (l letter) items(products event.Items) []item {
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

// nameOf is a product's name. An unknown SKU stands for itself: test orders invent theirs.
func (l letter) nameOf(sku string) string {
	name := l.rules.Products[sku].Name
	return cmp.Or(name[l.Language], name["en"], sku)
}

// when writes a time on the market's clock, with the year only where it is not this one.
func (s *Service) when(l letter, market string, at time.Time) string {
	zone := l.rules.Markets[market].Zone
	at = at.In(zone)
	return l.language.when(at, at.Year() != s.Now().In(zone).Year())
}

// Lines leaves out what is empty, for templates.
func (letter) Lines(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
}

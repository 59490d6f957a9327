package order

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/address"
	"acme.example/webshop/cutoff"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/pricing"
)

// Rules is what the business decides, as data (package rules). They are never changed: another version is other rules.
type Rules struct {
	Version       int64          // each order keeps that which it was made under
	Currency      money.Currency // of the catalog's prices
	Catalog       []Product
	Markets       map[string]Market
	CustomerTypes map[string]CustomerType
	// Reviews are the reviews that there are, with the orders that must pass them.
	Reviews map[string][]ReviewRule
	// SecondPersonOver says which orders in review it takes two persons to pass: real ones that cost more than so many minor
	// units. A currency that is not in it has no such limit.
	SecondPersonOver map[money.Currency]int64

	Offers map[string]Offer
	Limits Limits
	// MaxPieces bounds one order.
	MaxPieces int
	// DoubleSubmit is for how long the same real order, sent again without an Idempotency-Key, is taken for a mistake.
	DoubleSubmit time.Duration
	// KeyHold is for how long an Idempotency-Key is remembered.
	KeyHold time.Duration

	Books Books

	prices *pricing.Set // of Prepare
}

// Books is whose books the shop keeps.
type Books struct {
	Company     string
	Zone        *time.Location // of the days of the books; nil: UTC
	Currency    money.Currency // that the company counts in; "": the catalog's
	PaymentDays int            // until an invoice is due; 0: DefaultPaymentDays
	Address     []string       // the lines of the company's address
	TaxIDs      []TaxID
	BankAccount []string // where invoices are paid to, in lines
	Mailed      []string // which kinds of documents customers are mailed; nil: invoices and credit notes
	Reminders   []int    // days after an invoice was due on which its customer is reminded
}

// TaxID is a number that the company has for its taxes, with what it is called.
type TaxID struct{ Label, Number string }

// DefaultPaymentDays is how many days customers have to pay an invoice where the rules do not say it.
const DefaultPaymentDays = 30

// Mailable lists the kinds of documents of the books that can be mailed.
func Mailable() []string { return []string{"invoice", "receipt", "credit-note"} }

// Entity returns the company, with what the rules leave out.
func (r *Rules) Entity() Books {
	b := r.Books
	if b.Zone == nil {
		b.Zone = time.UTC
	}
	if b.Mailed == nil {
		b.Mailed = []string{"invoice", "credit-note"}
	}
	b.Currency, b.PaymentDays = cmp.Or(b.Currency, r.Currency), cmp.Or(b.PaymentDays, DefaultPaymentDays)
	return b
}

// RateOf is how many of a currency one unit of the catalog's is, by a market that has it; "" if none does.
func (r *Rules) RateOf(c money.Currency) string {
	for _, name := range slices.Sorted(maps.Keys(r.Markets)) {
		if m := r.Markets[name]; m.Currency == c && m.Rate != nil {
			return m.Rate.String()
		}
	}
	return ""
}

// Rulebook holds the rules in all their versions.
type Rulebook interface {
	// Active returns the rules that new orders are made under, or fault.Unavailable while this process has none that it
	// can read.
	Active() (*Rules, error)
	// Of returns the rules that an order was made under (Order.Rules).
	Of(ctx context.Context, version int64) (*Rules, error)
}

// Active returns the rules: by themselves they are a book of one version.
func (r *Rules) Active() (*Rules, error) { return r, nil }

// Of returns the rules, whichever version is asked for.
func (r *Rules) Of(context.Context, int64) (*Rules, error) { return r, nil }

// Facts are the names of what the rules may say of a product on its page, in the order that it is shown in.
var Facts = []string{"size", "light", "water", "pets", "box"}

// Product is one thing to buy. Texts are by language.
type Product struct {
	SKU         string
	Name        map[string]string
	Description map[string]string
	Category    string                       // for offers and taxes; "" for none
	TaxClass    string                       // for treatments of taxes; "" for none
	Facts       map[string]map[string]string // by name (Facts), then by language
	Drawing     string                       // which drawing the pages show; "" for none
	Price       money.Amount                 // in the catalog's currency
	Stock       *int64                       // how many there are when the count begins; nil: it is not counted
	Low         int64                        // so many left are few: customers are shown how many, and the operator is told
	LeadDays    int                          // how many days it takes to get it
}

// Market is where the shop sells.
type Market struct {
	Currency money.Currency
	Rate     *money.Rate // from the catalog's currency; nil where they are the same
	Language string
	Zone     *time.Location
	Provider string   // the payment provider, where a method does not name its own
	Methods  []Method // the usual one first; none stands for cards
	Tax      pricing.Tax
	Charges  []Charge
	MaxOff   money.Percent         // what all offers may take off a subtotal; 0 for all of it
	Taxed    address.Jurisdictions // where the parts of the market are that its taxes name
	Address  *AddressRules         // nil: nothing besides street and city
	// CutOff is until when a booked delivery can be changed, or called off with its order; nil: not at all.
	CutOff  *cutoff.Before
	Places  address.Places // of each delivery window
	Tracked bool           // the delivery company reports what becomes of deliveries
	Contact Contact        // whom customers can ask; zero: no one is named
	Keep    Keep           // for how long personal data of an order is kept after it has ended
	// Complaints is for how long customers may complain; nil: UsualComplaintDays.
	Complaints *ComplaintDays
}

// Contact is where customers ask. Each of its fields may be empty.
type Contact struct {
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Method is a way to pay.
type Method struct {
	Name          string        // one of payments.Methods
	Provider      string        // "" for one without a provider
	CustomerTypes []string      // who may pay so; nil: those who pay at once
	Within        time.Duration // how long the customer may take, on a provider's page or with a voucher
	Language      string        // of the provider's page
}

// ProviderMethods lists the ways to pay that go through a provider.
func ProviderMethods() []string {
	return slices.DeleteFunc(slices.Clone(payments.Methods), func(m string) bool { return m == payments.Invoice || m == payments.Free })
}

// MethodsFor lists the ways in which a customer can pay in a market, the usual one first.
func (r *Rules) MethodsFor(market, customerType string, total int64) (methods []Method) {
	if total == 0 {
		return []Method{{Name: payments.Free}}
	}
	atOnce := r.CustomerTypes[customerType].PaysAtOnce
	if !atOnce {
		methods = append(methods, Method{Name: payments.Invoice})
	}
	for _, m := range r.Markets[market].methods() {
		if slices.Contains(m.CustomerTypes, customerType) || m.CustomerTypes == nil && atOnce {
			methods = append(methods, m)
		}
	}
	return methods
}

// methods are the market's ways to pay that go through a provider.
func (m Market) methods() []Method {
	if m.Methods != nil {
		return m.Methods
	}
	return []Method{{Name: payments.Card, Provider: m.Provider, Within: payments.UsualTime(payments.Card), Language: m.Language}}
}

// method is the way to pay that a draft names, or the usual one.
func (r *Rules) method(d Draft, total int64, wrong *problems) Method {
	methods := r.MethodsFor(d.Market, d.CustomerType, total)
	var names []string
	for _, m := range methods {
		if names = append(names, m.Name); d.PaymentMethod == "" || d.PaymentMethod == m.Name {
			return m
		}
	}
	wrong.add("paymentMethod", "must be one of %s", strings.Join(names, ", "))
	return Method{}
}

// CustomerType is a kind of customer and what it takes to order as one.
type CustomerType struct {
	PaysAtOnce bool              // else by invoice
	Markets    []string          // where it may order
	OrgNumber  *OrgNumbers       // nil: none is asked for
	Label      map[string]string // by language; nil for none
	Details    []Detail          // what else it asks for
}

// OrgNumbers is what organization numbers look like, and which organizations the shop trusts.
type OrgNumbers struct {
	Min, Max   int               // digits, in markets that are not in Markets
	Markets    map[string]Detail // the form of the number where it has one of its own, such as that of an RFC; of Plain numbers
	ApproveNew bool              // a person approves the orders of an organization until one has been approved
	Known      []string          // organizations that need no approval
}

func (r *Rules) product(sku string) (Product, bool) {
	for _, p := range r.Catalog {
		if p.SKU == sku {
			return p, true
		}
	}
	return Product{}, false
}

// PriceIn is the product's price in a market's currency.
func (m Market) PriceIn(p Product) (money.Amount, error) {
	if m.Rate == nil {
		return p.Price, nil
	}
	return m.Rate.Convert(p.Price, m.Currency)
}

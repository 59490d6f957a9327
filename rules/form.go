// Package rules is what the business decides, as data: what is sold, where, to whom, at which price, and when it is
// delivered. A set of rules is one YAML text. It is checked whole, kept as a version, and then never changed; one version
// is active. Versions gives the services the active version, and older ones for the orders that were made under them.
package rules

import (
	"cmp"
	_ "embed"
	"fmt"
	"time"
	_ "time/tzdata" // so that a machine without zone files knows the markets' zones

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// Default is the rules of a new shop that is given no others.
//
//go:embed shop.yaml
var Default []byte

// Format is the newest form of rules that this program reads. It rises when a text can say something that older programs
// would not understand.
const Format = 1

// form is the form of the text. Its schema is made from it and from limits (schema.go).
type form struct {
	Format           int                      `json:"format,omitempty" jsonschema:"The form of the text: 1, or left out"`
	Currency         money.Currency           `json:"currency" jsonschema:"The currency of the catalog's prices"`
	Catalog          []productEntry           `json:"catalog" jsonschema:"What is sold"`
	Markets          map[string]marketEntry   `json:"markets" jsonschema:"Where it is sold, by the name of the market"`
	CustomerTypes    map[string]customerEntry `json:"customerTypes" jsonschema:"To whom it is sold, by the name of the customer type"`
	Orders           ordersEntry              `json:"orders" jsonschema:"What holds for each order"`
	Delivery         map[string]calendarEntry `json:"delivery" jsonschema:"When it is delivered, for each market"`
	Deadlines        map[string]time.Duration `json:"deadlines,omitempty" jsonschema:"How long an order may be in a status, or a subscriber may take, before the operator hears of it"`
	Reviews          reviewEntries            `json:"reviews,omitempty" jsonschema:"Which orders must pass a review before they are placed: those that one of its entries is about"`
	SecondPersonOver map[money.Currency]int64 `json:"secondPersonOver,omitempty" jsonschema:"Orders in review that cost more, in minor units for each currency, are passed by two persons"`
	Limits           *limitsEntry             `json:"limits,omitempty" jsonschema:"How much one customer may have at a time"`
	Offers           map[string]offerEntry    `json:"offers,omitempty" jsonschema:"What is taken off, by the name of the offer"`
	Books            *booksEntry              `json:"books,omitempty" jsonschema:"Whose books the shop keeps"`
}

type productEntry struct {
	SKU         string                       `json:"sku" jsonschema:"The product's name in orders"`
	Price       int64                        `json:"price" jsonschema:"The price of one piece, in minor units of the catalog's currency: 12900 is 129.00"`
	Name        map[string]string            `json:"name" jsonschema:"What customers call it, by language"`
	Description map[string]string            `json:"description" jsonschema:"What the shop says of it, by language"`
	Category    string                       `json:"category,omitempty" jsonschema:"A name for offers and taxes, e.g. tree"`
	TaxClass    string                       `json:"taxClass" jsonschema:"A name for the treatments of taxes, e.g. plant"`
	Facts       map[string]map[string]string `json:"facts,omitempty" jsonschema:"What is known of the product besides: size, light, water, pets and box, each by language"`
	Drawing     string                       `json:"drawing,omitempty" jsonschema:"The drawing that the pages show; a pot where it is missing"`
	Stock       *int64                       `json:"stock,omitempty" jsonschema:"How many pieces there are when the count of the product begins; it is not counted where this is missing"`
	Low         int64                        `json:"low,omitempty" jsonschema:"So many pieces left are few: customers are told how many, and an alert is raised"`
	LeadDays    int                          `json:"leadDays,omitempty" jsonschema:"How many days from today the product can be delivered at the earliest, as the order form tells it"`
}

type marketEntry struct {
	Currency        money.Currency   `json:"currency" jsonschema:"What customers pay in"`
	Rate            string           `json:"rate,omitempty" jsonschema:"How many of the market's currency one of the catalog's is; only where they differ"`
	Language        string           `json:"language" jsonschema:"Of its pages and mails, where neither the customer nor the browser names one that the shop has"`
	TimeZone        string           `json:"timeZone" jsonschema:"IANA time zone, e.g. America/New_York"`
	PaymentProvider string           `json:"paymentProvider" jsonschema:"Who takes payments"`
	Methods         []methodEntry    `json:"methods,omitempty" jsonschema:"How customers can pay, the usual way first; by card where it is missing"`
	Address         *addressEntry    `json:"address,omitempty" jsonschema:"What an address needs besides street and city; nothing where it is missing"`
	Contact         *contactEntry    `json:"contact,omitempty" jsonschema:"Whom customers can ask; shown on the pages and in mails"`
	Complaints      *complaintsEntry `json:"complaints,omitempty" jsonschema:"For how long customers may complain about what was delivered; 30 days, and 14 to return it, where it is missing"`
	Privacy         *privacyEntry    `json:"privacy,omitempty" jsonschema:"How long personal data is kept; for ever where it is missing"`
	Charges         []chargeEntry    `json:"charges,omitempty" jsonschema:"Fixed amounts that are added to orders, such as shipping"`
	MaxOff          string           `json:"maxOff,omitempty" jsonschema:"The most that all offers together may take off, in percent of what the products cost; all of it where it is missing"`
	Tax             *taxEntry        `json:"tax" jsonschema:"The taxes of the market; of one without any, an authority whose treatment is out-of-scope"`
}

type methodEntry struct {
	Name          string        `json:"name" jsonschema:"The way to pay"`
	Provider      string        `json:"provider,omitempty" jsonschema:"Who takes it, where that is not the market's paymentProvider"`
	CustomerTypes []string      `json:"customerTypes,omitempty" jsonschema:"Who may pay so; where it is missing, those who pay at once"`
	Within        time.Duration `json:"within,omitempty" jsonschema:"For so long the customer may take to pay"`
}

type customerEntry struct {
	Payment   string            `json:"payment" jsonschema:"How they pay"`
	Markets   []string          `json:"markets" jsonschema:"The markets in which they may order"`
	OrgNumber *orgNumberEntry   `json:"orgNumber,omitempty" jsonschema:"The organization number that they are asked for; none where it is missing"`
	Label     map[string]string `json:"label,omitempty" jsonschema:"What to call the type, by language"`
	Details   []detailEntry     `json:"details,omitempty" jsonschema:"What else they are asked for"`
}

type orgNumberEntry struct {
	MinDigits int                   `json:"minDigits,omitempty" jsonschema:"The fewest digits; where markets names all markets of the type, there are none"`
	MaxDigits int                   `json:"maxDigits,omitempty" jsonschema:"The most digits"`
	Markets   map[string]taxIDEntry `json:"markets,omitempty" jsonschema:"The form of the number in markets where it is not digits alone, by market"`
	// A person says yes to the first order, after which the others need no approval.
	ApproveNew bool     `json:"approveNew,omitempty" jsonschema:"Whether orders of an organization need approval until one of them was approved"`
	Known      []string `json:"known,omitempty" jsonschema:"Organizations that need no approval for being new"`
}

// taxIDEntry is the form of a tax id. What is matched is in capitals, without spaces and hyphens.
type taxIDEntry struct {
	Pattern string            `json:"pattern" jsonschema:"A regular expression that the whole number must match (RE2), in capitals and without spaces and hyphens"`
	Label   map[string]string `json:"label" jsonschema:"What the form calls it, by language"`
	Hint    map[string]string `json:"hint,omitempty" jsonschema:"What the form says about it, by language"`
}

// limitsEntry is how much one customer may have at a time. What it leaves out is as in defaultLimits.
type limitsEntry struct {
	UnpaidOrders int64                    `json:"unpaidOrders,omitempty" jsonschema:"How many unpaid orders one mail address, organization or address may have"`
	Deliveries   int                      `json:"deliveries,omitempty" jsonschema:"How many deliveries to come one mail address, organization or address may have"`
	UnpaidFor    time.Duration            `json:"unpaidFor,omitempty" jsonschema:"For so long an order by invoice counts as unpaid"`
	UnpaidAmount map[money.Currency]int64 `json:"unpaidAmount,omitempty" jsonschema:"What the unpaid orders of one organization may come to, in minor units for each currency"`
}

// defaultLimits hold where the rules do not say otherwise: no honest customer meets them.
var defaultLimits = limitsEntry{UnpaidOrders: 50, Deliveries: 50, UnpaidFor: 30 * 24 * time.Hour}

func (l *limitsEntry) orDefault() limitsEntry {
	all := defaultLimits
	if l != nil {
		all.UnpaidOrders, all.Deliveries = cmp.Or(l.UnpaidOrders, all.UnpaidOrders), cmp.Or(l.Deliveries, all.Deliveries)
		all.UnpaidFor, all.UnpaidAmount = cmp.Or(l.UnpaidFor, all.UnpaidFor), l.UnpaidAmount
	}
	return all
}

type ordersEntry struct {
	MaxPieces    int           `json:"maxPieces" jsonschema:"How many pieces an order may have"`
	DoubleSubmit time.Duration `json:"doubleSubmit,omitempty" jsonschema:"For so long, the same real order without an Idempotency-Key is taken for a mistake"`
	KeyHold      time.Duration `json:"keyHold" jsonschema:"For so long an Idempotency-Key is remembered"`
}

type calendarEntry struct {
	FirstDay     int            `json:"firstDay" jsonschema:"How many days from today the first day is that is offered"`
	Days         int            `json:"days" jsonschema:"How many days are offered"`
	Weekdays     []string       `json:"weekdays" jsonschema:"On which days of the week"`
	Starts       []string       `json:"starts,omitempty" jsonschema:"When the slots of a day begin, on the market's clock; where there are no windows"`
	Windows      []string       `json:"windows,omitempty" jsonschema:"From when until when the slots of a day are, on the market's clock, e.g. 08:00-12:00"`
	Closed       []string       `json:"closed,omitempty" jsonschema:"Days without deliveries, e.g. 2026-12-25"`
	OrderUntil   string         `json:"orderUntil,omitempty" jsonschema:"From this time of day on, the first day is no longer offered; it is all day where this is missing"`
	Capacity     int            `json:"capacity" jsonschema:"How many deliveries a slot holds"`
	Tracked      bool           `json:"tracked,omitempty" jsonschema:"Whether the delivery company reports what becomes of deliveries: orders then end in DELIVERED, and else in DELIVERY_BOOKED"`
	ZoneCapacity map[string]int `json:"zoneCapacity,omitempty" jsonschema:"How many deliveries a slot holds in a zone of the market's addresses; they do not count for capacity"`
	// Without it, a booking stays as it is, as it did before there were changes.
	Changes *changesEntry `json:"changes,omitempty" jsonschema:"Whether a booked delivery can be changed, or called off with its order; not at all where it is missing"`
}

type changesEntry struct {
	Until time.Duration `json:"until" jsonschema:"How long before the delivery that ends"`
}

// cutOff is until when a delivery can be changed.
func (c *changesEntry) cutOff() *cutoff.Before {
	if c == nil {
		return nil
	}
	return new(cutoff.Before(c.Until))
}

// Check reads rules that someone brings, and checks all of them: each value against the schema, what refers to something else,
// and each offer over sample carts, as at a time. Markets can have these payment providers. All problems are reported at once,
// each with its line (Wrong).
func Check(text []byte, providers []string, now time.Time) (*Set, error) {
	root, err := parse(text, true)
	if err != nil {
		return nil, err
	}
	format, err := formatOf(root)
	if err != nil {
		return nil, err
	}
	c := &checker{lines: map[string]int{}, blocks: map[string]bool{}, now: now}
	c.strict(root, Schema(providers), "")
	var f form
	if err := yaml.NodeToValue(root, &f, yaml.Strict()); err != nil {
		return nil, cmp.Or(c.wrong(), unreadable(err))
	}
	return c.result(c.set(f), format)
}

// Parse reads rules that were checked when they were activated, perhaps by another version of this program. It checks nothing
// that can be lived without, so that they are readable for ever: a text that this program would not activate is still what
// orders were made under. What this program does not understand is left out (Set.LeftOut), if orders can do without.
func Parse(text []byte) (*Set, error) {
	root, err := parse(text, false)
	if err != nil {
		return nil, err
	}
	format, err := formatOf(root)
	if err != nil {
		return nil, err
	}
	var f form
	if err := yaml.NodeToValue(root, &f, yaml.Strict()); err != nil {
		return nil, unreadable(err)
	}
	c := &checker{stored: true}
	return c.result(c.set(f), format)
}

// formatOf is the form that a text says it has, before anything else of it is read; one that says none has the first. What is
// newer than this program is an error.
func formatOf(root ast.Node) (int, error) {
	var f struct {
		Format int `json:"format"`
	}
	if err := yaml.NodeToValue(root, &f); err != nil || f.Format < 1 {
		return 1, nil // the reader of the whole reports what cannot be read
	}
	if f.Format > Format {
		return 0, Wrong{fmt.Sprintf("rules: line 1: the format %d is newer than this program, which reads up to %d", f.Format, Format)}
	}
	return f.Format, nil
}

// set makes the set of a form, and notes what is wrong with it.
func (c *checker) set(f form) *Set {
	o := f.Orders
	c.holds(o.KeyHold, order.MinKeyHold, "orders.keyHold")
	c.holds(o.DoubleSubmit, 0, "orders.doubleSubmit")
	limits := f.Limits.orDefault()
	c.require(limits.UnpaidFor > 0 && limits.UnpaidFor <= maxDeadline, "limits.unpaidFor", "must be more than 0 and at most %s", maxDeadline)
	orders := &order.Rules{
		Books:    c.books(f.Books),
		Currency: f.Currency,
		Catalog:  c.catalog(f), Markets: c.markets(f), CustomerTypes: c.customerTypes(f), Reviews: c.reviews(f),
		SecondPersonOver: c.secondPerson(f),
		MaxPieces:        o.MaxPieces, DoubleSubmit: o.DoubleSubmit, KeyHold: max(o.KeyHold, order.MinKeyHold),
		Limits: order.Limits{UnpaidOrders: limits.UnpaidOrders, UnpaidFor: limits.UnpaidFor, UnpaidAmount: limits.UnpaidAmount},
	}
	c.offers(f.Offers, orders)
	c.spoken(f)
	set := newSet(orders, c.calendars(f, orders.Markets), c.deadlines(f))
	set.Delivery.PerCustomer = limits.Deliveries
	return set
}

// result is the set, unless something is wrong.
func (c *checker) result(set *Set, format int) (*Set, error) {
	if err := c.wrong(); err != nil {
		return nil, err
	}
	set.Format, set.LeftOut, set.Warnings = format, c.leftOut, byLine(c.warned)
	return set, nil
}

// Package rules is what the business decides, as data: what is sold, where, to whom, at which price, and when it is
// delivered. A set of rules is one YAML text. It is checked whole, kept as a version, and then never changed; one version
// is active. Book gives the services the active version, and older ones for the orders that were made under them.
package rules

import (
	"bytes"
	_ "embed"
	"fmt"
	"time"
	_ "time/tzdata" // so that a machine without zone files knows the markets' zones
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// Default is the rules of a new shop that is told no others.
//
//go:embed shop.yaml
var Default []byte

// Format is the newest form of rules that this program reads. It rises when a text can say something that older programs
// would not understand.
const Format = 1

// MaxText bounds a set of rules, in bytes.
const MaxText = 512 << 10

// form is the form of the text.
type form struct {
	Format        int                      `yaml:"format"`
	Currency      money.Currency           `yaml:"currency"`
	Catalog       []productEntry           `yaml:"catalog"`
	Markets       map[string]marketEntry   `yaml:"markets"`
	CustomerTypes map[string]customerEntry `yaml:"customerTypes"`
	Orders        ordersEntry              `yaml:"orders"`
	Delivery      map[string]calendarEntry `yaml:"delivery"`
	Deadlines     map[string]time.Duration `yaml:"deadlines"`
	Reviews       reviewEntries            `yaml:"reviews"`
	Offers        map[string]offerEntry    `yaml:"offers"`
}

type productEntry struct {
	SKU         string            `yaml:"sku"`
	Price       int64             `yaml:"price"`
	Name        map[string]string `yaml:"name"`
	Description map[string]string `yaml:"description"`
	Category    string            `yaml:"category"`
}

type marketEntry struct {
	Currency        money.Currency `yaml:"currency"`
	Rate            string         `yaml:"rate"`
	Language        string         `yaml:"language"`
	TimeZone        string         `yaml:"timeZone"`
	PaymentProvider string         `yaml:"paymentProvider"`
	Tax             *taxEntry      `yaml:"tax"`
}

type customerEntry struct {
	Payment   string   `yaml:"payment"`
	Markets   []string `yaml:"markets"`
	OrgNumber *struct {
		MinDigits int `yaml:"minDigits"`
		MaxDigits int `yaml:"maxDigits"`
	} `yaml:"orgNumber"`
	Label   map[string]string `yaml:"label"`
	Details []detailEntry     `yaml:"details"`
}

type ordersEntry struct {
	MaxPieces    int           `yaml:"maxPieces"`
	DoubleSubmit time.Duration `yaml:"doubleSubmit"`
	KeyHold      time.Duration `yaml:"keyHold"`
}

type calendarEntry struct {
	FirstDay int      `yaml:"firstDay"`
	Days     int      `yaml:"days"`
	Weekdays []string `yaml:"weekdays"`
	Starts   []string `yaml:"starts"`
	Capacity int      `yaml:"capacity"`
}

// Parse reads and checks a set of rules. Markets can have these payment providers. All that is wrong is told at once, each
// with its line (Wrong).
func Parse(text []byte, providers []string) (*Set, error) {
	if len(text) > MaxText {
		return nil, Wrong{fmt.Sprintf("rules: line 1: the text has more than %d bytes", MaxText)}
	}
	if !utf8.Valid(text) || bytes.ContainsRune(text, 0) {
		return nil, Wrong{"rules: line 1: the text is not UTF-8, or holds a zero character"}
	}
	if format := formatOf(text); format > Format {
		return nil, Wrong{fmt.Sprintf("rules: line 1: the format %d is newer than this program, which reads up to %d", format, Format)}
	}
	var f form
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
		return nil, Wrong{"rules: " + yaml.FormatError(err, false, true)}
	}
	c := newChecker(text, providers)
	set := c.set(f)
	if len(c.wrong) > 0 {
		return nil, c.wrong
	}
	return set, nil
}

// formatOf is the form that a text says it has, before anything else of it is read; one that says none has the first.
func formatOf(text []byte) int {
	var f struct {
		Format int `yaml:"format"`
	}
	if err := yaml.Unmarshal(text, &f); err != nil || f.Format < 1 {
		return 1 // what cannot be read is told by who reads it whole
	}
	return f.Format
}

// set makes the set of a form, and notes what is wrong with it.
func (c *checker) set(f form) *Set {
	c.require(f.Format >= 0, "$.format", "must be from 1 to %d, or left out", Format)
	c.require(f.Orders.MaxPieces > 0, "$.orders.maxPieces", "must be at least 1")
	c.require(f.Orders.DoubleSubmit >= 0, "$.orders.doubleSubmit", "must not be negative")
	c.require(f.Orders.KeyHold > 0, "$.orders.keyHold", "must be positive, e.g. 24h")
	orders := &order.Rules{
		Catalog: c.catalog(f), Markets: c.markets(f), CustomerTypes: c.customerTypes(f), Reviews: c.reviews(f),
		MaxPieces: f.Orders.MaxPieces, DoubleSubmit: f.Orders.DoubleSubmit, KeyHold: f.Orders.KeyHold,
	}
	c.offers(f.Offers, orders)
	return newSet(orders, c.calendars(f), c.deadlines(f))
}

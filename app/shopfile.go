package app

import (
	_ "embed"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // so that a machine without zone files knows the markets' zones

	"github.com/goccy/go-yaml"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// DefaultShopFile is the shop file that is used when no other is named.
//
//go:embed shop.yaml
var DefaultShopFile []byte

// Rules is the shop file after it was checked.
type Rules struct {
	Orders    *order.Rules
	Calendars map[string]delivery.Calendar
	Deadlines database.Deadlines
}

// shopFile is the form of the file.
type shopFile struct {
	Currency      money.Currency           `yaml:"currency"`
	Catalog       []productEntry           `yaml:"catalog"`
	Markets       map[string]marketEntry   `yaml:"markets"`
	CustomerTypes map[string]customerEntry `yaml:"customerTypes"`
	Orders        ordersEntry              `yaml:"orders"`
	Delivery      map[string]calendarEntry `yaml:"delivery"`
	Deadlines     map[string]time.Duration `yaml:"deadlines"`
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

// ParseRules reads and checks a shop file. All that is wrong is told at once, each with its line.
func ParseRules(text []byte, providers []string) (*Rules, error) {
	var f shopFile
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("shop file: %s", yaml.FormatError(err, false, true))
	}
	c := &checker{text: text, providers: providers}
	rules := &Rules{
		Orders: &order.Rules{
			Catalog: c.catalog(f), Markets: c.markets(f), CustomerTypes: c.customerTypes(f),
			MaxPieces: f.Orders.MaxPieces, DoubleSubmit: f.Orders.DoubleSubmit, KeyHold: f.Orders.KeyHold,
		},
		Calendars: c.calendars(f),
		Deadlines: c.deadlines(f),
	}
	c.offers(f.Offers, rules.Orders)
	c.require(f.Orders.MaxPieces > 0, "$.orders.maxPieces", "must be at least 1")
	c.require(f.Orders.DoubleSubmit >= 0, "$.orders.doubleSubmit", "must not be negative")
	c.require(f.Orders.KeyHold > 0, "$.orders.keyHold", "must be positive, e.g. 24h")
	return rules, errors.Join(c.wrong...)
}

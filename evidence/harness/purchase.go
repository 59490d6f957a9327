package harness

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// draft is the body of createOrder.
type draft struct {
	Name         string `json:"name"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
	Street       string `json:"street"`
	City         string `json:"city"`
	CustomerType string `json:"customerType"`
	Market       string `json:"market"`
	Products     string `json:"products"`
	TotalPrice   int64  `json:"totalPrice"` // in cents, in every market
	TestID       int64  `json:"testId"`
	OrgNumber    string `json:"orgNumber,omitempty"`
}

// What a customer wants after an order was accepted.
const (
	keep   = iota // nothing
	book          // a delivery time
	cancel        // to cancel it
	both          // both at once; the shop may grant one of them
)

// How a customer pays on a page.
const (
	atOnce  = iota
	twice   // on two pages, in two tabs
	voucher // takes a voucher, and pays it later, or too late
	never   // looks at the page again when its time is over
)

var ways = []int{atOnce, atOnce, twice, voucher, never}

// paysOnPages is the payment provider whose customers pay on pages.
const paysOnPages = "payments-mx"

// purchase is an order as its customer knows it. One goroutine writes its fields, which are read after all have ended.
type purchase struct {
	draft
	key       string // Idempotency-Key
	wish      int
	pays      int
	duplicate bool // createOrder is sent twice at once

	accepted, declined bool // the shop's answer
	id                 int64
	tracking           string // the key
	cancelled          bool   // the shop said that it is cancelled
	bookedFor          string // the shop said that this time is booked
	paidInTime         bool   // the provider said so
}

// onPage reports whether it is paid on a page.
func (p *purchase) onPage() bool { return p.real() && p.paysAtOnce() && p.Market == "MX" }

// clear reports whether the shop gave a clear answer.
func (p *purchase) clear() bool { return p.accepted || p.declined }

// real reports whether it reaches the real partners.
func (p *purchase) real() bool { return p.TestID == 0 }

// paysAtOnce reports whether a payment provider is used.
func (p *purchase) paysAtOnce() bool { return p.CustomerType == "B2C" }

// amount returns the price in minor units of the market's currency.
func (p *purchase) amount() int64 {
	if p.Market == "MX" {
		return p.TotalPrice * pesosToTheDollar
	}
	return p.TotalPrice
}

func (p *purchase) currency() string {
	if p.Market == "MX" {
		return "MXN"
	}
	return "USD"
}

var (
	prices = map[string]int64{"LB001": 15000, "LB002": 18000, "EX001": 30000, "EX002": 50000, "BB001": 15000, "BB002": 12500}
	skus   = []string{"LB001", "LB002", "EX001", "EX002", "BB001", "BB002"}
)

const (
	pesosToTheDollar = 20
	testID           = 4711
)

// newPurchase returns the nth order of a run. Its unique mail address identifies it everywhere.
func newPurchase(rng *rand.Rand, seed uint64, n int) *purchase {
	d := draft{
		Name: fmt.Sprintf("Tantalus %d", n), Email: fmt.Sprintf("torture-%d-%d@customers.example", seed, n), Phone: "321321321",
		Street: fmt.Sprintf("Thisway %d", n), City: "Thatplace", CustomerType: "B2C", Market: "US",
	}
	switch rng.IntN(3) {
	case 0:
		d.Market = "MX"
	case 1:
		d.CustomerType, d.OrgNumber = "B2B", fmt.Sprintf("55%08d", n)
	}
	if rng.IntN(10) == 0 {
		d.TestID = testID
	}
	d.fill(rng)
	p := &purchase{draft: d, key: fmt.Sprintf("torture-%d-%d", seed, n), duplicate: rng.IntN(5) == 0}
	switch chance := rng.IntN(20); {
	case !p.real() || chance < 6:
	case chance < 16:
		p.wish = book
	case chance < 19:
		p.wish = cancel
	default:
		p.wish = both
	}
	return p
}

// fill puts plants into the cart, and sets their price.
func (d *draft) fill(rng *rand.Rand) {
	var cart []string
	for range 1 + rng.IntN(3) {
		sku := skus[rng.IntN(len(skus))]
		cart, d.TotalPrice = append(cart, sku), d.TotalPrice+prices[sku]
	}
	d.Products = strings.Join(cart, ",")
}

package order

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/pricing"
)

// Offer is an offer with what only orders know of it.
type Offer struct {
	pricing.Offer
	Label map[string]string // by language
	// Limit is how many orders may use its code, and PerCustomer how many of one mailbox; 0 for any number. Orders
	// that were declined or cancelled do not count.
	Limit, PerCustomer int64
}

// Charge is a charge with what customers call it, by language.
type Charge struct {
	pricing.Charge
	Label map[string]string
}

// ChargeLabels is what customers call the market's charges, by their names, then by language.
func (m Market) ChargeLabels() map[string]map[string]string {
	if len(m.Charges) == 0 && m.Currency.Step() == 1 {
		return nil
	}
	labels := map[string]map[string]string{}
	if m.Currency.Step() > 1 {
		labels[pricing.RoundingCharge] = map[string]string{"en": "Rounding", "es": "Redondeo"}
	}
	for _, c := range m.Charges {
		labels[c.Name] = c.Label
	}
	return labels
}

// MaxLimit bounds a limit: so many uses are counted for each order that uses the code.
const MaxLimit = 10_000

// Use is a code that an order uses up.
type Use struct {
	Code               string
	Customer           string // digest of the mail address
	Older              string // the digest that earlier releases counted by
	Limit, PerCustomer int64  // 0 for any number
}

// Spent reports whether no use is left after so many of the code, and so many of them by the customer.
func (u Use) Spent(all, own int64) bool {
	return u.Limit > 0 && all >= u.Limit || u.PerCustomer > 0 && own >= u.PerCustomer
}

// Refused is the error of an order that would use a code that is used up.
func (u Use) Refused() error { return fault.InvalidField("codes", "%s is used up", u.Code) }

// ReleasedUses are the uses that an order releases by its arrival in its status: it has come to nothing.
func (o Order) ReleasedUses() []Use {
	if o.Status != PaymentDeclined && o.Status != Cancelled {
		return nil
	}
	return o.Uses()
}

// Uses are the codes that an order uses, without their limits.
func (o Order) Uses() (uses []Use) {
	for _, code := range o.Terms.Codes {
		uses = append(uses, newUse(code, o.Customer.Email))
	}
	return uses
}

// Prepare makes the rules able to price, or tells what is wrong with their offers. Offers are tried as at that time.
func (r *Rules) Prepare(now time.Time) (problems []pricing.Problem) {
	r.prices, problems = pricing.Compile(r.spec(now))
	return problems
}

// Warnings tells which offers are valid and may not mean what they say.
func (r *Rules) Warnings() []pricing.Problem { return pricing.Warnings(r.spec(time.Time{})) }

// Load makes rules able to price that were checked before. It tells which offers this program cannot compile; they are left
// out.
func (r *Rules) Load() (leftOut []pricing.Problem) {
	r.prices, leftOut = pricing.Load(r.spec(time.Time{}))
	return leftOut
}

func (r *Rules) spec(now time.Time) pricing.Spec {
	spec := pricing.Spec{
		Markets: map[string]pricing.Market{}, CustomerTypes: map[string][]string{}, Offers: map[string]pricing.Offer{},
		MaxPieces: r.MaxPieces, Now: now,
	}
	for _, p := range r.Catalog {
		spec.Products = append(spec.Products, pricing.Product{SKU: p.SKU, Category: p.Category, TaxClass: p.TaxClass})
	}
	for name, m := range r.Markets {
		spec.Markets[name] = r.priced(m)
	}
	for name, t := range r.CustomerTypes {
		spec.CustomerTypes[name] = t.Markets
	}
	for name, o := range r.Offers {
		spec.Offers[name] = o.Offer
	}
	return spec
}

// priced is a market with its prices. A product whose price is too large there cannot be bought there.
func (r *Rules) priced(m Market) pricing.Market {
	prices := map[string]int64{}
	for _, p := range r.Catalog {
		if price, err := m.PriceIn(p); err == nil {
			prices[p.SKU] = price.Minor
		}
	}
	priced := pricing.Market{Currency: m.Currency, Language: m.Language, Zone: m.Zone, Prices: prices, Tax: m.Tax, MaxOff: m.MaxOff}
	for _, c := range m.Charges {
		priced.Charges = append(priced.Charges, c.Charge)
	}
	return priced
}

// uses are the codes that an order uses up.
func (r *Rules) uses(o Order) []Use {
	uses := o.Uses()
	for i, u := range uses {
		uses[i], _ = r.use(u.Code, o.Customer.Email)
	}
	return uses
}

// use is one use of a code, and how often it may be used.
func (r *Rules) use(code, address string) (Use, bool) {
	name, known := r.prices.Coded(code)
	offer := r.Offers[name]
	u := newUse(code, address)
	u.Limit, u.PerCustomer = offer.Limit, offer.PerCustomer
	return u, known
}

func newUse(code, address string) Use {
	return Use{Code: code, Customer: digest(mailaddr.Canonical(address)), Older: digest(strings.ToLower(strings.TrimSpace(address)))}
}

// digest stands for a text that is not to be stored once more.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

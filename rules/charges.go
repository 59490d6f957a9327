package rules

import (
	"fmt"
	"slices"

	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

type chargeEntry struct {
	Name          string            `json:"name" jsonschema:"The name of the charge, of which a market has one each"`
	Label         map[string]string `json:"label" jsonschema:"What customers call it, by language"`
	Amount        int64             `json:"amount" jsonschema:"How much it is, in minor units of the market's currency"`
	Per           string            `json:"per" jsonschema:"Whether it is charged once for an order, or for each piece that the customer asks for"`
	TaxClass      string            `json:"taxClass" jsonschema:"What treatments of taxes take it for, as of a product"`
	Account       string            `json:"account" jsonschema:"The name of the account of its revenue"`
	CustomerTypes []string          `json:"customerTypes,omitempty" jsonschema:"Who is charged; all where it is missing"`
	Jurisdictions []string          `json:"jurisdictions,omitempty" jsonschema:"The jurisdictions of the market's taxes in which it is charged; all where it is missing"`
	FreeFrom      int64             `json:"freeFrom,omitempty" jsonschema:"It is not charged if the products cost so much after offers, in minor units of the market's currency"`
}

const perOrder, perPiece = "order", "piece"

// maxCharges bounds those of one market.
const maxCharges = 10

// charges checks the fixed amounts that a market adds to orders.
func (c *checker) charges(m marketEntry, f form, at string) (all []order.Charge) {
	authorities := m.Tax != nil && len(m.Tax.Authorities) > 0
	c.require(len(m.Charges) == 0 || authorities, at, "are for a market whose taxes have authorities, which say how they are taxed")
	for i, e := range m.Charges {
		place := fmt.Sprintf("%s[%d]", at, i)
		c.require(slices.IndexFunc(m.Charges, func(other chargeEntry) bool { return other.Name == e.Name }) == i, place+".name", "%s is there twice", e.Name)
		c.require(e.Name != pricing.RoundingCharge, place+".name", "%s is the shop's own", e.Name)
		c.typesOf(e.CustomerTypes, f, place)
		if m.Tax != nil {
			c.within(e.Jurisdictions, m.Tax.names(), place)
		}
		all = append(all, order.Charge{Label: e.Label, Charge: pricing.Charge{
			Name: e.Name, Amount: e.Amount, PerPiece: e.Per == perPiece, TaxClass: e.TaxClass, Account: e.Account,
			CustomerTypes: e.CustomerTypes, Jurisdictions: e.Jurisdictions, FreeFrom: e.FreeFrom,
		}})
	}
	return all
}

// taxed is a product or a charge, which taxes must be for.
type taxed struct{ name, class string }

// taxed are the products and the charges of a market.
func (f form) taxed(market string) (all []taxed) {
	for _, p := range f.Catalog {
		all = append(all, taxed{p.SKU, p.TaxClass})
	}
	for _, e := range f.Markets[market].Charges {
		all = append(all, taxed{"the charge " + e.Name, e.TaxClass})
	}
	return all
}

// hasClass reports whether some product or charge has a tax class.
func (f form) hasClass(class string) bool {
	for name := range f.Markets {
		if slices.ContainsFunc(f.taxed(name), func(t taxed) bool { return t.class == class }) {
			return true
		}
	}
	return false
}

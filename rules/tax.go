package rules

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/pricing"
)

// taxEntry is how a market taxes: either by rates, which add up, or by authorities, each of which taxes a line by one treatment.
type taxEntry struct {
	Included            bool                `json:"included,omitempty" jsonschema:"Whether prices hold the taxes; else they are added"`
	KeepGross           bool                `json:"keepGross,omitempty" jsonschema:"Whether customers who owe less tax than prices hold pay the same prices nevertheless"`
	Rates               []rateEntry         `json:"rates,omitempty" jsonschema:"Taxes that add up"`
	Jurisdictions       []jurisdictionEntry `json:"jurisdictions,omitempty" jsonschema:"Parts of the market that tax in their own ways, by the address of delivery: the first that fits"`
	DefaultJurisdiction string              `json:"defaultJurisdiction,omitempty" jsonschema:"The jurisdiction of orders whose address says none"`
	Authorities         []authorityEntry    `json:"authorities,omitempty" jsonschema:"Whom taxes are owed to, each with its treatments of products"`
	Rounding            *roundingEntry      `json:"rounding,omitempty" jsonschema:"How taxes are rounded; each rate of each line by itself, half up, where it is missing"`
}

type roundingEntry struct {
	Per   string               `json:"per,omitempty" jsonschema:"What is rounded at once: a line, as where it is missing, or the whole invoice"`
	Rates string               `json:"rates,omitempty" jsonschema:"Whether each rate is rounded, as where it is missing, or the sum of all combined"`
	Mode  pricing.RoundingMode `json:"mode,omitempty" jsonschema:"What becomes of a part of the smallest coin; half-up where it is missing"`
}

const (
	perLine, perInvoice = "line", "invoice"
	eachRate, combined  = "each", "combined"
)

func (e *roundingEntry) rounding() pricing.Rounding {
	if e == nil {
		return pricing.Rounding{}
	}
	return pricing.Rounding{PerInvoice: e.Per == perInvoice, Combined: e.Rates == combined, Mode: e.Mode}
}

type rateEntry struct {
	Name          string   `json:"name" jsonschema:"What customers call the tax"`
	Percent       string   `json:"percent" jsonschema:"How much of the price it is"`
	Categories    []string `json:"categories,omitempty" jsonschema:"The categories that it is for; all where it is missing"`
	CustomerTypes []string `json:"customerTypes,omitempty" jsonschema:"The customer types that it is for; all where it is missing"`
}

type authorityEntry struct {
	Name          string           `json:"name" jsonschema:"What customers call the tax"`
	Jurisdictions []string         `json:"jurisdictions,omitempty" jsonschema:"The jurisdictions in which it taxes; all where it is missing"`
	Point         string           `json:"point,omitempty" jsonschema:"When the tax falls due: order, payment (or hand-over, if that is earlier) or delivery; payment where it is missing"`
	Treatments    []treatmentEntry `json:"treatments" jsonschema:"How it taxes; the first that fits the product, the customer and the time counts"`
}

type treatmentEntry struct {
	Treatment     pricing.TaxKind   `json:"treatment,omitempty" jsonschema:"What it does; rate where it is missing"`
	Percent       string            `json:"percent,omitempty" jsonschema:"How much of the price a rate is"`
	Classes       []string          `json:"classes,omitempty" jsonschema:"The taxClass of the products that it is for; all where it is missing"`
	CustomerTypes []string          `json:"customerTypes,omitempty" jsonschema:"The customer types that it is for; all where it is missing"`
	Jurisdictions []string          `json:"jurisdictions,omitempty" jsonschema:"The jurisdictions that it is for; all where it is missing"`
	Needs         string            `json:"needs,omitempty" jsonschema:"The detail that a customer must give for it, e.g. vatId"`
	Document      *documentEntry    `json:"document,omitempty" jsonschema:"The document that a customer must have for it, e.g. a certificate of exemption"`
	From          string            `json:"from,omitempty" jsonschema:"The first moment, in the market's time"`
	Until         string            `json:"until,omitempty" jsonschema:"The first moment after it"`
	Text          map[string]string `json:"text,omitempty" jsonschema:"What the bill says of it, by language"`
}

type documentEntry struct {
	Number    string `json:"number" jsonschema:"The detail that is its number"`
	Authority string `json:"authority,omitempty" jsonschema:"The detail that says who issued it; not asked where it is missing"`
	Until     string `json:"until,omitempty" jsonschema:"The detail that is the last day on which it holds, on the market's clock; for ever where it is missing"`
}

// document checks that customers are asked for what a document needs.
func (c *checker) document(e *documentEntry, f form, at string) pricing.Document {
	if e == nil {
		return pricing.Document{}
	}
	for field, name := range map[string]string{"number": e.Number, "authority": e.Authority, "until": e.Until} {
		_, asked := f.asksFor(name)
		c.require(name == "" || asked, at+"."+field, "no customer type is asked for %q", name)
	}
	day, asked := f.asksFor(e.Until)
	c.require(!asked || day.Check == order.CheckDate, at+".until", "%s must be a detail with the check %s", e.Until, order.CheckDate)
	return pricing.Document(*e)
}

// tax checks how a market taxes.
func (c *checker) tax(e *taxEntry, f form, at string) (t pricing.Tax) {
	if e == nil {
		return t
	}
	c.require((len(e.Rates) == 0) != (len(e.Authorities) == 0), at, "must have rates or authorities, and not both")
	c.require(!e.KeepGross || e.Included && len(e.Authorities) > 0, at+".keepGross", "is for included taxes of authorities")
	c.require(e.Rounding == nil || len(e.Authorities) > 0, at+".rounding", "is for taxes of authorities")
	t.Included, t.KeepGross, t.Jurisdictions, t.Rounding = e.Included, e.KeepGross, e.names(), e.Rounding.rounding()
	c.rates(e.Rates, &t, f, at+".rates")
	for i, a := range e.Authorities {
		place := fmt.Sprintf("%s.authorities[%d]", at, i)
		c.require(!slices.ContainsFunc(t.Authorities, func(other pricing.Authority) bool { return other.Name == a.Name }), place+".name", "%s is there twice", a.Name)
		t.Authorities = append(t.Authorities, pricing.Authority{Name: a.Name, Jurisdictions: a.Jurisdictions, Point: a.Point, Treatments: c.treatments(a.Treatments, t.Jurisdictions, f, place)})
		c.within(a.Jurisdictions, t.Jurisdictions, place)
	}
	c.taxedEverywhere(t, at)
	return t
}

// rates checks taxes that add up: each is an authority of its own.
func (c *checker) rates(rates []rateEntry, t *pricing.Tax, f form, at string) {
	sum := money.Percent(0)
	seen := map[string]bool{}
	for i, r := range rates {
		place := fmt.Sprintf("%s[%d]", at, i)
		c.require(!seen[r.Name], place+".name", "%s is there twice", r.Name)
		percent := c.percent(r.Percent, place)
		for j, category := range r.Categories {
			known := slices.ContainsFunc(f.Catalog, func(p productEntry) bool { return p.Category == category })
			c.require(known, fmt.Sprintf("%s.categories[%d]", place, j), "no product has the category %q", category)
		}
		c.typesOf(r.CustomerTypes, f, place)
		seen[r.Name] = true
		sum += percent
		t.Authorities = append(t.Authorities, pricing.Authority{Name: r.Name, Treatments: []pricing.Treatment{
			{Percent: percent, Categories: r.Categories, CustomerTypes: r.CustomerTypes},
		}})
	}
	c.require(sum <= money.Hundred, at, "must not be more than 100 percent together")
}

func (c *checker) percent(text, at string) money.Percent {
	percent, err := money.ParsePercent(text)
	c.need(err == nil && percent > 0 && percent <= money.Hundred, at+".percent", "must be more than 0 and at most 100, e.g. \"9.975\"")
	return percent
}

// typesOf checks the customer types that a tax is for.
func (c *checker) typesOf(types []string, f form, at string) {
	for i, customerType := range types {
		_, known := f.CustomerTypes[customerType]
		c.require(known, fmt.Sprintf("%s.customerTypes[%d]", at, i), "there is no customer type %q", customerType)
	}
}

func (c *checker) treatments(entries []treatmentEntry, jurisdictions []string, f form, at string) (all []pricing.Treatment) {
	for i, e := range entries {
		place := fmt.Sprintf("%s.treatments[%d]", at, i)
		t := pricing.Treatment{Kind: e.Treatment, Classes: e.Classes, CustomerTypes: e.CustomerTypes, Jurisdictions: e.Jurisdictions, Needs: e.Needs, Text: e.Text}
		if t.Kind == "" {
			t.Kind = pricing.TaxRate
		}
		if t.Kind == pricing.TaxRate {
			t.Percent = c.percent(e.Percent, place)
		} else {
			c.require(e.Percent == "", place+".percent", "is for a rate only")
		}
		c.require(!silent(t.Kind) || len(e.Text) > 0, place+".text", "is missing: a bill must say why nothing is owed by %s", t.Kind)
		for j, class := range e.Classes {
			c.require(f.hasClass(class), fmt.Sprintf("%s.classes[%d]", place, j), "no product has the taxClass %q", class)
		}
		c.typesOf(e.CustomerTypes, f, place)
		c.within(e.Jurisdictions, jurisdictions, place)
		_, asked := f.asksFor(e.Needs)
		c.require(e.Needs == "" || asked, place+".needs", "no customer type is asked for %q", e.Needs)
		t.Document = c.document(e.Document, f, place+".document")
		t.From, t.Until = c.clock(e.From, place+".from"), c.clock(e.Until, place+".until")
		all = append(all, t)
	}
	return all
}

// silent reports whether a bill must say that nothing is owed, and why.
func silent(kind pricing.TaxKind) bool {
	return kind == pricing.TaxExempt || kind == pricing.ReverseCharge || kind == pricing.OutOfScope
}

// covered checks that each authority treats each product for each of a market's customers, now and whenever a treatment begins or
// ends: what it forgets would be untaxed in silence.
func (c *checker) covered(e *taxEntry, name string, m order.Market, f form) {
	if e == nil || c.stored {
		return
	}
	if len(e.Rates) > 0 {
		c.rated(name, m, f)
		return
	}
	everywhere := m.Tax.Everywhere()
	for _, jurisdiction := range slices.Sorted(maps.Keys(everywhere)) {
		for _, a := range everywhere[jurisdiction].Authorities {
			i := slices.IndexFunc(m.Tax.Authorities, func(all pricing.Authority) bool { return all.Name == a.Name })
			c.coveredBy(a, name, m, f, fmt.Sprintf("markets.%s.tax.authorities[%d]", name, i))
		}
	}
}

// coveredBy is covered for one authority in one jurisdiction.
func (c *checker) coveredBy(a pricing.Authority, name string, m order.Market, f form, place string) {
	for _, at := range append(a.Edges(c.now, m.Zone), c.now) {
		for _, customerType := range f.typesIn(name) {
			c.treated(a, m, customerType, f.taxed(name), at, place)
		}
	}
}

// rated checks that some rate is for each product and each of a market's customers. Rates cannot say that nothing is owed.
func (c *checker) rated(name string, m order.Market, f form) {
	for _, customerType := range f.typesIn(name) {
		for _, p := range f.Catalog {
			is := slices.ContainsFunc(m.Tax.Authorities, func(a pricing.Authority) bool { return a.Treatments[0].Rates(p.Category, customerType) })
			c.require(is, "markets."+name+".tax.rates", "none is for %s and %s customers: where nothing is owed, say so by authorities", p.SKU, customerType)
		}
	}
}

// treated checks that an authority treats each product and charge for a customer type at a time.
func (c *checker) treated(a pricing.Authority, m order.Market, customerType string, sold []taxed, at time.Time, place string) {
	for _, p := range sold {
		c.require(a.Covers(p.class, customerType, m.Tax.Included, at, m.Zone), place, "%s has no treatment of %s (taxClass %q) that holds for every %s customer on %s: say rate, zero, exempt or out-of-scope",
			a.Name, p.name, p.class, customerType, at.In(m.Zone).Format(time.DateOnly))
	}
}

// typesIn are the customer types of a market, sorted.
func (f form) typesIn(market string) (types []string) {
	for _, name := range slices.Sorted(maps.Keys(f.CustomerTypes)) {
		if slices.Contains(f.CustomerTypes[name].Markets, market) {
			types = append(types, name)
		}
	}
	return types
}

// texts adds what bills say of taxes, by its paths.
func (e *taxEntry) texts(at string, all map[string]map[string]string) {
	if e == nil {
		return
	}
	for i, a := range e.Authorities {
		for j, t := range a.Treatments {
			all[fmt.Sprintf("%s.authorities[%d].treatments[%d].text", at, i, j)] = t.Text
		}
	}
}

// asksFor returns a detail that some customers are asked for.
func (f form) asksFor(detail string) (detailEntry, bool) {
	for _, name := range slices.Sorted(maps.Keys(f.CustomerTypes)) {
		details := f.CustomerTypes[name].Details
		if i := slices.IndexFunc(details, func(d detailEntry) bool { return d.Name == detail }); i >= 0 {
			return details[i], true
		}
	}
	return detailEntry{}, false
}

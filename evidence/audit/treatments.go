package audit

import (
	"slices"
	"time"
)

func (b *bill) addsUp(a *authority) bool {
	return len(a.Treatments) == 1 && a.Treatments[0].Treatment == ""
}

func (a *authority) first(fits func(*treatment) bool) *treatment {
	for i := range a.Treatments {
		if fits(&a.Treatments[i]) {
			return &a.Treatments[i]
		}
	}
	return nil
}

// fitting is the first treatment that fits a line and its customer. Where that was not the same in the minute before the order was
// stored, or the customer's details were erased, it is the one that the order names, if it may be.
func (b *bill) fitting(a *authority, n line) *treatment {
	var may []*treatment
	for _, at := range b.moments() {
		may = append(may, a.first(func(t *treatment) bool { return b.suits(t, n, at) && b.serves(t, at) }))
	}
	if b.erased() {
		may = append(may, b.asking(a, n)...)
	}
	for _, t := range may {
		if t != nil && slices.ContainsFunc(n.Taxes, func(x tax) bool { return t.is(a.Name, x) }) {
			return t
		}
	}
	return may[1]
}

// asking are the treatments that fit a line of a customer who had given what they ask for.
func (b *bill) asking(a *authority, n line) (all []*treatment) {
	for i := range a.Treatments {
		t := &a.Treatments[i]
		if !b.suits(t, n, b.moments()[1]) || !in(b.customerType, t.CustomerTypes) {
			continue
		}
		if !t.asks() {
			break
		}
		all = append(all, t)
	}
	return all
}

func (t *treatment) is(name string, x tax) bool {
	return x.Name == name && x.Treatment == t.Treatment && x.Rate == t.Percent
}

// suits reports whether a treatment is for what a line is of, where the order is taxed, at a time.
func (b *bill) suits(t *treatment, n line, at time.Time) bool {
	p := b.version.products[n.SKU]
	if n.Charge != "" {
		p = product{TaxClass: n.Class}
	}
	return in(p.TaxClass, t.Classes) && in(p.Category, t.Categories) && b.here(t.Jurisdictions) && b.open(at, t.From, t.Until)
}

// serves reports whether a treatment is for the customer, who has given what it asks for.
func (b *bill) serves(t *treatment, at time.Time) bool {
	details := b.terms.Details
	if !in(b.customerType, t.CustomerTypes) || t.Needs != "" && details[t.Needs] == "" {
		return false
	}
	d := t.Document
	if d == nil {
		return true
	}
	today := at.In(b.zone).Format(time.DateOnly)
	return details[d.Number] != "" && (d.Authority == "" || details[d.Authority] != "") && (d.Until == "" || details[d.Until] >= today)
}

func (t *treatment) asks() bool { return t.Needs != "" || t.Document != nil }

// forAll reports whether the treatment asks nothing of the customer.
func (t *treatment) forAll() bool { return len(t.CustomerTypes) == 0 && !t.asks() }

// here reports whether the order is taxed in one of some jurisdictions; none named are all.
func (b *bill) here(jurisdictions []string) bool {
	return len(b.Tax.Jurisdictions) == 0 || in(b.terms.Jurisdiction, jurisdictions)
}

func in(name string, names []string) bool { return len(names) == 0 || slices.Contains(names, name) }

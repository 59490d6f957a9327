package pricing

import (
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// Tax is how a market taxes.
type Tax struct {
	// Included says that prices include what customers usually owe; else the taxes are added.
	Included bool
	// KeepGross says that a customer who owes less than prices include pays them nevertheless.
	KeepGross bool
	// Jurisdictions are the parts of the market that tax in their own ways; none: it is taxed alike everywhere.
	Jurisdictions []string
	Authorities   []Authority
	Rounding      Rounding
}

// In is how one of the jurisdictions taxes.
func (t Tax) In(jurisdiction string) Tax {
	if len(t.Jurisdictions) == 0 {
		return t
	}
	here := t
	here.Authorities = nil
	for _, a := range t.Authorities {
		if in(jurisdiction, a.Jurisdictions) {
			here.Authorities = append(here.Authorities, a.in(jurisdiction))
		}
	}
	return here
}

// Everywhere is how each of the jurisdictions taxes, by its name; "" is that of a market without any.
func (t Tax) Everywhere() map[string]Tax {
	if len(t.Jurisdictions) == 0 {
		return map[string]Tax{"": t}
	}
	all := map[string]Tax{}
	for _, name := range t.Jurisdictions {
		all[name] = t.In(name)
	}
	return all
}

// Authority is whom a tax is owed to, in its jurisdictions or, where it names none, in all. Of its treatments, the first that fits
// a line counts.
type Authority struct {
	Name          string // of the tax
	Jurisdictions []string
	Point         string // when the tax falls due, one of event.Points; "" for at payment
	Treatments    []Treatment
}

// in is the authority with the treatments that it has in a jurisdiction.
func (a Authority) in(jurisdiction string) Authority {
	var here []Treatment
	for _, t := range a.Treatments {
		if in(jurisdiction, t.Jurisdictions) {
			here = append(here, t)
		}
	}
	a.Treatments = here
	return a
}

// Treatment is how an authority taxes the lines that it fits: those of its classes, categories and customer types (of all, where
// it names none), in its jurisdictions, at its time, for customers who gave what it asks for.
type Treatment struct {
	Kind          TaxKind
	Percent       money.Percent // of a rate
	Classes       []string
	Categories    []string
	CustomerTypes []string
	Jurisdictions []string
	Needs         string            // the name of a detail; "" for none
	Document      Document          // that the customer must have; zero for none
	From, Until   Clock             // in the market's time, as of an offer
	Text          map[string]string // what the bill says of it, by language
}

// Kept reports whether lines keep how the authority taxes them. Of rates that add up they keep the sum alone.
func (a Authority) Kept() bool {
	return slices.ContainsFunc(a.Treatments, func(t Treatment) bool { return t.Kind != "" })
}

// Document is the names of the details that tell of a document which exempts its owner: its number, who issued it, and the last day
// on which it holds. Authority and Until are "" where that is not asked.
type Document struct{ Number, Authority, Until string }

// holds reports whether details tell of a document that holds on a day.
func (d Document) holds(details map[string]string, day string) bool {
	given := func(name string) bool { return name == "" || details[name] != "" }
	return given(d.Number) && given(d.Authority) && (d.Until == "" || details[d.Until] >= day)
}

// asks reports whether the customer must give or have something for the treatment.
func (t Treatment) asks() bool { return t.Needs != "" || t.Document != (Document{}) }

// Most is the highest rate.
func (a Authority) Most() (most money.Percent) {
	for _, t := range a.Treatments {
		most = max(most, t.Percent)
	}
	return most
}

// Texts are what the bill says of taxes, by their names and kinds of treatment ("VAT exempt"), then by language; of several
// treatments of one kind, the first one's.
func (t Tax) Texts() map[string]map[string]string {
	var texts map[string]map[string]string
	for _, a := range t.Authorities {
		for _, treatment := range a.Treatments {
			key := a.Name + " " + string(treatment.Kind)
			if treatment.Text == nil || texts[key] != nil {
				continue
			}
			if texts == nil {
				texts = map[string]map[string]string{}
			}
			texts[key] = treatment.Text
		}
	}
	return texts
}

// Covers reports whether some treatment is for a class of products whatever else is asked, at a time: in included taxes, for
// all customers, since prices have it in them.
func (a Authority) Covers(class, customerType string, included bool, at time.Time, zone *time.Location) bool {
	return slices.ContainsFunc(a.Treatments, func(t Treatment) bool {
		serves := in(customerType, t.CustomerTypes) && (!included || len(t.CustomerTypes) == 0)
		return !t.asks() && t.open(at, zone) && in(class, t.Classes) && serves
	})
}

// Rates reports whether a rate without an authority is for a category of products and a customer type.
func (t Treatment) Rates(category, customerType string) bool {
	return in(category, t.Categories) && in(customerType, t.CustomerTypes)
}

// Edges are the moments after a time at which treatments begin or end.
func (a Authority) Edges(after time.Time, zone *time.Location) (edges []time.Time) {
	for _, t := range a.Treatments {
		for _, c := range []Clock{t.From, t.Until} {
			if at := c.In(zone); !c.IsZero() && at.After(after) {
				edges = append(edges, at)
			}
		}
	}
	return edges
}

// TaxKind is what a treatment does. Rules without authorities have rates that add up: each is an authority by itself, with one treatment
// of the zero TaxKind.
type TaxKind string

// The kinds of treatments. Only a rate has an amount.
const (
	TaxRate       TaxKind = "rate"
	TaxZero       TaxKind = "zero"
	TaxExempt     TaxKind = "exempt"
	ReverseCharge TaxKind = "reverse-charge" // the customer owes it
	OutOfScope    TaxKind = "out-of-scope"
)

// TaxKinds lists them.
func TaxKinds() []TaxKind { return []TaxKind{TaxRate, TaxZero, TaxExempt, ReverseCharge, OutOfScope} }

// taxed is the treatment of a line by each authority; nil where it has none for it.
type taxed []*Treatment

// lineTaxes is how a line is taxed.
type lineTaxes struct {
	owed, priced     taxed   // what the customer owes, and what the price has in it
	inPrice, amounts []int64 // of each authority
	base             int64
}

// tax adds the market's taxes to each line, or computes how much of its price they are.
func (b *bill) tax() error {
	rounding, all := b.market.Tax.Rounding, make([]lineTaxes, len(b.lines))
	var within, upon []share
	for i, l := range b.lines {
		all[i] = b.treat(l)
		within = append(within, all[i].priced.shares(i, l.left, all[i].priced.whole(), all[i].inPrice)...)
	}
	if err := rounding.round(within); err != nil {
		return err
	}
	for i, l := range b.lines {
		t := &all[i]
		if t.base = l.left - sum(t.inPrice); slices.Equal(t.priced, t.owed) {
			t.amounts = t.inPrice
			continue
		}
		upon = append(upon, t.owed.shares(i, t.base, money.Hundred, t.amounts)...)
	}
	if err := rounding.round(upon); err != nil {
		return err
	}
	b.noteAll(all)
	return nil
}

// treat finds what a line's customer owes, and what its price has in it.
func (b *bill) treat(l *line) lineTaxes {
	t := lineTaxes{owed: b.treated(l, b.serves)}
	switch {
	case b.market.Tax.Included && b.market.Tax.KeepGross:
		t.priced = t.owed
	case b.market.Tax.Included:
		t.priced = b.treated(l, b.usual)
	default:
		t.priced = make(taxed, len(t.owed))
	}
	t.inPrice, t.amounts = make([]int64, len(t.owed)), make([]int64, len(t.owed))
	return t
}

// treated returns the treatments that fit a line's product and for which what else is asked holds.
func (b *bill) treated(l *line, fits func(*Treatment) bool) taxed {
	by := make(taxed, len(b.market.Tax.Authorities))
	for i, a := range b.market.Tax.Authorities {
		at := slices.IndexFunc(a.Treatments, func(t Treatment) bool {
			return in(l.Class, t.Classes) && in(l.category, t.Categories) && t.open(b.now, b.market.Zone) && fits(&t)
		})
		if at >= 0 {
			by[i] = &a.Treatments[at]
		}
	}
	return by
}

// serves reports whether a treatment is for the customer.
func (b *bill) serves(t *Treatment) bool {
	return in(b.customer, t.CustomerTypes) && (t.Needs == "" || b.details[t.Needs] != "") && t.Document.holds(b.details, b.today())
}

// today is the day on the market's clock, as a document has it.
func (b *bill) today() string { return b.now.In(b.market.Zone).Format(time.DateOnly) }

// usual reports whether prices have the treatment's tax in them: it asks nothing of the customer. Rates without an authority are in
// the price of those who owe them.
func (b *bill) usual(t *Treatment) bool {
	if t.Kind == "" {
		return b.serves(t)
	}
	return len(t.CustomerTypes) == 0 && !t.asks()
}

func (t Treatment) open(now time.Time, zone *time.Location) bool {
	return (t.From.IsZero() || !now.Before(t.From.In(zone))) && (t.Until.IsZero() || now.Before(t.Until.In(zone)))
}

func in(name string, names []string) bool { return len(names) == 0 || slices.Contains(names, name) }

// noteAll notes the lines' taxes, by authority.
func (b *bill) noteAll(all []lineTaxes) {
	by := make([][]event.Tax, len(b.market.Tax.Authorities))
	for n, l := range b.lines {
		t := all[n]
		l.Tax, l.added = sum(t.amounts), t.base+sum(t.amounts)-l.left
		for i, owed := range t.owed {
			if owed != nil {
				of := event.Tax{Base: t.base, Amount: t.amounts[i], Relief: t.inPrice[i] - t.amounts[i]}
				by[i] = b.note(by[i], l, &b.market.Tax.Authorities[i], owed, of)
			}
		}
	}
	b.taxes = slices.DeleteFunc(slices.Concat(by...), func(t event.Tax) bool { return t.Treatment == "" && t.Amount == 0 })
}

// note adds a line's tax to those of its authority.
func (b *bill) note(all []event.Tax, l *line, a *Authority, t *Treatment, of event.Tax) []event.Tax {
	of.Name, of.Point, of.Rate, of.Included, of.Treatment = a.Name, a.Point, t.Percent.String(), b.market.Tax.Included, string(t.Kind)
	if !of.Included {
		of.Relief = 0
	}
	if t.Kind == "" {
		of.Base = 0
	} else {
		l.Relief += of.Relief
		l.Taxes = append(l.Taxes, event.LineTax{Name: a.Name, Treatment: of.Treatment, Rate: of.Rate, Base: of.Base, Amount: of.Amount, Point: a.Point})
	}
	at := slices.IndexFunc(all, func(is event.Tax) bool { return is.Treatment == of.Treatment && is.Rate == of.Rate })
	if at < 0 {
		return append(all, of)
	}
	all[at].Base, all[at].Amount, all[at].Relief = all[at].Base+of.Base, all[at].Amount+of.Amount, all[at].Relief+of.Relief
	return all
}

// whole is a price with all its taxes, in percent of the price without.
func (by taxed) whole() money.Percent {
	whole := money.Hundred
	for _, t := range by {
		if t != nil {
			whole += t.Percent
		}
	}
	return whole
}

// shares are the taxes of a line's amount, which is so much in percent of what they are computed of.
func (by taxed) shares(line int, of int64, whole money.Percent, amounts []int64) (all []share) {
	for i, t := range by {
		if t != nil && t.Percent != 0 {
			all = append(all, share{line: line, authority: i, percent: t.Percent, of: of, whole: int64(whole), amount: &amounts[i]})
		}
	}
	return all
}

func sum(amounts []int64) (all int64) {
	for _, a := range amounts {
		all += a
	}
	return all
}

package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// Fact is something agreed with a customer, in words.
type Fact struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// taxOf describes a tax of an order.
func taxOf(t event.Tax, currency money.Currency) string {
	written := func(minor int64) string { return money.Amount{Minor: minor, Currency: currency}.String() }
	text := written(t.Amount) + map[bool]string{true: ", in the price", false: ", added"}[t.Included]
	if t.Treatment == "" {
		return text
	}
	text += ", of " + written(t.Base)
	if t.Treatment != "rate" {
		text += ", " + t.Treatment
	}
	if t.Relief != 0 {
		text += "; " + written(t.Relief) + " of the price is not charged"
	}
	return text
}

// termsOf describes what was agreed: the price of each line and why, taxes, codes, answers, reviews, and the version of
// the rules. plant names a product.
func termsOf(o order.Order, plant func(sku string) string) (facts []Fact) {
	add := func(name, text string) {
		if text != "" {
			facts = append(facts, Fact{name, text})
		}
	}
	if len(o.Terms.Lines) == 0 {
		for _, item := range o.Products {
			add("Plants", strconv.FormatInt(item.Quantity, 10)+" × "+plant(item.SKU))
		}
	}
	for _, l := range o.Terms.Lines {
		if l.Charge != "" {
			add("Charge "+l.Charge, wordsOf(l, "charge", o.Total.Currency)+", account "+l.Account)
			continue
		}
		add("Plants", wordsOf(l, plant(l.SKU), o.Total.Currency))
	}
	for _, t := range o.Terms.Taxes {
		add(t.Name+" "+t.Rate+"%", taxOf(t, o.Total.Currency))
	}
	add("Taxed in", o.Terms.Jurisdiction)
	add("Codes", strings.Join(o.Terms.Codes, ", "))
	for _, name := range slices.Sorted(maps.Keys(o.Terms.Details)) {
		add("Asked for "+name, o.Terms.Details[name])
	}
	for _, r := range o.Reviews {
		add("Review "+r.Step, outcomeOf(r))
	}
	if o.Terms.Replaces != 0 {
		add("Replaces", "order "+strconv.FormatInt(o.Terms.Replaces, 10)+", after a complaint")
	}
	if o.Rules != 0 {
		add("Rules", "version "+strconv.FormatInt(o.Rules, 10))
	}
	return facts
}

func wordsOf(l event.Line, plant string, currency money.Currency) string {
	amount := func(minor int64) string { return money.Amount{Minor: minor, Currency: currency}.String() }
	text := strconv.FormatInt(l.Quantity, 10) + " × " + plant + ", " + amount(l.UnitPrice) + " each"
	if l.Gift {
		text += ", a gift"
	}
	for _, off := range l.Off {
		text += ", " + off.Offer + " −" + amount(off.Amount)
	}
	return text + "; paid " + amount(l.Total)
}

func outcomeOf(r order.Review) string {
	text := r.State
	switch {
	case r.WaitsForSecond():
		text += ", approved by " + r.First + ", waits for a second person"
	case r.Two && r.State == order.ReviewOpen:
		text += ", takes two persons"
	case r.First != "" && r.State == order.ReviewPassed:
		text += " by " + r.First + " and"
		if r.FirstNote != "" {
			text = r.State + " by " + r.First + ": " + r.FirstNote + ", and"
		}
	}
	if r.By != "" {
		text += " by " + r.By
	}
	if r.Note != "" {
		text += ": " + r.Note
	}
	return text
}

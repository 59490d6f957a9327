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

// termsOf describes what was agreed: the price of each line and why, taxes, codes, answers, reviews, and the version of
// the rules.
func termsOf(o order.Order) (facts []Fact) {
	add := func(name, text string) {
		if text != "" {
			facts = append(facts, Fact{name, text})
		}
	}
	if len(o.Terms.Lines) == 0 {
		add("Plants", o.Products.String())
	}
	for _, l := range o.Terms.Lines {
		add("Plants", wordsOf(l, o.Total.Currency))
	}
	for _, t := range o.Terms.Taxes {
		add(t.Name+" "+t.Rate+"%", money.Amount{Minor: t.Amount, Currency: o.Total.Currency}.String()+map[bool]string{true: ", in the price", false: ", added"}[t.Included])
	}
	add("Codes", strings.Join(o.Terms.Codes, ", "))
	for _, name := range slices.Sorted(maps.Keys(o.Terms.Details)) {
		add("Asked for "+name, o.Terms.Details[name])
	}
	for _, r := range o.Reviews {
		add("Review "+r.Step, outcomeOf(r))
	}
	if o.Rules != 0 {
		add("Rules", "version "+strconv.FormatInt(o.Rules, 10))
	}
	return facts
}

func wordsOf(l event.Line, currency money.Currency) string {
	amount := func(minor int64) string { return money.Amount{Minor: minor, Currency: currency}.String() }
	text := strconv.FormatInt(l.Quantity, 10) + " × " + l.SKU + ", " + amount(l.UnitPrice) + " each"
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

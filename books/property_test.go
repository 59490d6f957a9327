package books_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/books"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// life draws what happens to an order of 119.00, with the tax that goes with it.
func life(t *rapid.T) (all []books.Movement) {
	now := at("2026-11-02 08:00")
	add := func(ms ...books.Movement) {
		now = now.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "hours")) * time.Hour)
		for _, m := range ms {
			m.At = now
			all = append(all, m)
		}
	}
	const any = "2026-11-02 08:00"
	prepaid := rapid.Bool().Draw(t, "prepaid")
	if prepaid {
		add(paid(11900, any))
	}
	add(sold(11900, 1900, any)...)
	left, tax, back := int64(11900), int64(1900), int64(0)
	for i := range rapid.IntRange(0, 5).Draw(t, "steps") {
		number := string(rune('1' + i))
		switch rapid.SampledFrom([]string{"hand over", "part", "all", "bank"}).Draw(t, "what") {
		case "hand over":
			if !slices.ContainsFunc(all, func(m books.Movement) bool { return m.Kind == "handover" }) {
				add(handedOver(any))
			}
		case "part":
			amount := rapid.Int64Range(0, left).Draw(t, "amount")
			part := money.Share(tax, amount, left)
			add(append(reversed("."+number, amount, part, any), movement("refund."+number, "receivable", "cash:card", amount, any))...)
			left, tax, back = left-amount, tax-part, back+amount
		case "all":
			add(reversed("."+number, left, tax, any)...)
			left, tax = 0, 0
		case "bank":
			add(movement("bank."+number, "cash:bank", "receivable", rapid.Int64Range(1, 20000).Draw(t, "bank"), any))
		}
	}
	return slices.DeleteFunc(all, func(m books.Movement) bool { return m.Amount == 0 })
}

// TestTheBooksFollowTheOrder: each entry balances; what the accounts have at the end does not depend on how often the order was
// entered on the way; and an order that was never handed over has earned nothing.
func TestTheBooksFollowTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.SampledFrom([]string{event.PointOrder, event.PointPayment, event.PointDelivery}).Draw(t, "point")
		own := rapid.SampledFrom([]money.Currency{"EUR", "USD"}).Draw(t, "own")
		rates := []books.Rate{{Currency: "EUR", Day: "2026-01-01", Rate: "0.9"}, {Currency: "EUR", Day: "2026-11-05", Rate: "0.95"}}
		movements, o := life(t), germanOrder(1, point)
		whole, err := poster(own, rates...).Post(o, movements, nil)
		if err != nil {
			t.Fatal(err)
		}
		var parts []books.Entry
		again := poster(own, rates...)
		for i := range movements {
			known := slices.Clone(movements[:i+1])
			if i+1 < len(movements) && movements[i+1].At.Equal(known[i].At) {
				continue // they are written in one transaction
			}
			for j := range known[:i] {
				known[j].Entered = !known[j].At.Equal(known[i].At)
			}
			out, err := again.Post(o, known, parts)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, out.Entries...)
		}
		if diff := cmp.Diff(whole.Entries, parts); diff != "" {
			t.Fatal(diff)
		}
		handed := slices.ContainsFunc(movements, func(m books.Movement) bool { return m.Kind == "handover" })
		for _, e := range whole.Entries {
			if err := e.Check(); err != nil {
				t.Fatal(err)
			}
			for _, l := range e.Lines {
				if !handed && strings.HasPrefix(string(l.Account), "revenue:") {
					t.Fatalf("revenue of what was not handed over: %+v", e)
				}
			}
		}
	})
}

// TestAChangedEntryIsFound, whatever of it is changed, and so is one that is missing.
func TestAChangedEntryIsFound(t *testing.T) {
	var entries []books.Entry
	var stored []string
	last := books.Entry{}
	for _, e := range post(t, poster("EUR"), germanOrder(1, event.PointPayment), append(sold(11900, 1900, "2026-11-02 08:00"), paid(11900, "2026-11-02 08:00"), handedOver("2026-11-03 08:00"))...).Entries {
		data := must(e.Seal(last))
		entries, stored, last = append(entries, e), append(stored, data), e
	}
	check := func(data []string) (wrong string) {
		before := books.Entry{}
		for i, d := range data {
			if before, wrong = books.Verify(before, d, entries[len(entries)-len(data)+i].Hash); wrong != "" {
				return wrong
			}
		}
		return ""
	}
	if wrong := check(stored); wrong != "" || len(stored) != 2 {
		t.Fatalf("%d entries: %s", len(stored), wrong)
	}
	for _, change := range [][2]string{{"11900", "11800"}, {"clearing", "deposits"}, {"2026-11-02", "2026-11-01"}, {`"number":1`, `"number":2`}} {
		changed := []string{strings.Replace(stored[0], change[0], change[1], 1), stored[1]}
		if changed[0] == stored[0] || check(changed) == "" {
			t.Errorf("%s for %s is not found", change[1], change[0])
		}
	}
	if check(stored[1:]) == "" {
		t.Error("a missing entry is not found")
	}
}

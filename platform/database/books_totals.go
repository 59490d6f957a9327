package database

import (
	"cmp"
	"maps"
	"slices"

	"acme.example/webshop/books"
)

// totalKey is what a total is of.
type totalKey struct {
	day      books.Day
	account  books.Account
	currency string
}

// totals add up entries.
type totals map[totalKey]*BookTotal

func newTotals() totals { return totals{} }

// TotalsOf adds up entries, by day, account and currency.
func TotalsOf(entries []books.Entry) []BookTotal {
	t := newTotals()
	for _, e := range entries {
		t.add(e)
	}
	return t.sorted()
}

func (t totals) add(e books.Entry) {
	for _, l := range e.Lines {
		key := totalKey{e.Day, l.Account, e.Money}
		if t[key] == nil {
			t[key] = &BookTotal{Day: e.Day, Account: l.Account, Currency: e.Money}
		}
		sum := t[key]
		sum.Debit, sum.Credit = sum.Debit+max(l.Amount, 0), sum.Credit+max(-l.Amount, 0)
		sum.Own, sum.Base = sum.Own+l.Own, sum.Base+l.Base
	}
}

func (t totals) sorted() []BookTotal {
	keys := slices.SortedFunc(maps.Keys(t), func(a, b totalKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.account, b.account), cmp.Compare(a.currency, b.currency))
	})
	all := make([]BookTotal, len(keys))
	for i, key := range keys {
		all[i] = *t[key]
	}
	return all
}

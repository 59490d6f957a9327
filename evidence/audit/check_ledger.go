package audit

import (
	"encoding/json"
	"fmt"
	"maps"
)

// checkLedger compares the entries with what follows from the order and its events, whatever the state of their receipts.
func checkLedger(k *look, l *life, v verdict) {
	sold := l.has("OrderPlaced") && l.total > 0 // an amount of zero is not entered
	reversed := sold && l.has("OrderCancelled")
	l.expectInLedger("payment", l.paid() && l.total > 0, v)
	l.expectInLedger("sale", sold, v)
	l.expectInLedger("reversal", reversed, v)
	l.expectInLedger("refund", l.refunds != "" && l.total > 0, v)
	l.expectTaxes(sold, reversed, v)
	k.sums.add(k, l)
}

// expectInLedger expects an entry, or none.
func (l *life) expectInLedger(kind string, must bool, v verdict) {
	accounts := accounts[kind]
	l.expectEntries(entry{kind: kind, debit: l.account(accounts[0]), credit: l.account(accounts[1]), currency: l.currency, amount: l.total, test: l.isTest()}, must, v)
}

// expectEntries expects one entry with this content, or none. If there are corrections, their sum with it counts.
func (l *life) expectEntries(want entry, must bool, v verdict) {
	found, corrections := l.entriesOf(want.kind)
	all := append(found, corrections...)
	v.expect(!must || len(all) > 0, "a "+want.kind+" in the ledger", "none")
	v.expect(len(found) <= 1, "one "+want.kind+" in the ledger", "%d", len(found))
	if len(corrections) == 0 {
		v.expect(must || len(found) == 0, "no "+want.kind+" in the ledger", "%+v", found)
		for _, e := range found {
			v.expect(!must || e == want, want.String(), "%s", e)
		}
		return
	}
	for _, e := range corrections {
		v.expect(e.author != "" && e.reason != "" && e.test == want.test && e.currency == want.currency, "a correction with its author and reason", "%s by %q: %q", e, e.author, e.reason)
	}
	if !must {
		want.amount = 0
	}
	is := moved(all)
	v.expect(maps.Equal(is, moved([]entry{want})), "with its corrections "+want.String(), "%v", is)
}

// moved returns what entries move to each account, without accounts for which that is zero.
func moved(entries []entry) map[string]int64 {
	sums := map[string]int64{}
	for _, e := range entries {
		sums[e.debit] += e.amount
		sums[e.credit] -= e.amount
	}
	maps.DeleteFunc(sums, func(_ string, sum int64) bool { return sum == 0 })
	return sums
}

// expectTaxes expects an entry of each tax with the sale, and with the reversal; and no entries of a kind that the order
// cannot have.
func (l *life) expectTaxes(sold, reversed bool, v verdict) {
	known := maps.Clone(accounts)
	for _, t := range l.taxes(v) {
		state := "tax:" + l.market + ":" + t.Name
		sale := entry{kind: "tax:" + t.Name, debit: "revenue", credit: state, currency: l.currency, amount: t.Amount, test: l.isTest()}
		back := entry{kind: "tax-reversal:" + t.Name, debit: state, credit: "refunds", currency: l.currency, amount: t.Amount, test: l.isTest()}
		l.expectEntries(sale, sold && t.Amount > 0, v)
		l.expectEntries(back, reversed && t.Amount > 0, v)
		known[sale.kind], known[back.kind] = [2]string{}, [2]string{}
	}
	for _, e := range l.entries {
		if _, is := known[e.of()]; is {
			v.fine()
			continue
		}
		found, corrections := l.entriesOf(e.of())
		v.expect(len(moved(append(found, corrections...))) == 0, "a kind of entry that is known, or is corrected away", "%q", e.kind)
	}
}

// tax is an agreed tax of an order.
type tax struct {
	Name   string
	Amount int64
}

func (l *life) taxes(v verdict) []tax {
	var terms struct{ Taxes []tax }
	if l.terms != "" {
		err := json.Unmarshal([]byte(l.terms), &terms)
		v.expect(err == nil, "terms that can be read", "%v", err)
	}
	return terms.Taxes
}

func (e entry) String() string {
	return fmt.Sprintf("%s: %s to %s, %d %s, test %t", e.kind, e.debit, e.credit, e.amount, e.currency, e.test)
}

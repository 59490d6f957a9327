package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkLedger compares the entries with what follows from the order and its events, whatever the state of their receipts.
func checkLedger(k *look, l *life, v verdict) {
	sold := l.has("OrderPlaced") && l.total > 0 // an amount of zero is not entered
	reversed := sold && l.has("OrderCancelled")
	known := map[string]bool{}
	expect := func(kind string, number int, provider string, amount int64, must bool) {
		want := l.entry(kind, number, provider, amount)
		known[want.kind] = true
		l.expectEntries(want, must && amount > 0, v)
	}
	expect("payment", 1, l.provider, l.total, l.paid())
	expect("sale", 1, "", l.total, sold)
	handed, _ := l.entriesOf("handover") // the books count what was sold as earned from then on; earlier releases entered none
	expect("handover", 1, "", l.total, sold && len(handed) > 0)
	parts := l.partsTakenBack()
	expect("reversal", 1, "", l.total-sum(parts), reversed)
	for number, amount := range parts {
		known[l.entry("reversal.", number, "", amount).kind] = true
		l.expectEntries(l.entry("reversal.", number, "", amount), true, v)
	}
	l.moreEntries(expect)
	l.expectReceipts(sold, known, v)
	l.expectTaxes(sold, reversed, parts, known, v)
	l.expectKnown(known, v)
	k.sums.add(k, l)
}

// moreEntries expects the entries of refunds, of what was paid once more, and of what banks took back.
func (l *life) moreEntries(expect func(kind string, number int, provider string, amount int64, must bool)) {
	main := l.paidBy()
	for _, p := range l.payments {
		expect("overpayment.", p.Number, p.Provider, p.Amount, p.State == isPaid && p.Number != main.Number)
		for i, d := range p.disputes() {
			of, number := "", p.Number
			if i > 0 {
				of, number = fmt.Sprint(p.Number, "."), i+1
			}
			expect("chargeback."+of, number, p.Provider, d.Amount.Minor, true)
			expect("chargeback-won."+of, number, p.Provider, d.Amount.Minor, d.State == "won")
		}
	}
	if len(l.back) == 0 {
		expect("refund", 1, l.provider, l.total, false)
	}
	for _, r := range l.back {
		kind, provider := "refund", l.provider
		if r.Reason == paidTwice {
			kind = "overpaid-back."
		} else if r.Number > 1 {
			kind = "refund."
		}
		if of := l.payment(r.Payment); of != nil {
			provider = of.Provider
		}
		expect(kind, r.Number, provider, r.Amount, r.State == isRefunded)
	}
}

// entry is an entry of the order of a kind. A kind that ends in a dot has the number of its payment or refund; of a payment's
// further dispute also that.
func (l *life) entry(kind string, number int, provider string, amount int64) entry {
	name, _, parted := strings.Cut(kind, ".")
	if parted {
		name += "."
	}
	accounts, e := accounts[name], entry{kind: kind, currency: l.currency, amount: amount, test: l.isTest()}
	if strings.HasSuffix(kind, ".") {
		e.kind = fmt.Sprint(kind, number)
	}
	account := func(name string) string {
		if name == "cash" {
			return "cash:" + provider
		}
		return name
	}
	e.debit, e.credit = account(accounts[0]), account(accounts[1])
	return e
}

// partsTakenBack are the parts of the sale that refunds have taken back, by the number of the refund. Of an order that was
// cancelled, those that were done later have no part of their own: its whole sale was taken back already.
func (l *life) partsTakenBack() map[int]int64 {
	parts := map[int]int64{}
	for _, r := range l.back {
		kind := l.entry("reversal.", r.Number, "", r.Amount).kind
		entered := slices.ContainsFunc(l.entries, func(e entry) bool { return e.kind == kind })
		if r.State == isRefunded && r.Reason != offAgain && r.Reason != paidTwice && (entered || l.status != cancelled) {
			parts[r.Number] = r.Amount
		}
	}
	return parts
}

func sum(parts map[int]int64) (all int64) {
	for _, amount := range parts {
		all += amount
	}
	return all
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

func (e entry) String() string {
	return fmt.Sprintf("%s: %s to %s, %d %s, test %t", e.kind, e.debit, e.credit, e.amount, e.currency, e.test)
}

package audit

import (
	"fmt"
	"strings"
)

// bankReceipts are the entries of what a customer paid for an invoice at the bank, without their corrections.
func (l *life) bankReceipts() (all []entry) {
	for _, e := range l.entries {
		if strings.HasPrefix(e.kind, "bank.") && e.of() == e.kind {
			all = append(all, e)
		}
	}
	return all
}

// atBank is what came to the bank for the order, by its receipts and their corrections.
func (l *life) atBank() (sum int64) {
	for _, e := range l.entries {
		if strings.HasPrefix(e.kind, "bank.") {
			sum += moved([]entry{e})[bankAccount]
		}
	}
	return sum
}

// expectReceipts expects that what came to the bank was for an invoice, each receipt once, and no more than the order costs.
func (l *life) expectReceipts(sold bool, known map[string]bool, v verdict) {
	receipts, names := l.bankReceipts(), map[string]bool{}
	for i, e := range receipts {
		known[e.kind] = true
		want := l.entry("bank.", i+1, "", e.amount)
		found, _ := l.entriesOf(want.kind)
		v.expect(len(found) == 1, "a "+want.kind+" in the ledger", "%d", len(found))
		want.kind, want.author, want.reason = e.kind, e.author, e.reason
		_, corrections := l.entriesOf(e.kind)
		v.expect(e == want || len(corrections) > 0, want.String(), "%s", e)
		v.expect(e.author != "" && e.reason != "" && !names[e.reason], "a bank receipt with who entered it and the bank's name for it, once", "%s by %q: %q", e, e.author, e.reason)
		names[e.reason] = true
	}
	paid := l.atBank()
	v.expect(paid == 0 || sold && !l.paid(), "no bank receipts of an order that is not paid by invoice", "%d", paid)
	v.expect(paid >= 0 && paid <= l.total, fmt.Sprintf("at most %d paid at the bank", l.total), "%d", paid)
}

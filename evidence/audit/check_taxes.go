package audit

import (
	"fmt"
	"math/big"
	"strings"
)

// expectTaxes expects an entry of each tax with the sale, and with what was taken back of it.
func (l *life) expectTaxes(sold, reversed bool, parts map[int]int64, known map[string]bool, v verdict) {
	for _, t := range l.terms.Taxes {
		state := "tax:" + l.market + ":" + t.key()
		sale := entry{kind: "tax:" + t.key(), debit: "revenue", credit: state, currency: l.currency, amount: t.Amount, test: l.isTest()}
		l.expectEntries(sale, sold && t.Amount > 0, v)
		back := entry{kind: "tax-reversal:" + t.key(), debit: state, credit: "refunds", currency: l.currency, amount: t.Amount, test: l.isTest()}
		known[sale.kind], known[back.kind] = true, true
		if len(parts) == 0 {
			l.expectEntries(back, reversed && t.Amount > 0, v)
			continue
		}
		l.expectShares(back, reversed, parts, known, v)
	}
}

// expectShares expects of a tax what was taken back with parts of the sale. Each part may be rounded by a minor unit.
func (l *life) expectShares(back entry, reversed bool, parts map[int]int64, known map[string]bool, v verdict) {
	all, off := l.ledgered(back.kind), int64(len(parts))
	for number := range parts {
		kind := fmt.Sprint(back.kind, ".", number)
		known[kind] = true
		all = append(all, l.ledgered(kind)...)
	}
	want := back.amount
	if !reversed {
		share := new(big.Int).Mul(big.NewInt(back.amount), big.NewInt(sum(parts)))
		want = share.Div(share, big.NewInt(l.total)).Int64()
	}
	is := moved(all)[back.debit]
	v.expect(want-off <= is && is <= want+off, fmt.Sprintf("%s of %d in the ledger", back.kind, want), "%d", is)
}

// ledgered returns the entries of a kind with their corrections.
func (l *life) ledgered(kind string) []entry {
	found, corrections := l.entriesOf(kind)
	return append(found, corrections...)
}

// expectKnown expects no entries of a kind that the order cannot have.
func (l *life) expectKnown(known map[string]bool, v verdict) {
	for _, e := range l.entries {
		if known[e.of()] {
			v.fine()
			continue
		}
		v.expect(len(moved(l.ledgered(e.of()))) == 0, "a kind of entry that is known, or is corrected away", "%q", e.kind)
	}
}

// key names a tax in the ledger. Those of rules without authorities have one rate each.
func (t tax) key() string {
	if t.Treatment == "" {
		return t.Name
	}
	return t.Name + "@" + strings.ReplaceAll(t.Rate, ".", ",")
}

package audit

import (
	"fmt"
	"math/big"
	"strings"
)

// earnings are revenue, refunds and taxes by market: debits less credits, as the ledger has them, and as they follow from what was
// agreed with the orders' customers.
type earnings struct {
	ledger, agreed map[account]int64
	coins          map[account]int64 // by which rounding may part them: one for each part of a sale that was taken back
}

func newEarnings() earnings {
	return earnings{ledger: map[account]int64{}, agreed: map[account]int64{}, coins: map[account]int64{}}
}

// add adds an order.
func (s earnings) add(l *life) {
	for _, e := range l.entries {
		s.enter(l.market, e.debit, e, e.amount)
		s.enter(l.market, e.credit, e, -e.amount)
	}
	if !l.has("OrderPlaced") || l.total == 0 {
		return
	}
	of := func(name string) account { return account{l.market + " " + name, l.currency, l.isTest()} }
	back, parts := l.takenBack()
	s.agreed[of("revenue")] -= l.total
	s.agreed[of("refunds")] += back
	for _, t := range l.terms.Taxes {
		state, share := of("tax:"+l.market+":"+t.key()), t.shareOf(back, l.total)
		s.agreed[of("revenue")] += t.Amount
		s.agreed[of("refunds")] -= share
		s.agreed[state] += share - t.Amount
		s.coins[state] += parts
		s.coins[of("refunds")] += parts
	}
}

// enter adds what an entry moves to an account.
func (s earnings) enter(market, name string, e entry, amount int64) {
	if name == "revenue" || name == "refunds" || strings.HasPrefix(name, "tax:") {
		s.ledger[account{market + " " + name, e.currency, e.test}] += amount
	}
}

// takenBack is how much of the order's sale was taken back, and in how many parts.
func (l *life) takenBack() (amount, parts int64) {
	back := l.partsTakenBack()
	if l.has("OrderCancelled") {
		return l.total, int64(len(back))
	}
	return sum(back), int64(len(back))
}

// shareOf is what is due of a tax to a part of the order's total.
func (t tax) shareOf(part, total int64) int64 {
	share := big.NewRat(part, total)
	return rounded(share.Mul(share, ratio(t.Amount)), "half-up")
}

// expect compares the two.
func (s earnings) expect(v verdict) {
	for _, a := range (sums{}).accounts(s.ledger, s.agreed) {
		off := max(s.ledger[a]-s.agreed[a], s.agreed[a]-s.ledger[a])
		market, name, _ := strings.Cut(a.name, " ")
		v.expect(off <= s.coins[a], fmt.Sprintf("%s of orders in %s: %d %s, by what was agreed", name, market, s.agreed[a], a.currency), "%d in the ledger", s.ledger[a])
	}
}

package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// account is an account of the ledger in a currency, of real or of test orders.
type account struct {
	name, currency string
	test           bool
}

// sums adds up over all orders what the ledger has and what it should have.
type sums struct {
	ledger   map[account]int64 // debits less credits
	cash     map[account]int64 // the providers' charges less refunds, of orders for which the ledger has entries
	owed     map[account]int64 // what customers owe, from orders and their events
	unproven map[account]int   // payments whose records are not available
	earned   earnings
}

func newSums() sums {
	return sums{ledger: map[account]int64{}, cash: map[account]int64{}, owed: map[account]int64{}, unproven: map[account]int{}, earned: newEarnings()}
}

// add adds an order.
func (s sums) add(k *look, l *life) {
	for _, e := range l.entries {
		s.ledger[account{e.debit, e.currency, e.test}] += e.amount
		s.ledger[account{e.credit, e.currency, e.test}] -= e.amount
	}
	s.earned.add(l)
	s.owed[account{"receivable", l.currency, l.isTest()}] += owed(l)
	if !l.paid() || l.total == 0 {
		return
	}
	for _, name := range l.providers() {
		cash := account{"cash:" + name, l.currency, l.isTest()}
		p := k.partner(name, &l.order)
		if p == nil || !p.covers(l.createdAt) {
			s.unproven[cash]++
			continue
		}
		s.cash[cash] += l.held(p, name)
	}
}

// held returns what a provider holds of an order, by its records. What the shop does not know yet is not counted: a charge or
// refund that is under way.
func (l *life) held(p *place, provider string) (sum int64) {
	open := map[string]bool{}
	for _, one := range l.payments {
		open[l.key("charge", one.Number)] = one.State != isPaid
		for _, d := range one.disputes() {
			if one.Provider == provider && d.State != "won" {
				sum -= d.Amount.Minor
			}
		}
	}
	back := false
	for _, r := range l.back {
		open[l.key("refund", r.Number)] = r.State != isRefunded
		back = back || r.State == isRefunded
	}
	for _, r := range succeeded(p.of("charge", l.id)) {
		if !open[r.key] {
			r.counted = true
			sum += r.amount
		}
	}
	for _, r := range succeeded(p.of("refund", l.id)) {
		if back && !open[r.key] {
			r.counted = true
			sum -= r.amount
		}
	}
	return sum
}

// owed returns what the customer owes for the order, or if negative the shop owes the customer: an unpaid invoice, what was
// paid once more, or a step that is pending.
func owed(l *life) (owes int64) {
	sold := l.has("OrderPlaced")
	if sold {
		owes += l.total
	}
	if l.paid() {
		owes -= l.total
	}
	switch {
	case sold && l.has("OrderCancelled"):
		owes -= l.total
	case sold:
		owes -= sum(l.partsTakenBack())
	}
	owes -= l.atBank()
	for _, p := range l.payments {
		if p.State == isPaid && p.Number != l.paidBy().Number {
			owes -= p.Amount
		}
		owes += l.givenBack(p.Number, isRefunded)
	}
	return owes
}

// balances lists the accounts.
func (s sums) balances() []Balance {
	list := []Balance{}
	for _, a := range s.accounts(s.ledger) {
		list = append(list, Balance{Account: a.name, Currency: a.currency, Amount: s.ledger[a], Test: a.test})
	}
	return list
}

func (sums) accounts(of ...map[account]int64) (all []account) {
	for _, m := range of {
		all = slices.AppendSeq(all, maps.Keys(m))
	}
	slices.SortFunc(all, func(a, b account) int {
		return cmp.Or(cmp.Compare(fmt.Sprint(a.test), fmt.Sprint(b.test)), cmp.Compare(a.name, b.name), cmp.Compare(a.currency, b.currency))
	})
	return slices.Compact(all)
}

// checkBalance compares the sums.
func checkBalance(_ context.Context, k *look, _ *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	s := k.sums
	total := map[account]int64{}
	for _, a := range s.accounts(s.ledger, s.cash, s.owed) {
		total[account{"", a.currency, a.test}] += s.ledger[a]
		switch want, isOwed := s.owed[a]; {
		case a.name == "receivable" || isOwed:
			v.expect(s.ledger[a] == want, fmt.Sprintf("%s: %d %s is owed, by orders and their events", a.name, want, a.currency), "%d", s.ledger[a])
		case a.name == "revenue" || a.name == "refunds" || a.name == "chargebacks" || strings.HasSuffix(a.name, "hand-over") || a.name == "handed-over" || strings.HasPrefix(a.name, "tax:"): // earnings compare them by market
		case a.name == bankAccount: // what came there, a person or a bank statement says
		case s.unproven[a] > 0:
			v.unknown()
		default:
			v.expect(s.ledger[a] == s.cash[a], fmt.Sprintf("%s: %d %s, by the provider's records", a.name, s.cash[a], a.currency), "%d", s.ledger[a])
		}
	}
	s.earned.expect(v)
	for a, sum := range total {
		v.expect(sum == 0, "debits equal to credits in "+a.currency, "a difference of %d", sum)
	}
	return nil
}

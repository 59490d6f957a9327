package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// bookedWithin is how long Stripe may take until money that it took is in the account's balance.
const bookedWithin = time.Hour

// movesMoney are the categories of movements that are about customers' payments. Others are fees, payouts and the like.
var movesMoney = []string{"charge", "charge_failure", "refund", "refund_failure", "partial_capture_reversal", "dispute", "dispute_reversal"}

// checkAccounts compares the balance of each account at Stripe with its payments and refunds, and with the ledger.
func checkAccounts(_ context.Context, k *look, _ *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	for _, p := range k.a.places {
		if p.stripe == nil {
			continue
		}
		moved, total := p.stripe.bySource(), map[string]int64{}
		for _, r := range p.money() {
			sum := k.expectMoved(r, moved[r.source], v)
			if r.counted {
				total[r.currency] += sum
			}
			delete(moved, r.source)
		}
		p.expectNoMore(moved, total, v)
		k.expectCash(p, total, v)
	}
	return nil
}

// bySource are the movements of customers' money, by charge, refund or dispute.
func (a *stripeAccount) bySource() map[string][]*movement {
	all := map[string][]*movement{}
	for _, m := range a.movements {
		if slices.Contains(movesMoney, m.Category) {
			all[m.Source] = append(all[m.Source], m)
		}
	}
	return all
}

// money returns the records with which money may have moved.
func (p *place) money() (all []*record) {
	for _, r := range p.records {
		for ; r != nil; r = r.more {
			if r.source != "" {
				all = append(all, r)
			}
		}
	}
	return all
}

// expectMoved expects that a record's money moved, and returns how much of its currency did. What was settled in another currency is
// known by its record alone.
func (k *look) expectMoved(r *record, moved []*movement, v verdict) int64 {
	want, sum := r.moves(), int64(0)
	for _, m := range moved {
		if m.Rate != nil {
			return want
		}
		sum += m.Amount
	}
	late := r.before && k.at.Sub(time.Unix(r.at, 0)) > bookedWithin
	if len(moved) == 0 && !late || len(moved) > 0 && r.status == "pending" {
		return want
	}
	v.order = r.orderID
	v.expect(sum == want, fmt.Sprintf("%d %s moved for the %s %s", want, r.currency, r.kind, r.reference), "%d", sum)
	return sum
}

// moves is how much a record moves into the account.
func (r *record) moves() int64 {
	switch {
	case r.status != "succeeded":
		return 0
	case r.kind == "refund":
		return -r.amount
	}
	return r.amount
}

// expectNoMore expects of the movements that are left that they are disputes, or of another shop with the same account.
func (p *place) expectNoMore(left map[string][]*movement, total map[string]int64, v verdict) {
	for source, moves := range left {
		if p.stripe.others[source] {
			continue
		}
		for _, m := range moves {
			dispute := strings.HasPrefix(m.Category, "dispute")
			total[strings.ToUpper(m.Currency)] += m.Amount
			v.expect(dispute || !m.before, "a payment or refund of the shop's for the "+m.Category+" "+source, "%s moved %d %s", m.ID, m.Amount, m.Currency)
		}
	}
}

// expectCash compares what moved with the ledger.
func (k *look) expectCash(p *place, total map[string]int64, v verdict) {
	ledger, unproven := map[string]int64{}, !p.since.IsZero()
	for a, sum := range k.sums.ledger {
		if name, isCash := strings.CutPrefix(a.name, "cash:"); isCash && !a.test && k.a.live[name] == p {
			ledger[a.currency] += sum
			total[a.currency] += 0 // it is compared too
			unproven = unproven || k.sums.unproven[a] > 0
		}
	}
	if unproven {
		v.unknown()
		return
	}
	for currency, sum := range total {
		v.expect(ledger[currency] == sum, fmt.Sprintf("cash at %s: %d %s, by the movements in the account", p.name, sum, currency), "%d", ledger[currency])
	}
}

// accountNotes say what Stripe kept of what moved, which is in no ledger.
func (k *look) accountNotes() (notes []string) {
	for _, p := range k.a.places {
		if p.stripe == nil {
			continue
		}
		fees := map[string]int64{}
		for _, m := range p.stripe.movements {
			fees[strings.ToUpper(m.Currency)] += m.Fee
		}
		for _, currency := range slices.Sorted(maps.Keys(fees)) {
			notes = append(notes, fmt.Sprintf("%s: Stripe kept fees of %d %s, in minor units; the ledger has none of them.", p.name, fees[currency], currency))
		}
	}
	return notes
}

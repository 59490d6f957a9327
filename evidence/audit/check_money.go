package audit

import (
	"fmt"
	"strings"
)

// checkPaid expects a payment of an order that pays at once, and none of one that pays by invoice or costs nothing.
func checkPaid(_ *look, l *life, v verdict) {
	open := l.status == pending || l.status == declined
	want := l.provider != "" && !open
	v.expect(l.paid() == want || l.total == 0 && !open, // an earlier release may have stored a reference for an amount of zero
		fmt.Sprintf("paid: %t, being %s with the provider %q", want, l.status, l.provider), "reference %q", l.reference)
	v.expect(l.provider != "" || !open, "an invoice is neither pending nor declined", "it is %s", l.status)
}

// checkCharge compares an order with its provider's charges.
func checkCharge(k *look, l *life, v verdict) {
	if l.provider == "" {
		return
	}
	p := k.partner(l.provider, &l.order)
	if p == nil {
		v.unknown()
		return
	}
	charges := p.of("charge", l.id)
	taken := succeeded(charges)
	switch {
	case len(charges) == 0 && l.paid() && !p.covers(l.createdAt):
		v.unknown()
	case l.paid():
		v.expect(len(charges) == 1 && len(taken) == 1, "one charge that succeeded", "%s has %s", p.name, list(charges))
		l.expectRecords(charges, "charge", l.total, l.reference, v)
	case l.status == declined:
		v.expect(len(taken) == 0, "no money taken", "%s has %s", p.name, list(taken))
	default:
		v.expect(len(charges) <= 1, "at most one charge", "%s has %s", p.name, list(charges))
	}
}

// expectRecords expects each record to have the order's key and price.
func (l *life) expectRecords(records []*record, kind string, amount int64, reference string, v verdict) {
	for _, r := range records {
		key := keys[kind] + l.ref()
		v.expect(r.key == key, "the key "+key, "the key %s", r.key)
		v.expect(r.amount == amount && r.currency == l.currency, fmt.Sprintf("%s of %d %s", kind, amount, l.currency), "%d %s", r.amount, r.currency)
		v.expect(reference == "" || r.reference == reference, "the order's reference "+reference, "%s has %s", kind, r.reference)
	}
}

// checkRefund compares an order, cancelled or not, with its provider's refunds.
func checkRefund(k *look, l *life, v verdict) {
	due := l.status == cancelled && l.paid() && l.total > 0
	done, _ := l.done("order.OrderCancelled")
	v.expect(l.refunds == "" || due, "no refund", "%s, and refunded as %s", l.status, l.refunds)
	v.expect(!(done && due) || l.refunds != "", "the reference of the refund", "none, though order.OrderCancelled is done")
	if l.provider == "" {
		return
	}
	p := k.partner(l.provider, &l.order)
	if p == nil {
		v.unknown()
		return
	}
	back := p.of("refund", l.id)
	switch {
	case l.refunds == "":
		v.expect(due || len(before(back)) == 0, "no refund of an order that is not cancelled", "%s has %s", p.name, list(back))
		v.expect(len(back) <= 1, "at most one refund", "%s has %s", p.name, list(back))
	case len(back) == 0 && !p.covers(l.event("OrderCancelled").at()):
		v.unknown()
	default:
		v.expect(len(back) == 1 && len(succeeded(back)) == 1, "one refund", "%s has %s", p.name, list(back))
		l.expectRecords(back, "refund", l.total, l.refunds, v)
	}
}

// checkBooks compares the order with the bookkeeping system.
func checkBooks(k *look, l *life, v verdict) {
	p := k.partner(bookkeeping, &l.order)
	if p == nil {
		v.unknown()
		return
	}
	wasPlaced, off := l.has("OrderPlaced"), l.has("OrderCancelled")
	l.expectEntry(p, "sale", "finance.OrderPlaced", wasPlaced, v)
	l.expectEntry(p, "reversal", "finance.OrderCancelled", wasPlaced && off, v)
}

// expectEntry expects the entry of a subscriber that is done, and none without a reason.
func (l *life) expectEntry(p *place, kind, subscriber string, reason bool, v verdict) {
	booked := p.of(kind, l.id)
	done, since := l.done(subscriber)
	v.expect(reason || len(before(booked)) == 0, "no "+kind+" without its event", "%s has %s", p.name, list(booked))
	v.expect(len(booked) <= 1, "one "+kind, "%s has %s", p.name, list(booked))
	l.expectRecords(booked, kind, l.total, "", v)
	switch {
	case !done || !reason || len(booked) > 0 || l.total == 0:
	case !p.covers(since):
		v.unknown()
	default:
		v.expect(false, "a "+kind+", since "+subscriber+" is done", "%s has none", p.name)
	}
}

// account returns the order's account of a name.
func (l *life) account(name string) string {
	if name == "cash" {
		return "cash:" + l.provider
	}
	return name
}

func succeeded(records []*record) (good []*record) {
	for _, r := range records {
		if r.status == "succeeded" {
			good = append(good, r)
		}
	}
	return good
}

// before returns the records read before the snapshot.
func before(records []*record) (old []*record) {
	for _, r := range records {
		if r.before {
			old = append(old, r)
		}
	}
	return old
}

// list is records, formatted for people only when needed.
type list []*record

func (l list) String() string {
	texts := make([]string, len(l))
	for i, r := range l {
		texts[i] = strings.TrimSpace(fmt.Sprintf("%s %s %s %d %s", r.kind, r.key, r.status, r.amount, r.currency))
	}
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, "; ")
}

// at returns the time of an event, or 0 without one.
func (e *event) at() int64 {
	if e == nil {
		return 0
	}
	return e.time
}

package audit

import (
	"fmt"
	"strings"
)

// expectRecords expects each record to have the order's key and price.
func (l *life) expectRecords(records []*record, kind string, amount int64, v verdict) {
	for _, r := range records {
		key := keys[kind] + l.ref()
		v.expect(r.key == key, "the key "+key, "the key %s", r.key)
		r.expect(v, kind, amount, l.currency, "")
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
	l.expectRecords(booked, kind, l.total, v)
	switch {
	case !done || !reason || len(booked) > 0 || l.total == 0:
	case !p.covers(since):
		v.unknown()
	default:
		v.expect(false, "a "+kind+", since "+subscriber+" is done", "%s has none", p.name)
	}
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

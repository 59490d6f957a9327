package audit

import (
	"fmt"
	"slices"
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
	l.expectEntry(p, "sale", p.of("sale", l.id), l.total, "finance.OrderPlaced", wasPlaced, v)
	l.expectEntry(p, "reversal", l.expectParts(p, v), l.total-sum(l.partsTold(p)), "finance.OrderCancelled", wasPlaced && off, v)
}

// partsTold are the parts of the sale that were taken back with refunds and reported to the books. An older release, which has no
// RefundDone, reported none.
func (l *life) partsTold(p *place) map[int]int64 {
	parts := l.partsTakenBack()
	for number := range parts {
		if !l.has("RefundDone") && len(keyed(p.of("reversal", l.id), l.partKey(number))) == 0 {
			delete(parts, number)
		}
	}
	return parts
}

func (l *life) partKey(refund int) string { return fmt.Sprint(keys["reversal"], l.ref(), ".", refund) }

// expectParts expects the parts of the sale that were taken back with refunds in the books, and returns the other reversals there.
func (l *life) expectParts(p *place, v verdict) (others []*record) {
	others = p.of("reversal", l.id)
	for number, amount := range l.partsTold(p) {
		found := keyed(others, l.partKey(number))
		others = slices.DeleteFunc(others, func(r *record) bool { return r.key == l.partKey(number) })
		v.expect(len(found) <= 1, "one reversal for each refund", "%s has %s", p.name, list(found))
		for _, r := range found {
			r.expect(v, "reversal", amount, l.currency, "")
		}
		if done, since := l.bookedBack(number); done && p.covers(since) {
			v.expect(len(found) == 1, "a reversal, since finance.RefundDone is done", "%s has none for refund %d", p.name, number)
		}
	}
	return others
}

// bookedBack reports whether finance.RefundDone is done for a refund, and the time of its event.
func (l *life) bookedBack(refund int) (bool, int64) {
	for _, e := range l.events {
		for _, r := range e.receipts {
			if r.subscriber == "finance.RefundDone" && r.state == "done" && int(e.payload().Refund) == refund {
				return true, e.time
			}
		}
	}
	return false, 0
}

// expectEntry expects the entry of a subscriber that is done, and none without a reason.
func (l *life) expectEntry(p *place, kind string, booked []*record, amount int64, subscriber string, reason bool, v verdict) {
	done, since := l.done(subscriber)
	v.expect(reason || len(before(booked)) == 0, "no "+kind+" without its event", "%s has %s", p.name, list(booked))
	v.expect(len(booked) <= 1, "one "+kind, "%s has %s", p.name, list(booked))
	l.expectRecords(booked, kind, amount, v)
	switch {
	case !done || !reason || len(booked) > 0 || amount == 0:
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

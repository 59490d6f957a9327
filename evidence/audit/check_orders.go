package audit

import (
	"context"
	"fmt"
	"time"
)

// The standings of an order.
const (
	isDelivered  = "delivered"
	isCancelled  = "cancelled"
	isDeclined   = "declined"
	waitsForUser = "waits for its customer"
	waitsForMore = "waits for its stockist"
	waitsForVan  = "waits for its carrier"
	waitsForYes  = "waits for its reviews"
	isUnderWay   = "under way"
	isParked     = "dead letter"
	isGivenUp    = "given up by an operator"
	isLate       = "late"
	isLost       = "lost"
)

// checkInSight finds the order's standing. Late and lost are broken; a dead letter is open, for an operator to see.
func checkInSight(k *look, l *life, v verdict) {
	standing, why := k.stand(l)
	k.standings[standing]++
	v.expect(standing != isLost && standing != isLate, "an end, or someone who is to act", "%s: %s", standing, why)
	if (standing == isParked || standing == isGivenUp) && len(k.open) < maxOpen {
		k.open = append(k.open, Finding{OrderID: l.id, Check: v.check.Name, Expected: "an operator", Is: standing + ": " + why})
	}
}

// stand returns an order's standing and the reason.
func (k *look) stand(l *life) (standing, why string) {
	step, why := k.step(l)
	if step == isLost || step == isLate {
		return step, why
	}
	worst := map[string]int{isLate: 4, isParked: 3, isGivenUp: 2, isUnderWay: 1}
	for _, e := range l.events {
		for _, r := range e.receipts {
			if s, reason := k.standOf(r, e); worst[s] > worst[step] {
				step, why = s, reason
			}
		}
	}
	return step, why
}

// step returns what should move the order on from its status.
func (k *look) step(l *life) (standing, why string) {
	switch l.status {
	case pending:
		if l.waits(k.at) {
			return waitsForUser, ""
		}
		if waited := k.at.Sub(time.UnixMilli(l.pendingSince())); waited > statusDeadlines[pending]+k.a.GraceFor {
			return isLate, fmt.Sprintf("%s since %s", pending, moment(l.statusAt))
		}
		return isUnderWay, ""
	case declined:
		return isDeclined, ""
	case created:
		return k.by(l, "order.OrderCreated", isLost)
	case inReview:
		return k.stepFromReview(l)
	case placed:
		if l.has("StockCreated") {
			return k.by(l, "order.StockCreated", isLost)
		}
		if l.imported() {
			return waitsForMore, ""
		}
		return k.by(l, "stock.OrderPlaced", waitsForMore)
	case stocked:
		return k.stepFromStocked(l)
	case booked, outThere, failed, delivered:
		return l.stepFromBooked(), ""
	case cancelled:
		return isCancelled, ""
	}
	return isLost, "there is no status " + l.status
}

func (k *look) stepFromStocked(l *life) (standing, why string) {
	switch {
	case l.has("DeliveryBooked"):
		return k.by(l, "order.DeliveryBooked", isLost)
	case l.isTest() && l.has("OrderDeliverable"):
		return k.by(l, "delivery.OrderDeliverable", isLost)
	}
	return waitsForUser, ""
}

// by means that a subscriber should move the order on. When it is done, the order must have moved, or wait for others.
func (k *look) by(l *life, subscriber, whenDone string) (standing, why string) {
	r, e := l.receipt(subscriber)
	switch {
	case e == nil:
		return isLost, fmt.Sprintf("%s, and %s has no receipt", l.status, subscriber)
	case r.state == "done":
		return whenDone, fmt.Sprintf("%s, and %s is done", l.status, subscriber)
	}
	return k.standOf(r, *e)
}

// standOf returns what a receipt means for its order.
func (k *look) standOf(r receipt, e event) (standing, why string) {
	what := fmt.Sprintf("%s is %s", r.subscriber, r.state)
	switch r.state {
	case "done":
		return "", ""
	case "parked":
		return isParked, what + ": " + r.lastError
	case "discarded":
		return isGivenUp, what + ": " + r.lastError
	}
	if k.late(r, e) {
		return isLate, fmt.Sprintf("%s since %s, after %d tries: %s", what, moment(e.time), r.attempts, r.lastError)
	}
	return isUnderWay, what
}

// late reports whether a pending receipt is past its deadline. A replay starts anew.
func (k *look) late(r receipt, e event) bool {
	since := e.time
	if r.attempts == 0 {
		since = max(since, r.changedAt)
	}
	return r.state == "pending" && k.at.Sub(time.UnixMilli(since)) > deadlines[r.subscriber]+k.a.GraceFor
}

// checkAcknowledged compares an acknowledgement with the order.
func checkAcknowledged(k *look, l *life, v verdict) {
	told := k.a.acked[l.id]
	if told == nil {
		return
	}
	told.seen = true
	v.expect(!told.different, "one answer for one key", "clients were told of it under two keys")
	v.expect(l.status != pending && l.status != declined || l.payUntil > 0, "an order that was accepted, or that its customer was to pay", "it is %s", l.status)
	price := told.price()
	v.expect(price == nil || *price == l.total, "the price that was told", "told %v, is %d", deref(price), l.total)
	v.expect(told.Currency == "" || told.Currency == l.currency, "the currency that was told", "told %s, is %s", told.Currency, l.currency)
	v.expect(told.TestID == nil || *told.TestID == l.testID, "the testId that was told", "told %v, is %d", deref(told.TestID), l.testID)
}

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// checkAcknowledgedMissing finds acknowledged orders that do not exist, or are other ones by their key.
func checkAcknowledgedMissing(ctx context.Context, k *look, s *snapshot, v verdict) error {
	for id, told := range k.a.acked {
		if v.order = id; !k.concerns(id) {
			continue
		}
		there := told.seen
		if !there && (told.TestID == nil || *told.TestID != 0) {
			var err error
			if there, err = s.deletedTest(ctx, id); err != nil {
				return err
			}
		}
		v.expect(there, "an order", "there is none, and a client was told of it")
		if told.key() == "" {
			continue
		}
		holder, err := s.number(ctx, `SELECT coalesce(max(order_id), 0) FROM claims WHERE key = $1`, "key:"+told.key())
		if err != nil {
			return err
		}
		v.expect(holder == 0 || holder == id, "the order of its key", "the key %q is of order %d", told.key(), holder)
	}
	return nil
}

// concerns reports whether this pass includes an order.
func (k *look) concerns(id int64) bool {
	if !k.partial() {
		return true
	}
	for _, one := range k.only {
		if one == id {
			return true
		}
	}
	return false
}

package audit

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// checkReceipts compares the receipts of each event with its subscribers.
func checkReceipts(_ *look, l *life, v verdict) {
	for _, e := range l.events {
		heard := make([]string, 0, len(e.receipts))
		for _, r := range e.receipts {
			heard = append(heard, r.subscriber)
			known := slices.Contains([]string{"pending", "done", "parked", "discarded"}, r.state)
			v.expect(known, "a state that is known", "%s is %q", r.subscriber, r.state)
		}
		slices.Sort(heard)
		want := slices.DeleteFunc(slices.Sorted(slices.Values(facts[e.kind].heard)), func(s string) bool {
			return joinedLater[s] && !slices.Contains(heard, s)
		})
		v.expect(slices.Equal(heard, want), e.kind+" is heard by "+strings.Join(want, ", "), "by %s", strings.Join(heard, ", "))
	}
}

// checkRefill compares the order with the request to the stockist. A cancelled order may have none, or a refused one.
func checkRefill(k *look, l *life, v verdict) {
	p := k.partner(stockist, &l.order)
	if p == nil {
		v.unknown()
		return
	}
	done, since := l.done("stock.OrderPlaced")
	if e := l.event("StockCreated"); e != nil {
		done, since = !l.imported(), l.event("OrderPlaced").at() // for an imported order, the other system may have asked
	} else if l.has("OrderCancelled") {
		done = false
	}
	if l.has("OrderDeliverable") && !l.has("StockCreated") {
		k.byHand++
	}
	l.expectEffect(p, "refill", done, since, l.has("OrderPlaced") || l.imported(), pieces(l.products), v)
}

func pieces(products string) string {
	all := strings.Split(products, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return strings.Join(all, ",")
}

// checkConsignment compares the order with the delivery company's record.
func checkConsignment(k *look, l *life, v verdict) {
	p := k.partner(carrier, &l.order)
	if p == nil {
		v.unknown()
		return
	}
	done, since := l.done("delivery.DeliveryBooked")
	told := ""
	if first := l.event("DeliveryBooked"); first != nil {
		told = l.consigned(*first, p.of("consignment", l.id))
	}
	l.expectEffect(p, "consignment", done, since, told != "", told, v)
	l.expectChanges(p, v)
}

// expectEffect expects one record of a kind if the work is done, none without a reason, and the right content.
func (l *life) expectEffect(p *place, kind string, done bool, since int64, reason bool, content string, v verdict) {
	found := p.of(kind, l.id)
	v.expect(reason || len(before(found)) == 0, "no "+kind+" without its event", "%s has %s", p.name, list(found))
	v.expect(len(found) <= 1, "one "+kind, "%s has %s", p.name, list(found))
	for _, r := range found {
		key := keys[kind] + l.ref()
		v.expect(r.key == key, "the key "+key, "the key %s", r.key)
		v.expect(!reason || r.content == content, kind+" of "+content, "%s", r.content)
	}
	switch {
	case !done || len(found) > 0:
	case !p.covers(since):
		v.unknown()
	default:
		v.expect(false, "a "+kind+", since its receipt is done", "%s has none", p.name)
	}
}

// checkMail expects the mail of each mail receipt that is done.
func checkMail(k *look, l *life, v verdict) {
	if k.mails == nil || (k.a.MailTestOnly && !l.isTest()) {
		return
	}
	for _, e := range l.events {
		for _, r := range e.receipts {
			if !strings.HasPrefix(r.subscriber, "email.") {
				continue
			}
			mail := k.mails.byID[e.id+"."+r.subscriber]
			if mail != nil {
				mail.seen = true
			}
			switch {
			case r.state != "done", mail == nil && l.leavesOut(e):
			case mail == nil && !k.mails.covers(e.time):
				v.unknown()
			default:
				v.expect(mail != nil, "the mail "+e.id+"."+r.subscriber, "the mailbox does not have it")
			}
		}
	}
}

// leavesOut reports whether the mail of an event may be missing, because it was about a past status.
func (l *life) leavesOut(e event) bool {
	switch e.kind {
	case "OrderCreated":
		return l.status == "CANCELLED"
	case "DeliveryStarted", "DeliveryFailed": // another report, or another time, came before the mail
		return true
	case "OrderDeliverable":
		return l.status == "CANCELLED" || !l.isTest() && l.deliveryTime != 0
	case "DeliveryBooked", "DeliveryRescheduled":
		return l.status == "CANCELLED" || e.payload().DeliveryTime != strconv.FormatInt(l.deliveryTime, 10)
	case "PaymentRequested":
		p := l.payment(int(e.payload().Payment))
		return l.status != pending || p == nil || p.State != isActionRequired
	}
	return false
}

// checkStrayMoney finds charges and refunds that belong to no order of their provider.
func checkStrayMoney(ctx context.Context, k *look, s *snapshot, v verdict) error {
	return k.strays(ctx, s, v, func(r *record) bool {
		return (r.kind == "charge" || r.kind == "refund") && r.status != "declined" && r.status != "failed" && r.status != "expired"
	})
}

// checkStrayEffects finds other records that belong to no order of their partner, and mails that belong to no event. A
// mail as old as deleted test orders may belong to one of them.
func checkStrayEffects(ctx context.Context, k *look, s *snapshot, v verdict) error {
	err := k.strays(ctx, s, v, func(r *record) bool { return r.kind != "charge" && r.kind != "refund" })
	if err != nil || k.mails == nil || k.partial() {
		return err
	}
	deleted, err := s.deletedThrough(ctx)
	if err != nil {
		return err
	}
	for id, mail := range k.mails.byID {
		if made := strings.Contains(id, ".email."); made && mail.before {
			if !mail.seen && id < deleted {
				v.unknown()
				continue
			}
			v.expect(mail.seen, "an event for the mail "+id, "there is none")
		}
	}
	return nil
}

// strays checks that each record from before the snapshot has its order. Each partner's records are met by the orders
// that use it: a test order's record at a real partner is a stray. Where test orders go, the record of a deleted one is
// none.
func (k *look) strays(ctx context.Context, s *snapshot, v verdict, mine func(*record) bool) error {
	for _, p := range k.a.places {
		for id, r := range p.records {
			if !k.concerns(id.orderID) {
				continue
			}
			for ; r != nil; r = r.more {
				if !mine(r) || !r.before {
					continue
				}
				known := r.seen
				if !known && k.takesTests(p) {
					var err error
					if known, err = s.deletedTest(ctx, r.orderID); err != nil {
						return err
					}
				}
				v.order = r.orderID
				v.expect(known, "an order that "+p.name+" works for", "%s has %s", p.name, list{r})
			}
		}
	}
	return nil
}

// takesTests reports whether test orders use a place.
func (k *look) takesTests(p *place) bool {
	for _, place := range k.a.test {
		if place == p {
			return true
		}
	}
	return false
}

package simulation

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
)

// What must hold in the end, after all faults are over and everything is at rest.

func (w *world) checkEnd(atRest bool) {
	if !atRest {
		return // what is open now says nothing
	}
	w.checkMidway()
	orders := w.orders()
	for _, o := range orders {
		w.checkStatus(o)
		w.checkMoney(o)
		w.checkWorks(o)
		w.checkMails(o)
	}
	for _, c := range w.clients {
		w.checkClient(c, orders)
	}
	w.checkStrays(orders)
	w.checkLedger()
}

// checkStatus: an order is delivered, cancelled, or waiting for its customer.
func (w *world) checkStatus(o order.Order) {
	switch o.Status {
	case order.Stocked, order.DeliveryBooked, order.DeliveryFailed, order.Delivered, order.Cancelled, order.PaymentDeclined:
	default:
		w.wrong("no order is lost", "order %d stays %s", o.ID, o.Status)
	}
	if o.Status == order.Stocked && o.TestID != 0 && !w.operator.touched[o.ID] {
		w.wrong("no order is lost", "test order %d has not booked its delivery", o.ID)
	}
}

// checkMoney: each order is charged once, and refunded if and only if it was cancelled. What was paid twice was given back.
func (w *world) checkMoney(o order.Order) {
	taken, back := 0, 0
	for _, c := range w.partners.charges {
		if c.OrderID != o.ID || c.state != payments.Paid {
			continue
		}
		if taken++; c.refunded {
			back++
		}
		if c.Amount != o.Total || c.Test != (o.TestID != 0) {
			w.wrong("money is exact", "order %d of %s was charged %+v", o.ID, o.Total, c.terms)
		}
	}
	want := 0
	if o.PaymentProvider != "" && o.Status != order.PaymentDeclined && o.Status != order.Cancelled {
		want = 1
	}
	if taken-back != want || taken > len(o.Attempts()) {
		w.wrong("money is exact", "order %d is %s and was charged %d times, refunded %d times", o.ID, o.Status, taken, back)
	}
}

// checkWorks: each partner did exactly what the order requires, once.
func (w *world) checkWorks(o order.Order) {
	done := map[string]int{}
	for _, work := range w.partners.works {
		if work.orderID != o.ID {
			continue
		}
		_, about, _ := strings.Cut(work.key, ":")
		if about, _, _ = strings.Cut(about, "."); about != string(o.Ref()) {
			w.wrong("one effect", "order %s was worked for under the key %s", o.Ref(), work.key)
		}
		done[work.kind]++
	}
	w.checkVan(o)
	placed := w.life.happened(o, event.TypeOrderPlaced)
	asked := w.life.happened(o, event.TypeReviewRequested)
	sold := placed && o.Total.Minor > 0
	want := map[string]bool{
		"check":       asked,
		"refill":      placed,
		"sale":        sold,
		"reversal":    sold && o.Status == order.Cancelled,
		"consignment": w.life.happened(o, event.TypeDeliveryBooked),
	}
	for kind, wanted := range want {
		optional := (kind == "refill" || kind == "check" && asked) && (o.Status == order.Cancelled || w.operator.touched[o.ID])
		if n := done[kind]; n > 1 || (n == 1) != wanted && !optional {
			w.wrong("one effect", "order %d is %s and has %d of %s", o.ID, o.Status, n, kind)
		}
	}
}

// checkVan: what the delivery company was told last, by the versions, is what the order says; nothing of one that never had a
// delivery.
func (w *world) checkVan(o order.Order) {
	last, told, changes := int64(0), calledOff, int64(0)
	for _, work := range w.partners.works {
		if work.orderID != o.ID || work.kind != "consignment" && work.kind != "change" {
			continue
		}
		version := int64(1)
		if _, number, changed := strings.Cut(work.key, "."); changed {
			var err error
			if version, err = strconv.ParseInt(number, 10, 64); err != nil {
				w.wrong("one effect", "order %d was worked for under the key %s: %v", o.ID, work.key, err)
			}
			changes++
		}
		if version > last {
			last, told = version, work.what
		}
	}
	want, moves := calledOff, o.DeliveryMoves
	if !o.DeliveryTime.IsZero() {
		want = delivery.Millis(o.DeliveryTime)
	} else if w.life.happened(o, event.TypeDeliveryBooked) {
		moves++ // the call that calls it off
	}
	if told != want || changes != moves {
		w.wrong("one effect", "the van for order %d comes at %s after %d changes, not at %s after %d", o.ID, told, changes, want, moves)
	}
}

// checkMails: each mail was sent to the customer, under one Message-ID. It may have come more than once, if the answer
// was lost or the shop died before the receipt was marked.
func (w *world) checkMails(o order.Order) {
	for _, r := range w.life.receipts(o.ID) {
		if !strings.HasPrefix(r.Subscriber, "email.") {
			continue
		}
		id := r.EventID + "." + r.Subscriber
		got := w.partners.mails[id]
		if r.State == "done" && (len(got) == 0 || got[0] != o.Customer.Email) {
			w.wrong("one effect", "order %d: the mail of %s went to %q", o.ID, r.Subscriber, got)
		}
		w.copies += max(0, len(got)-1)
		w.mailsKnown[id] = true
	}
}

// checkClient: the shop kept its promises to its customer.
func (w *world) checkClient(c *client, orders []order.Order) {
	var of []order.Order
	for _, o := range orders {
		if o.Customer.Name == c.draft.Name {
			of = append(of, o)
		}
	}
	if len(of) > 1 && c.key != "" {
		w.wrong("one key, one order", "client %d has %d orders", c.number, len(of))
	}
	if c.declined && len(of) == 1 && of[0].Status != order.PaymentDeclined && of[0].CancelReason != order.PaidTooLate {
		w.wrong("answers are right", "client %d was declined, and order %d is %s", c.number, of[0].ID, of[0].Status)
	}
	if c.orderID == 0 {
		return
	}
	at := slices.IndexFunc(of, func(o order.Order) bool { return o.ID == c.orderID })
	if at < 0 {
		w.wrong("no order is lost", "order %d of client %d", c.orderID, c.number)
		return
	}
	o := of[at]
	switch {
	case o.Status == order.PaymentDeclined && o.CancelReason != order.NotPaid && !cancelledUnpaid(o),
		c.cancelled && o.Status != order.Cancelled && !cancelledUnpaid(o),
		!c.booked.IsZero() && o.Status != order.Cancelled && (!o.Status.Reached(order.DeliveryBooked) || !c.hasTime(o.DeliveryTime)):
		w.wrong("answers are right", "client %d was told: cancelled %t, booked %s; order %d is %s at %s",
			c.number, c.cancelled, c.booked, o.ID, o.Status, o.DeliveryTime)
	}
}

// cancelledUnpaid reports whether an order was cancelled before it was paid.
func cancelledUnpaid(o order.Order) bool {
	return o.Status == order.PaymentDeclined && slices.Contains(order.CancelReasons, o.CancelReason)
}

// checkStrays: nothing was charged, made or mailed without an order or an event.
func (w *world) checkStrays(orders []order.Order) {
	for _, c := range w.partners.charges {
		if !has(orders, c.OrderID) {
			w.wrong("money is exact", "a charge without an order: %+v", c.terms)
		}
	}
	for id := range w.partners.mails {
		if !w.mailsKnown[id] {
			w.wrong("one effect", "a mail that belongs to no event: %s", id)
		}
	}
}

// checkLedger: it balances, is complete, and agrees with the providers.
func (w *world) checkLedger() {
	ctx := context.Background()
	faults, err := w.life.store.LedgerFaults(ctx, 1000)
	if err != nil || len(faults) > 0 {
		w.wrong("money is exact", "ledger: %v, %v", faults, err)
	}
	balances, err := w.life.store.Balances(ctx)
	if err != nil {
		panic(err)
	}
	sum, cash := map[money.Currency]int64{}, map[money.Currency]int64{}
	for _, b := range balances {
		sum[b.Amount.Currency] += b.Amount.Minor
		if strings.HasPrefix(string(b.Account), string(finance.Cash(""))) {
			cash[b.Amount.Currency] += b.Amount.Minor
		}
	}
	for _, c := range w.partners.charges {
		if c.kept() && !c.Test {
			cash[c.Amount.Currency] -= c.Amount.Minor
		}
	}
	for currency := range sum {
		if sum[currency] != 0 || cash[currency] != 0 {
			w.wrong("money is exact", "in %s the ledger is off by %d, and from the providers by %d", currency, sum[currency], cash[currency])
		}
	}
}

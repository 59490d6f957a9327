package simulation

import (
	"cmp"
	"context"
	"slices"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// What must hold at every moment.

type receiptState = database.ReceiptState

// receiptOf returns the receipt of a message.
func (b *wire) receiptOf(m *message) receiptState {
	for _, r := range b.receipts(m.env.OrderID) {
		if r.EventID == m.env.ID && r.Subscriber == m.sub.Subscriber {
			return r
		}
	}
	return receiptState{}
}

func (l *life) receipts(id int64) []receiptState {
	receipts, err := l.store.ReceiptsOf(context.Background(), id)
	if err != nil {
		panic(err)
	}
	return receipts
}

// checkJournalled: what is on the bus is in the journal.
func (b *wire) checkJournalled(env event.Envelope) {
	if !slices.ContainsFunc(b.history(env.OrderID), func(e event.Envelope) bool { return e.ID == env.ID }) {
		b.wrong("published is journalled", "%s of order %d is on the bus and not in the journal", env.Type, env.OrderID)
	}
}

func (l *life) history(id int64) []event.Envelope {
	history, err := l.store.History(context.Background(), id)
	if err != nil {
		panic(err)
	}
	return history
}

// checkAck: what is acknowledged is in the database: done, parked, or due again after a failed try.
func (b *wire) checkAck(m *message, before receiptState) {
	now := b.receiptOf(m)
	replayed := b.operator.replays[receiptID{m.env.ID, m.sub.Subscriber}] > 0
	if now.State == "pending" && now.Attempts == before.Attempts && before.State == "pending" && !replayed {
		b.wrong("acknowledged is committed", "%s %d is acknowledged, and its receipt as it was", m.sub.Subscriber, m.env.OrderID)
	}
}

// checkNotLate: no partner is called for an event whose receipt was done before the try began.
func (l *life) checkNotLate(a *activity, what string, id int64) {
	if a.late {
		l.wrong("one effect", "%s calls %s (order %d) after its receipt was done", a.name, what, id)
	}
}

// checkMidway checks every order: acknowledged orders exist, moves are legal, and effects have their receipts.
func (w *world) checkMidway() {
	orders := w.orders()
	for _, c := range w.clients {
		if c.orderID != 0 && !has(orders, c.orderID) {
			w.wrong("no order is lost", "order %d was acknowledged to client %d", c.orderID, c.number)
		}
	}
	for _, o := range orders {
		w.checkJournal(o)
		w.checkReceipts(o)
		w.checkReviews(o)
		w.checkEntries(o)
		w.checkTold(o)
		if before, seen := w.statuses[o.ID]; seen && !reachable(before, o.Status) {
			w.wrong("only legal moves", "order %d was %s and is %s", o.ID, before, o.Status)
		}
		w.statuses[o.ID] = o.Status
	}
	w.checkSlots(orders)
	w.checkStock(orders)
	w.checkWatched()
}

func has(orders []order.Order, id int64) bool {
	return slices.ContainsFunc(orders, func(o order.Order) bool { return o.ID == id })
}

// orders returns all orders. Numbers of orders that were not charged are missing.
func (w *world) orders() (all []order.Order) {
	found, err := w.life.store.Search(context.Background(), database.OrderQuery{Limit: database.MaxFound})
	if err != nil {
		panic(err)
	}
	slices.SortFunc(found.Orders, func(a, b order.Order) int { return cmp.Compare(a.ID, b.ID) })
	return found.Orders
}

func reachable(from, to order.Status) bool {
	late := (from == order.PaymentDeclined || from == order.DeliveryBooked) && to == order.Cancelled
	return from == to || late || leads(from, to, nil)
}

// leads reports whether steps lead from one status to another. There is a way back after a delivery that failed.
func leads(from, to order.Status, been []order.Status) bool {
	return slices.ContainsFunc(from.Next(), func(s order.Status) bool {
		return s == to || !slices.Contains(been, s) && leads(s, to, append(been, s))
	})
}

// repeating are the events that may come several times.
var repeating = []event.Type{
	event.TypePaymentRequested, event.TypeRefundDone, event.TypeDeliveryRescheduled, event.TypeDeliveryStarted, event.TypeDeliveryFailed,
	event.TypeOrderCorrected,
	event.TypeComplaintMade, event.TypeComplaintAnswered,
}

// checkJournal: an order's events are in a legal order, and match its status.
func (w *world) checkJournal(o order.Order) {
	var types []event.Type // but those that may come several times
	for _, env := range w.life.history(o.ID) {
		if !slices.Contains(repeating, env.Type) {
			types = append(types, env.Type)
		}
	}
	at := -1
	for _, t := range types {
		next := slices.Index(event.Types, t)
		if next <= at {
			w.wrong("only legal moves", "the journal of order %d is %v", o.ID, types)
		}
		at = next
	}
	for status, stated := range map[order.Status]event.Type{
		order.Created: event.TypeOrderCreated, order.InReview: event.TypeReviewRequested, order.Placed: event.TypeOrderPlaced, order.Stocked: event.TypeOrderDeliverable,
		order.DeliveryBooked: event.TypeDeliveryBooked, order.Cancelled: event.TypeOrderCancelled, order.Delivered: event.TypeDelivered,
	} {
		has := slices.Contains(types, stated)
		if o.Status == status && !has || has && !reachable(status, o.Status) && stated != event.TypeDeliveryBooked {
			w.wrong("only legal moves", "order %d is %s, and its journal %v", o.ID, o.Status, types)
		}
	}
}

// checkReceipts: an effect in the database is one transaction with its receipt. Orders moved by hand have effects without
// one.
func (w *world) checkReceipts(o order.Order) {
	if w.operator.touched[o.ID] {
		return
	}
	reached := func(s order.Status) bool { return reachable(s, o.Status) && o.Status != order.Cancelled }
	effects := map[string]bool{
		"order.OrderCreated":   reached(order.Placed) || o.Status == order.InReview,
		"order.ReviewDone":     reached(order.Placed) && len(o.Reviews) > 0,
		"order.StockCreated":   reached(order.Stocked),
		"order.DeliveryBooked": reached(order.DeliveryBooked),
		"order.OrderCancelled": o.RefundReference != "",
	}
	for _, r := range w.life.receipts(o.ID) {
		if effects[r.Subscriber] && r.State != "done" {
			w.wrong("effect and receipt are one", "order %d has the effect of %s, whose receipt is %s", o.ID, r.Subscriber, r.State)
		}
	}
}

// checkEntries: the ledger has what an event means for it as soon as the event exists. The books have no reversal without
// its sale.
func (w *world) checkEntries(o order.Order) {
	placed := w.life.happened(o, event.TypeOrderPlaced) && o.Total.Minor > 0
	for kind, must := range map[finance.Kind]bool{
		finance.KindSale: placed, finance.KindReversal: placed && w.life.happened(o, event.TypeOrderCancelled),
	} {
		if w.life.entered(o, kind) != must {
			w.wrong("money is exact", "order %d is %s, and its %s in the ledger: %t", o.ID, o.Status, kind, !must)
		}
	}
	booked := func(e ref.Effect) bool { return w.partners.works[o.Ref().Key(e)] != nil }
	if booked(ref.Reversal) && !booked(ref.Sale) {
		w.wrong("money is exact", "order %d has a reversal in the books, and no sale", o.ID)
	}
}

// happened reports whether an event is in the order's journal.
func (l *life) happened(o order.Order, kind event.Type) bool {
	return slices.ContainsFunc(l.history(o.ID), func(e event.Envelope) bool { return e.Type == kind })
}

func (l *life) entered(o order.Order, kind finance.Kind) bool {
	entries, err := l.store.EntriesOf(context.Background(), o.ID)
	if err != nil {
		panic(err)
	}
	return slices.ContainsFunc(entries, func(e database.LedgerEntry) bool { return e.Kind == kind })
}

// checkTold: each refund that is done has its event, once, but that of a cancelled order; and so has each voucher of an order that waits for its payment.
func (w *world) checkTold(o order.Order) {
	refunds, vouchers := map[int64]int{}, map[int64]int{}
	for _, env := range w.life.history(o.ID) {
		switch env.Type {
		case event.TypeRefundDone:
			refunds[opened[event.RefundDone](env).Refund]++
		case event.TypePaymentRequested:
			vouchers[opened[event.PaymentRequested](env).Payment]++
		}
	}
	for _, r := range o.GivenBack() {
		told := r.State == payments.RefundDone && r.Reason != order.OrderWasCancelled
		if n := refunds[int64(r.Number)]; n > 1 || (n == 1) != told {
			w.wrong("what has happened is told once", "refund %d of order %d is %s, and told %d times", r.Number, o.ID, r.State, n)
		}
	}
	for _, p := range o.Attempts() {
		if n := vouchers[int64(p.Number)]; n > 1 || n == 0 && p.Action.Voucher != nil && o.AwaitsPayment(p.Number) {
			w.wrong("what has happened is told once", "payment %d of order %d is %s, and requested %d times", p.Number, o.ID, p.State, n)
		}
	}
	if len(refunds) > len(o.GivenBack()) || len(vouchers) > len(o.Attempts()) {
		w.wrong("what has happened is told once", "order %d: refunds %v, vouchers %v", o.ID, refunds, vouchers)
	}
}

func opened[E event.Event](env event.Envelope) E {
	e, err := event.Open[E](env)
	if err != nil {
		panic(err)
	}
	return e
}

package simulation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// bug is a mistake injected into the shop, to see that it is found. Nil fields inject nothing.
type bug struct {
	name     string
	within   uint64 // number of seeds
	finds    string // the invariant that it breaks
	engine   func(*life)
	store    func(database.Store) database.Store
	payments func(*world, payments.Provider) payments.Provider
	books    func(finance.Bookkeeping) finance.Bookkeeping
	deliver  func(dispatch func() bool, ack func()) bool
}

// bugs test the test. Each is a common mistake of shops, and each must be found.
var bugs = []bug{
	{name: "ack before commit", within: 5, finds: "acknowledged is committed", deliver: ackFirst},
	{name: "no receipt", within: 50, finds: "effect and receipt are one", store: func(s database.Store) database.Store { return noReceipts{s} }},
	{name: "publish before commit", within: 50, finds: "published is journalled", engine: func(l *life) { l.store.Engine = early{l.store, l} }},
	{name: "charge without key", within: 500, finds: "money is exact", payments: chargesAnew},
	{name: "sales never told", within: 50, finds: "has a reversal in the books, and no sale", books: func(b finance.Bookkeeping) finance.Bookkeeping { return noSales{b} }},
	{name: "status without guard", within: 50, finds: "only legal moves", engine: func(l *life) { l.store.Apply = unguarded }},

	{name: "reviews passed over", within: 50, finds: "no order is placed unreviewed", engine: func(l *life) { l.store.Apply = unreviewed }},

	{name: "trusts who comes back", within: 50, finds: "money is exact", payments: func(_ *world, p payments.Provider) payments.Provider { return trusting{p} }},
	{name: "expires what is paid", within: 100, finds: "it comes to rest", payments: func(_ *world, p payments.Provider) payments.Provider { return hasty{p} }},
	{name: "forgets the second payment", within: 200, finds: "it comes to rest", store: func(s database.Store) database.Store { return firstOnly{s} }},

	{name: "looks for no late payment", within: 500, finds: "it comes to rest", store: func(s database.Store) database.Store { return blindToLate{s} }},

	{name: "receipt before effect", within: 100, finds: "no order is lost", store: func(s database.Store) database.Store { return receiptFirst{s} }},
	{name: "relay without sweep", within: 50, finds: "it comes to rest", store: func(s database.Store) database.Store { return neverDue{s} }},
	{name: "pieces never come back", within: 100, finds: "a piece is sold once", engine: func(l *life) { l.store.Engine = keepsPieces{l.store} }},
	{name: "slot looked at before it is taken", within: 400, finds: "no slot is overbooked", store: func(s database.Store) database.Store { return looksFirst{s} }},
}

func TestPlantedBugsAreFound(t *testing.T) {
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			for seed := uint64(1); seed <= b.within; seed++ {
				w := simulate(t, seed, b, false)
				if strings.Contains(strings.Join(w.problems, "\n"), b.finds) {
					t.Logf("found with seed %d, after %s: %s", seed, time.Since(began).Round(time.Millisecond), w.problems[0])
					return
				}
			}
			t.Errorf("not found as %q with %d seeds", b.finds, b.within)
		})
	}
}

// ackFirst acknowledges a message before it is handled.
func ackFirst(dispatch func() bool, ack func()) bool {
	ack()
	dispatch()
	return false // acknowledged already
}

// early passes on events before their commit, which fails occasionally.
type early struct {
	database.Engine
	*life
}

func (e early) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (bool, error) {
	return e.Engine.Do(ctx, rows, func(t *database.Tx) error {
		if err := useCase(t); err != nil {
			return err
		}
		e.committed = append(e.committed, t.Events...)
		if e.dice.IntN(20) == 0 {
			return fault.New(fault.Unavailable, "the database could not store this")
		}
		return nil
	})
}

// unguarded moves an order to any status.
func unguarded(o order.Order, m order.Move, now time.Time) (order.Order, bool, error) {
	if o.Status == m.To {
		return o, false, nil
	}
	o.Status, o.StatusAt, o.CancelReason = m.To, now, m.Reason
	if m.PaymentReference != "" {
		o.PaymentReference = m.PaymentReference
	}
	return o, true, nil
}

// unreviewed moves orders as if they had no reviews.
func unreviewed(o order.Order, m order.Move, now time.Time) (order.Order, bool, error) {
	reviews := o.Reviews
	o.Reviews = nil
	moved, changed, err := o.Apply(m, now)
	moved.Reviews = reviews
	return moved, changed, err
}

// noReceipts stores effects without their receipts, which the dispatcher marks later.
type noReceipts struct{ database.Store }

func without(ctx context.Context) context.Context { return event.WithReceipt(ctx, nil) }

func (s noReceipts) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	return s.Store.MoveOrder(without(ctx), m)
}

func (s noReceipts) Book(ctx context.Context, id int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	return s.Store.Book(without(ctx), id, to, room)
}

func (s noReceipts) PostEntries(ctx context.Context, e finance.Entry) error {
	return s.Store.PostEntries(without(ctx), e)
}

func (s noReceipts) StockCreated(ctx context.Context, id int64) error {
	return s.Store.StockCreated(without(ctx), id)
}

func (s noReceipts) RefuseStock(ctx context.Context, id int64) error {
	return s.Store.RefuseStock(without(ctx), id)
}

func (s noReceipts) RecordRefund(ctx context.Context, id int64, number int, out payments.RefundOutcome) error {
	return s.Store.RecordRefund(without(ctx), id, number, out)
}

// receiptFirst marks the receipt of a move, and then moves.
type receiptFirst struct{ database.Store }

func (s receiptFirst) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	if r := event.ReceiptOf(ctx); r != nil {
		if err := s.MarkDone(ctx, r); err != nil {
			return order.Order{}, err
		}
	}
	return s.Store.MoveOrder(without(ctx), m)
}

// firstOnly takes a payment that comes when the order is paid already for a failed one.
type firstOnly struct{ database.Store }

func (s firstOnly) RecordPayment(ctx context.Context, p order.Settlement) (order.Order, error) {
	if o, err := s.Order(ctx, p.OrderID); err == nil && o.Status != order.PaymentPending && p.Outcome.State == payments.Paid {
		p.Outcome.State = payments.Failed
	}
	return s.Store.RecordPayment(ctx, p)
}

// blindToLate asks no provider about payments that have ended.
type blindToLate struct{ database.Store }

func (s blindToLate) TakeOpen(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	orders, err := s.Store.TakeOpen(ctx, before, share)
	late := func(p order.Payment) bool { return p.Late }
	return slices.DeleteFunc(orders, func(o order.Order) bool { return slices.ContainsFunc(o.Payments, late) }), err
}

// neverDue publishes nothing again.
type neverDue struct{ database.Store }

func (neverDue) TakeDue(context.Context, time.Time, time.Duration, int) ([]database.Due, error) {
	return nil, nil
}

// looksFirst checks whether a slot has room, and then takes it.
type looksFirst struct{ database.Store }

func (s looksFirst) Book(ctx context.Context, id int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	b, err := s.Booking(ctx, id)
	if err != nil {
		return b, err
	}
	booked, err := s.Booked(ctx, b.Market, to.Start)
	if err == nil && booked[to.Start] >= room.Slot && b.TestID == 0 {
		err = fault.New(fault.SlotTaken, "this delivery time has just been taken; please pick another one")
	}
	if err != nil {
		return b, err
	}
	room.Slot += 1000
	return s.Store.Book(ctx, id, to, room)
}

// noSales posts only reversals, and no sales.
type noSales struct{ finance.Bookkeeping }

func (b noSales) Record(ctx context.Context, p finance.Posting) error {
	if p.Kind == finance.KindSale {
		return nil
	}
	return b.Bookkeeping.Record(ctx, p)
}

// anew charges under a new key each time. It knows only the last key of each order, for refunds.
type anew struct {
	payments.Provider
	*world
}

func chargesAnew(w *world, p payments.Provider) payments.Provider { return anew{p, w} }

func (a anew) Begin(ctx context.Context, c payments.Request) (payments.Outcome, error) {
	a.lastKeys[c.Key] = fmt.Sprint(c.Key, "/", a.number())
	c.Key = a.lastKeys[c.Key]
	return a.Provider.Begin(ctx, c)
}

func (a anew) Refund(ctx context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	r.PaymentKey = a.lastKeys[r.PaymentKey]
	return a.Provider.Refund(ctx, r)
}

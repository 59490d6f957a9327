package database

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// Observed is a store whose calls are traced and counted. Zero fields other than Services count nothing.
//
// A change of an existing order belongs to the trace in which the order was created, whoever causes it and whenever: a
// customer who books a time a day later, a callback of a partner. The change continues that trace, with a link to the
// causing one.
type Observed struct {
	Services
	Arrived func(order.Order)              // called for each order that is stored with a new status
	Repaid  func(order.Order)              // called for each refunded order
	Decided func(step string, passed bool) // called for each decision of a review
	Limited func(kind string)              // called for each order refused by a cap, with the kind of its tallies
}

// limited counts an order that a cap refused.
func (s Observed) limited(kind string, err error) {
	if fault.CodeOf(err) == fault.LimitReached && s.Limited != nil {
		s.Limited(kind)
	}
}

type changedKey struct{}

// Changed is called by an engine with an order as stored: with a new status, a decided review or a refund. It may be
// called more than once if a transaction is tried again; the last call counts, and only if the transaction succeeds.
func Changed(ctx context.Context, o order.Order) {
	if to, ok := ctx.Value(changedKey{}).(*order.Order); ok {
		*to = o
	}
}

// heard returns a context in which Changed stores its order.
func heard(ctx context.Context) (context.Context, *order.Order) {
	to := new(order.Order)
	return context.WithValue(ctx, changedKey{}, to), to
}

// arrived counts a new status, if there is one.
func (s Observed) arrived(o *order.Order, err error) {
	if err == nil && o.ID != 0 && s.Arrived != nil {
		s.Arrived(*o)
	}
}

// step starts a span for a call of the store.
func step(ctx context.Context, name string) (context.Context, telemetry.Span) {
	return telemetry.Step(ctx, telemetry.Client, "store "+name)
}

// onOrder starts a span for a call that changes an order, within the order's trace.
func (s Observed) onOrder(ctx context.Context, name string, id int64) (context.Context, telemetry.Span) {
	var span telemetry.Span
	if telemetry.Of(ctx).None() || event.ReceiptOf(ctx) != nil { // a subscriber's context is in the order's trace
		ctx, span = step(ctx, name)
	} else {
		ctx, span = telemetry.Continue(ctx, s.origin(ctx, id), telemetry.Client, "store "+name)
	}
	span.Order(id)
	return ctx, span
}

// origin returns the traceparent of an order's newest event; "" if it has none.
func (s Observed) origin(ctx context.Context, id int64) string {
	history, err := s.Services.History(ctx, id)
	if err != nil || len(history) == 0 {
		return ""
	}
	return history[len(history)-1].TraceParent
}

// CreateOrder implements order.Store.
func (s Observed) CreateOrder(ctx context.Context, o order.Order, c order.IdempotencyKey) (stored order.Order, fresh bool, err error) {
	above := telemetry.Of(ctx)
	ctx, span := step(ctx, "CreateOrder")
	ctx, changed := heard(ctx)
	stored, fresh, err = s.Services.CreateOrder(ctx, o, c)
	above.Order(stored.ID)
	span.Order(stored.ID)
	span.End(err)
	s.arrived(changed, err)
	s.limited(order.TallyUnpaid, err)
	return stored, fresh, err
}

// AnswerComplaint implements order.Store. It may make an order, which replaces another one.
func (s Observed) AnswerComplaint(ctx context.Context, a order.ComplaintAnswer, starts []order.Stock) (order.Order, error) {
	ctx, span := step(ctx, "AnswerComplaint")
	ctx, changed := heard(ctx)
	after, err := s.Services.AnswerComplaint(ctx, a, starts)
	span.Order(a.OrderID)
	span.End(err)
	if changed.ID != a.OrderID {
		s.arrived(changed, err)
	}
	return after, err
}

// MoveOrder implements order.Store.
func (s Observed) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	ctx, span := s.onOrder(ctx, "MoveOrder", m.OrderID)
	span.Text("webshop.status", string(m.To))
	ctx, changed := heard(ctx)
	o, err := s.Services.MoveOrder(ctx, m)
	span.End(err)
	s.arrived(changed, err)
	return o, err
}

// RefuseStock implements stock.Store.
func (s Observed) RefuseStock(ctx context.Context, orderID int64) error {
	ctx, span := s.onOrder(ctx, "RefuseStock", orderID)
	ctx, changed := heard(ctx)
	err := s.Services.RefuseStock(ctx, orderID)
	span.End(err)
	s.arrived(changed, err)
	return err
}

// StockCreated implements stock.Store.
func (s Observed) StockCreated(ctx context.Context, orderID int64) error {
	ctx, span := s.onOrder(ctx, "StockCreated", orderID)
	err := s.Services.StockCreated(ctx, orderID)
	span.End(err)
	return err
}

// RecordReview implements the store of the services that review orders.
func (s Observed) RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (bool, error) {
	ctx, span := s.onOrder(ctx, "RecordReview", orderID)
	span.Text("webshop.review", step)
	ctx, changed := heard(ctx)
	holds, err := s.Services.RecordReview(ctx, orderID, step, passed, by, note)
	span.End(err)
	if err == nil && changed.ID != 0 && s.Decided != nil {
		s.Decided(step, passed)
	}
	return holds, err
}

// Book implements delivery.Store.
func (s Observed) Book(ctx context.Context, orderID int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	ctx, span := s.onOrder(ctx, "Book", orderID)
	b, err := s.Services.Book(ctx, orderID, to, room)
	span.End(err)
	s.limited(order.TallyDelivery, err)
	return b, err
}

// Move implements delivery.Store.
func (s Observed) Move(ctx context.Context, orderID int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	ctx, span := s.onOrder(ctx, "Move", orderID)
	b, err := s.Services.Move(ctx, orderID, to, room)
	span.End(err)
	return b, err
}

// RecordPayment implements order.Store.
func (s Observed) RecordPayment(ctx context.Context, p order.Settlement) (order.Order, error) {
	ctx, span := s.onOrder(ctx, "RecordPayment", p.OrderID)
	span.Text("webshop.payment", string(p.Outcome.State))
	ctx, changed := heard(ctx)
	o, err := s.Services.RecordPayment(ctx, p)
	span.End(err)
	s.arrived(changed, err)
	return o, err
}

// RecordRefund implements order.Store.
func (s Observed) RecordRefund(ctx context.Context, id int64, number int, out payments.RefundOutcome) error {
	ctx, span := s.onOrder(ctx, "RecordRefund", id)
	ctx, changed := heard(ctx)
	err := s.Services.RecordRefund(ctx, id, number, out)
	span.End(err)
	if err == nil && changed.ID != 0 && out.State == payments.RefundDone && s.Repaid != nil {
		s.Repaid(*changed)
	}
	return err
}

// PostEntries implements finance.Store.
func (s Observed) PostEntries(ctx context.Context, e finance.Entry) error {
	ctx, span := step(ctx, "PostEntries")
	err := s.Services.PostEntries(ctx, e)
	span.End(err)
	return err
}

// MarkDone implements Receipts.
func (s Observed) MarkDone(ctx context.Context, r *event.Receipt) error {
	ctx, span := step(ctx, "MarkDone")
	err := s.Services.MarkDone(ctx, r)
	span.End(err)
	return err
}

// Hold implements Receipts.
func (s Observed) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	ctx, span := step(ctx, "Hold")
	err := s.Services.Hold(ctx, r, until)
	span.End(err)
	return err
}

// Retry implements Receipts.
func (s Observed) Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error {
	ctx, span := step(ctx, "Retry")
	err := s.Services.Retry(ctx, r, failure, next)
	span.End(err)
	return err
}

// Park implements Receipts.
func (s Observed) Park(ctx context.Context, r *event.Receipt, failure string) error {
	ctx, span := step(ctx, "Park")
	err := s.Services.Park(ctx, r, failure)
	span.End(err)
	return err
}

// ReceiptOpen implements Receipts.
func (s Observed) ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error) {
	ctx, span := step(ctx, "ReceiptOpen")
	open, err := s.Services.ReceiptOpen(ctx, r)
	span.End(err)
	return open, err
}

// Order implements order.Store.
func (s Observed) Order(ctx context.Context, id int64) (order.Order, error) {
	ctx, span := step(ctx, "Order")
	span.Order(id)
	o, err := s.Services.Order(ctx, id)
	span.End(err)
	return o, err
}

// Booking implements delivery.Store.
func (s Observed) Booking(ctx context.Context, orderID int64) (delivery.Booking, error) {
	ctx, span := step(ctx, "Booking")
	span.Order(orderID)
	b, err := s.Services.Booking(ctx, orderID)
	span.End(err)
	return b, err
}

// Sale implements finance.Store.
func (s Observed) Sale(ctx context.Context, orderID int64) (finance.Sale, error) {
	ctx, span := step(ctx, "Sale")
	span.Order(orderID)
	sale, err := s.Services.Sale(ctx, orderID)
	span.End(err)
	return sale, err
}

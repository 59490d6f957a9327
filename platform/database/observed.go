package database

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// Observed is a store whose steps are seen: in the trace of the caller, and by what counts orders. The zero fields but
// Services count nothing.
//
// What changes an order that exists belongs to the trace in which the order was made, whoever asks for it and whenever: a
// customer who books a time a day later, a third party that calls back. It goes on there, linked with what asked.
type Observed struct {
	Services
	Arrived func(order.Order)              // told of each order that is stored with a new status
	Repaid  func(order.Order)              // told of each order whose money was given back
	Decided func(step string, passed bool) // told of each review that was decided
	Limited func(kind string)              // told of each order that a cap refused, by the kind of its tallies
}

// limited tells of what a cap refused.
func (s Observed) limited(kind string, err error) {
	if fault.CodeOf(err) == fault.LimitReached && s.Limited != nil {
		s.Limited(kind)
	}
}

type changedKey struct{}

// Changed is told by an engine what it stores of an order: a new status, a review that was
// decided, or that its money was given back. It may be told
// more than once, when a transaction is tried again; what counts is that the call succeeds.
func Changed(ctx context.Context, o order.Order) {
	if to, ok := ctx.Value(changedKey{}).(*order.Order); ok {
		*to = o
	}
}

// heard is where Changed puts an order.
func heard(ctx context.Context) (context.Context, *order.Order) {
	to := new(order.Order)
	return context.WithValue(ctx, changedKey{}, to), to
}

// arrived tells of a new status, unless there was none.
func (s Observed) arrived(o *order.Order, err error) {
	if err == nil && o.ID != 0 && s.Arrived != nil {
		s.Arrived(*o)
	}
}

// step begins a step of the store.
func step(ctx context.Context, name string) (context.Context, telemetry.Span) {
	return telemetry.Step(ctx, telemetry.Client, "store "+name)
}

// onOrder begins a step that changes an order: within the order's trace.
func (s Observed) onOrder(ctx context.Context, name string, id int64) (context.Context, telemetry.Span) {
	var span telemetry.Span
	if telemetry.Of(ctx).None() || event.ReceiptOf(ctx) != nil { // a subscriber is within it
		ctx, span = step(ctx, name)
	} else {
		ctx, span = telemetry.Continue(ctx, s.origin(ctx, id), telemetry.Client, "store "+name)
	}
	span.Order(id)
	return ctx, span
}

// origin is the traceparent of the newest event of an order; "" when there is none to be found.
func (s Observed) origin(ctx context.Context, id int64) string {
	history, err := s.Services.History(ctx, id)
	if err != nil || len(history) == 0 {
		return ""
	}
	return history[len(history)-1].TraceParent
}

// CreateOrder is order.Store's.
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

// MoveOrder is order.Store's.
func (s Observed) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	ctx, span := s.onOrder(ctx, "MoveOrder", m.OrderID)
	span.Text("webshop.status", string(m.To))
	ctx, changed := heard(ctx)
	o, err := s.Services.MoveOrder(ctx, m)
	span.End(err)
	s.arrived(changed, err)
	return o, err
}

// RefuseStock is stock.Store's.
func (s Observed) RefuseStock(ctx context.Context, orderID int64) error {
	ctx, span := s.onOrder(ctx, "RefuseStock", orderID)
	ctx, changed := heard(ctx)
	err := s.Services.RefuseStock(ctx, orderID)
	span.End(err)
	s.arrived(changed, err)
	return err
}

// StockCreated is stock.Store's.
func (s Observed) StockCreated(ctx context.Context, orderID int64) error {
	ctx, span := s.onOrder(ctx, "StockCreated", orderID)
	err := s.Services.StockCreated(ctx, orderID)
	span.End(err)
	return err
}

// Journal is Journaler's.
func (s Observed) Journal(ctx context.Context, e event.Event) error {
	ctx, span := s.onOrder(ctx, "Journal", e.Order())
	span.Text("webshop.event", string(e.EventType()))
	err := s.Services.Journal(ctx, e)
	span.End(err)
	return err
}

// RecordReview is that of the services that review orders.
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

// Book is delivery.Store's.
func (s Observed) Book(ctx context.Context, orderID int64, at time.Time, room delivery.Room) (delivery.Booking, error) {
	ctx, span := s.onOrder(ctx, "Book", orderID)
	b, err := s.Services.Book(ctx, orderID, at, room)
	span.End(err)
	s.limited(order.TallyDelivery, err)
	return b, err
}

// RecordRefund is order.Store's.
func (s Observed) RecordRefund(ctx context.Context, id int64, reference string) error {
	ctx, span := s.onOrder(ctx, "RecordRefund", id)
	ctx, changed := heard(ctx)
	err := s.Services.RecordRefund(ctx, id, reference)
	span.End(err)
	if err == nil && changed.ID != 0 && s.Repaid != nil {
		s.Repaid(*changed)
	}
	return err
}

// PostEntries is finance.Store's.
func (s Observed) PostEntries(ctx context.Context, e finance.Entry) error {
	ctx, span := step(ctx, "PostEntries")
	err := s.Services.PostEntries(ctx, e)
	span.End(err)
	return err
}

// MarkDone is Receipts'.
func (s Observed) MarkDone(ctx context.Context, r *event.Receipt) error {
	ctx, span := step(ctx, "MarkDone")
	err := s.Services.MarkDone(ctx, r)
	span.End(err)
	return err
}

// Hold is Receipts'.
func (s Observed) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	ctx, span := step(ctx, "Hold")
	err := s.Services.Hold(ctx, r, until)
	span.End(err)
	return err
}

// Retry is Receipts'.
func (s Observed) Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error {
	ctx, span := step(ctx, "Retry")
	err := s.Services.Retry(ctx, r, failure, next)
	span.End(err)
	return err
}

// Park is Receipts'.
func (s Observed) Park(ctx context.Context, r *event.Receipt, failure string) error {
	ctx, span := step(ctx, "Park")
	err := s.Services.Park(ctx, r, failure)
	span.End(err)
	return err
}

// ReceiptOpen is Receipts'.
func (s Observed) ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error) {
	ctx, span := step(ctx, "ReceiptOpen")
	open, err := s.Services.ReceiptOpen(ctx, r)
	span.End(err)
	return open, err
}

// Order is order.Store's.
func (s Observed) Order(ctx context.Context, id int64) (order.Order, error) {
	ctx, span := step(ctx, "Order")
	span.Order(id)
	o, err := s.Services.Order(ctx, id)
	span.End(err)
	return o, err
}

// Booking is delivery.Store's.
func (s Observed) Booking(ctx context.Context, orderID int64) (delivery.Booking, error) {
	ctx, span := step(ctx, "Booking")
	span.Order(orderID)
	b, err := s.Services.Booking(ctx, orderID)
	span.End(err)
	return b, err
}

// Sale is finance.Store's.
func (s Observed) Sale(ctx context.Context, orderID int64) (finance.Sale, error) {
	ctx, span := step(ctx, "Sale")
	span.Order(orderID)
	sale, err := s.Services.Sale(ctx, orderID)
	span.End(err)
	return sale, err
}

package simulation

import (
	"context"
	"errors"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/stock"
)

// store is the database as the shop sees it: each call waits for the scheduler before it is done and, if it changes
// something, before it is answered. It fails, or its answer is lost, as between processes.
type store struct {
	database.Store
	life *life
}

var errSilence = errors.New("no answer")

// through lets a call of the store happen.
func through[T any](s store, ctx context.Context, kind kind, what string, id int64, do func(context.Context) (T, error)) (result T, err error) {
	var none T
	switch s.life.pause(ctx, kind, what, id, false).fate {
	case isDead:
		return none, errSilence
	case fails:
		return none, fault.New(fault.Unavailable, "the database could not store this")
	}
	if result, err = do(ctx); kind == reads {
		return result, err
	}
	if s.life.pause(ctx, kind, what, id, true).fate != goesOn {
		return none, errSilence
	}
	return result, err
}

func nothing(err error) (struct{}, error) { return struct{}{}, err }

func (s store) CreateOrder(ctx context.Context, o order.Order, c order.IdempotencyKey) (order.Order, bool, error) {
	fresh := false
	stored, err := through(s, ctx, writes, "CreateOrder", 0, func(ctx context.Context) (stored order.Order, err error) {
		stored, fresh, err = s.Store.CreateOrder(ctx, o, c)
		return stored, err
	})
	return stored, fresh && err == nil, err
}

func (s store) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	return through(s, ctx, writes, "MoveOrder "+string(m.To), m.OrderID, func(ctx context.Context) (order.Order, error) { return s.Store.MoveOrder(ctx, m) })
}

func (s store) Order(ctx context.Context, id int64) (order.Order, error) {
	return through(s, ctx, reads, "Order", id, func(ctx context.Context) (order.Order, error) { return s.Store.Order(ctx, id) })
}

func (s store) RecordRefund(ctx context.Context, id int64, number int, out payments.RefundOutcome) error {
	_, err := through(s, ctx, writes, "RecordRefund", id, func(ctx context.Context) (struct{}, error) {
		return nothing(s.Store.RecordRefund(ctx, id, number, out))
	})
	return err
}

func (s store) RecordPayment(ctx context.Context, p order.Settlement) (order.Order, error) {
	return through(s, ctx, writes, "RecordPayment "+string(p.Outcome.State), p.OrderID, func(ctx context.Context) (order.Order, error) { return s.Store.RecordPayment(ctx, p) })
}

func (s store) AddPayment(ctx context.Context, id int64, m order.Method) (order.Order, error) {
	return through(s, ctx, writes, "AddPayment "+m.Name, id, func(ctx context.Context) (order.Order, error) { return s.Store.AddPayment(ctx, id, m) })
}

func (s store) TakeOpen(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	return through(s, ctx, writes, "TakeOpen", 0, func(ctx context.Context) ([]order.Order, error) { return s.Store.TakeOpen(ctx, before, share) })
}

func (s store) TakeUnsettled(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	return through(s, ctx, writes, "TakeUnsettled", 0, func(ctx context.Context) ([]order.Order, error) { return s.Store.TakeUnsettled(ctx, before, share) })
}

func (s store) TakeDeclined(ctx context.Context, after time.Time, share int) ([]order.Order, error) {
	return through(s, ctx, writes, "TakeDeclined", 0, func(ctx context.Context) ([]order.Order, error) { return s.Store.TakeDeclined(ctx, after, share) })
}

func (s store) PutOff(ctx context.Context, asker string, id int64, until time.Time, why string) error {
	_, err := through(s, ctx, writes, "PutOff "+asker, id, func(ctx context.Context) (struct{}, error) {
		return nothing(s.Store.PutOff(ctx, asker, id, until, why))
	})
	return err
}

func (s store) DropOrder(ctx context.Context, id int64, c order.IdempotencyKey) error {
	_, err := through(s, ctx, writes, "DropOrder", id, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.DropOrder(ctx, id, c)) })
	return err
}

func (s store) Booking(ctx context.Context, id int64) (delivery.Booking, error) {
	return through(s, ctx, reads, "Booking", id, func(ctx context.Context) (delivery.Booking, error) { return s.Store.Booking(ctx, id) })
}

func (s store) Booked(ctx context.Context, market string, from time.Time) (map[time.Time]int, error) {
	return through(s, ctx, reads, "Booked", 0, func(ctx context.Context) (map[time.Time]int, error) { return s.Store.Booked(ctx, market, from) })
}

func (s store) Book(ctx context.Context, id int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	return through(s, ctx, writes, "Book", id, func(ctx context.Context) (delivery.Booking, error) { return s.Store.Book(ctx, id, to, room) })
}

func (s store) Move(ctx context.Context, id int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	return through(s, ctx, writes, "Move", id, func(ctx context.Context) (delivery.Booking, error) { return s.Store.Move(ctx, id, to, room) })
}

func (s store) StockOrder(ctx context.Context, id int64) (stock.Order, error) {
	return through(s, ctx, reads, "StockOrder", id, func(ctx context.Context) (stock.Order, error) { return s.Store.StockOrder(ctx, id) })
}

func (s store) TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]stock.Order, error) {
	return through(s, ctx, writes, "TakeUnanswered", 0, func(ctx context.Context) ([]stock.Order, error) {
		return s.Store.TakeUnanswered(ctx, before, again, limit)
	})
}

func (s store) RecordReview(ctx context.Context, id int64, step string, passed bool, by, note string) (bool, error) {
	return through(s, ctx, writes, "RecordReview "+step, id, func(ctx context.Context) (bool, error) { return s.Store.RecordReview(ctx, id, step, passed, by, note) })
}

func (s store) TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error) {
	return through(s, ctx, writes, "TakeReviews "+step, 0, func(ctx context.Context) ([]event.OpenReview, error) {
		return s.Store.TakeReviews(ctx, step, before, again, limit)
	})
}

func (s store) RefuseStock(ctx context.Context, id int64) error {
	_, err := through(s, ctx, writes, "RefuseStock", id, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.RefuseStock(ctx, id)) })
	return err
}

func (s store) StockCreated(ctx context.Context, id int64) error {
	_, err := through(s, ctx, writes, "StockCreated", id, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.StockCreated(ctx, id)) })
	return err
}

func (s store) Sale(ctx context.Context, id int64) (finance.Sale, error) {
	return through(s, ctx, reads, "Sale", id, func(ctx context.Context) (finance.Sale, error) { return s.Store.Sale(ctx, id) })
}

func (s store) PostEntries(ctx context.Context, e finance.Entry) error {
	_, err := through(s, ctx, writes, "PostEntries "+string(e.Kind), e.OrderID, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.PostEntries(ctx, e)) })
	return err
}

func (s store) ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error) {
	return through(s, ctx, reads, "ReceiptOpen", 0, func(ctx context.Context) (bool, error) { return s.Store.ReceiptOpen(ctx, r) })
}

func (s store) Attempts(ctx context.Context, r *event.Receipt) (int, error) {
	return through(s, ctx, reads, "Attempts", 0, func(ctx context.Context) (int, error) { return s.Store.Attempts(ctx, r) })
}

func (s store) MarkDone(ctx context.Context, r *event.Receipt) error {
	_, err := through(s, ctx, writes, "MarkDone", 0, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.MarkDone(ctx, r)) })
	return err
}

func (s store) Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error {
	_, err := through(s, ctx, writes, "Retry", 0, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.Retry(ctx, r, failure, next)) })
	return err
}

func (s store) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	_, err := through(s, ctx, writes, "Hold", 0, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.Hold(ctx, r, until)) })
	return err
}

func (s store) Park(ctx context.Context, r *event.Receipt, failure string) error {
	_, err := through(s, ctx, writes, "Park", 0, func(ctx context.Context) (struct{}, error) { return nothing(s.Store.Park(ctx, r, failure)) })
	return err
}

func (s store) Archive(ctx context.Context, before time.Time, limit int) (int, error) {
	return through(s, ctx, writes, "Archive", 0, func(ctx context.Context) (int, error) { return s.Store.Archive(ctx, before, limit) })
}

// TakeDue parks only if it took something, since most sweeps find nothing.
func (s store) TakeDue(ctx context.Context, at time.Time, lease time.Duration, limit int) ([]database.Due, error) {
	if !s.life.mayLook() {
		return nil, errSilence
	}
	due, err := s.Store.TakeDue(ctx, at, lease, limit)
	if len(due) > 0 && s.life.pause(ctx, writes, "TakeDue", due[0].Envelope.OrderID, true).fate != goesOn {
		return nil, errSilence
	}
	return due, err
}

// mayLook decides whether the relay can read the outbox now.
func (l *life) mayLook() bool {
	l.thawed()
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.dead && !l.chance(l.plan.fail)
}

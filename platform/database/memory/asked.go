package memory

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/stock"
)

// askedKey is an order that someone asks about.
type askedKey struct {
	orderID int64
	asker   string
}

// asked is when that is next, and how often it was.
type asked struct {
	next    time.Time
	times   int
	failure string
}

// take returns late orders and puts each off.
func (s *Store) take(ctx context.Context, l database.Poll) (taken []order.Order, err error) {
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		share, now := map[string]int{}, t.now()
		for _, o := range t.late(l, now) {
			by := ""
			if o.Status == order.PaymentPending || o.Status == order.PaymentDeclined {
				by = o.PaymentProvider
			}
			if share[by]++; share[by] > l.Share {
				continue
			}
			key := askedKey{o.ID, l.Poller}
			before := t.disk.asked[key]
			put(t, t.disk.asked, key, asked{millis(now.Add(l.Wait(before.times))), before.times + 1, ""})
			taken = append(taken, o)
		}
		return nil
	})
	return taken, err
}

// late lists the orders whose turn it is, those first that have waited longest.
func (t *tx) late(l database.Poll, now time.Time) []order.Order {
	since := func(o order.Order) time.Time {
		if a, known := t.disk.asked[askedKey{o.ID, l.Poller}]; known {
			return a.next
		}
		return o.StatusAt
	}
	var late []order.Order
	for _, o := range t.disk.orders {
		at := since(o)
		if o.Status == l.Status && o.StatusAt.Before(millis(l.Before)) && o.StatusAt.After(millis(l.After)) && (!at.After(now) || at.After(now.Add(l.Longest))) &&
			(l.Status != order.InReview || o.Awaits(l.Poller)) && (l.Status != order.Placed || o.Terms.Imported == nil) &&
			(l.Status != order.PaymentDeclined || o.CancelReason == order.NotConfirmed) {
			late = append(late, o)
		}
	}
	slices.SortStableFunc(late, func(a, b order.Order) int { return since(a).Compare(since(b)) })
	return late
}

// TakeUnsettled returns orders whose payment is to be asked about now.
func (s *Store) TakeUnsettled(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	return s.take(ctx, database.Unsettled(before, share))
}

// TakeDeclined returns orders that were declined without an answer, whose charge is to be looked for now.
func (s *Store) TakeDeclined(ctx context.Context, after time.Time, share int) ([]order.Order, error) {
	return s.take(ctx, database.Declined(after, s.now(), share))
}

// TakeUnanswered returns orders about which the stockist is to be asked now.
func (s *Store) TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]stock.Order, error) {
	late, err := s.take(ctx, database.Unanswered(before, again, limit))
	return database.StockOrders(late), err
}

// TakeReviews returns orders about which a step of their review is to ask now.
func (s *Store) TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int) ([]event.OpenReview, error) {
	late, err := s.take(ctx, database.Unreviewed(step, before, again, limit))
	return database.OpenReviews(late), err
}

// PutOff lets no order be asked about before a time.
func (s *Store) PutOff(ctx context.Context, asker string, id int64, until time.Time, why string) error {
	_, err := s.do(ctx, func(t *tx) error {
		key := askedKey{id, asker}
		put(t, t.disk.asked, key, asked{millis(until), max(t.disk.asked[key].times, 1), why})
		return nil
	})
	return err
}

// HeldPayments returns orders that wait for their payment and were put off with a reason.
func (s *Store) HeldPayments(_ context.Context, limit int) ([]database.Waiting, error) {
	return s.payments(limit, func(o order.Order, held bool) bool { return held }), nil
}

// DoubtfulPayments returns orders that wait for their payment, but for those of HeldPayments.
func (s *Store) DoubtfulPayments(_ context.Context, before time.Time, limit int) ([]database.Waiting, error) {
	return s.payments(limit, func(o order.Order, held bool) bool { return !held && o.StatusAt.Before(before) }), nil
}

// payments returns orders that wait for their payment and fit; held are those that were put off with a reason.
func (s *Store) payments(limit int, fits func(o order.Order, held bool) bool) (found []database.Waiting) {
	for _, o := range s.some(limit, func(o order.Order) bool {
		return o.Status == order.PaymentPending && fits(o, s.disk.asked[askedKey{o.ID, order.Asker}].failure != "")
	}) {
		found = append(found, database.Waiting{OrderID: o.ID, Since: o.StatusAt})
	}
	return found
}

package simulation

import (
	"context"
	"errors"
	"slices"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// checkSlots: no slot is overbooked, and each booking is counted.
func (w *world) checkSlots(orders []order.Order) {
	type slot struct {
		market string
		at     time.Time
	}
	taken := map[slot]int{}
	for _, o := range orders {
		if !o.DeliveryTime.IsZero() && o.TestID == 0 {
			taken[slot{o.Market, o.DeliveryTime}]++
		}
	}
	for market := range rules.Orders.Markets {
		booked, err := w.life.store.Booked(context.Background(), market, time.Time{})
		for at, n := range booked {
			if n != taken[slot{market, at}] || err != nil {
				w.wrong("a slot that is left is free", "%s %s counts %d bookings, and %d orders have it, %v", market, at, n, taken[slot{market, at}], err)
			}
		}
	}
	for s, n := range taken {
		booked, err := w.life.store.Booked(context.Background(), s.market, s.at)
		if err != nil || n > w.plan.capacity || booked[s.at] != n {
			w.wrong("no slot is overbooked", "%v has %d bookings of %d, counted %d, %v", s, n, w.plan.capacity, booked[s.at], err)
		}
	}
}

// checkWatched: the watchdog, and so the alerts, have each deadline missed two seconds ago.
func (w *world) checkWatched() {
	const within = 2 * time.Second
	if time.Since(w.life.began) < within || w.plan.freeze > 0 {
		return // a write that was frozen before its commit is overdue from the start
	}
	late, err := w.life.store.Overdue(context.Background(), time.Now().Add(-within), rules.Deadlines)
	seen, blind := w.life.watchdog.Overdue(context.Background())
	if err != nil || blind != nil {
		panic(errors.Join(err, blind))
	}
	for missed := range waiting(late) {
		if !waiting(seen)[missed] && !w.changedSince(missed, time.Now().Add(-within)) {
			w.wrong("nothing fails in silence", "not reported: %+v", missed)
		}
	}
}

// changedSince reports whether a receipt changed after a time: a replayed dead letter is late at once.
func (w *world) changedSince(m missed, since time.Time) bool {
	receipts, err := w.life.store.ReceiptsOf(context.Background(), m.OrderID)
	if err != nil {
		panic(err)
	}
	return slices.ContainsFunc(receipts, func(r database.ReceiptState) bool {
		return r.EventID == m.EventID && r.Subscriber == m.subscriber && r.ChangedAt.After(since)
	})
}

// missed is a missed deadline.
type missed struct {
	subscriber string
	status     order.Status
	database.Waiting
}

func waiting(steps []database.Stuck) map[missed]bool {
	all := map[missed]bool{}
	for _, s := range steps {
		for _, one := range s.Oldest {
			all[missed{s.Subscriber, s.Status, one}] = true
		}
	}
	return all
}

// watched is the store for the watchdog, while the machine does not stand still.
type watched struct {
	database.Outbox
	*world
}

func (o watched) Overdue(ctx context.Context, at time.Time, d database.Deadlines) ([]database.Stuck, error) {
	if o.thawed() {
		select { // never at the same moment as the relay, as at the start of a life
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
		}
	}
	return o.Outbox.Overdue(ctx, at, d)
}

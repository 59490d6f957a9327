package simulation

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// checkSlots: no slot has more bookings than room, and each booking is counted.
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
	for s, n := range taken {
		booked, err := w.life.store.Booked(context.Background(), s.market, s.at)
		if err != nil || n > w.plan.capacity || booked[s.at] != n {
			w.wrong("no slot is overbooked", "%v has %d bookings of %d, counted %d, %v", s, n, w.plan.capacity, booked[s.at], err)
		}
	}
}

// checkWatched: what missed its deadline was reported within two seconds.
func (w *world) checkWatched() {
	const within = 2 * time.Second
	if time.Since(w.life.began) < within || w.plan.freeze > 0 {
		return // what was frozen before its commit is overdue when it is born
	}
	late, err := w.life.store.Overdue(context.Background(), time.Now().Add(-within), rules.Deadlines, 100)
	if err != nil {
		panic(err)
	}
	for _, o := range late {
		replayed := w.operator.replays[receiptID{o.EventID, o.Subscriber}] > 0 // late as soon as it is pending again
		if !w.life.reported[same(o)] && !replayed {
			w.wrong("nothing fails in silence", "not reported: %+v", o)
		}
	}
}

// same is a missed deadline without what changes while it stays missed.
func same(o database.Overdue) database.Overdue {
	o.LastError = ""
	return o
}

// watched is the store as the watchdog sees it: as it is, when the machine does not stand still.
type watched struct {
	database.Outbox
	*world
}

func (o watched) Overdue(ctx context.Context, at time.Time, limits map[order.Status]time.Duration, most int) ([]database.Overdue, error) {
	o.thawed()
	return o.Outbox.Overdue(ctx, at, limits, most)
}

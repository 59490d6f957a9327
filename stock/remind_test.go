package stock

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/fault"
)

// late is a store with late orders, and a stockist that is asked for them.
type late struct {
	Store
	since map[int64]time.Time
	asked []int64
	err   error
}

func (l *late) Unanswered(_ context.Context, before time.Time, limit int) (orders []Order, err error) {
	for id, since := range l.since {
		if since.Before(before) && len(orders) < limit {
			orders = append(orders, Order{ID: id, Products: "BB001", Placed: true})
		}
	}
	slices.SortFunc(orders, func(a, b Order) int { return int(a.ID - b.ID) })
	return orders, l.err
}

func (l *late) Refill(ctx context.Context, r Refill) (bool, error) {
	l.asked = append(l.asked, r.OrderID)
	if r.OrderID == 2 {
		<-ctx.Done() // it hangs
		return false, fault.Wrap(ctx.Err(), fault.Unavailable, "no answer")
	}
	return false, nil
}

// TestTheStockistIsAskedOnceAboutEachLateOrder, also about those after one for which it hangs, and again when an order is
// late once more.
func TestTheStockistIsAskedOnceAboutEachLateOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l := &late{since: map[int64]time.Time{1: now.Add(-2 * time.Hour), 2: now.Add(-2 * time.Hour), 3: now.Add(-2 * time.Hour), 4: now}}
		s := &Service{Store: l, Stockist: l, RemindAfter: hours(1), Now: time.Now}
		if err := s.Remind(t.Context()); err == nil || !slices.Equal(l.asked, []int64{1, 2, 3}) {
			t.Errorf("asked for %v, %v", l.asked, err)
		}
		if err := s.Remind(t.Context()); err != nil || len(l.asked) != 3 {
			t.Errorf("a second time asked for %v, %v", l.asked, err)
		}
		if took := time.Since(now); took > reminderTimeout {
			t.Errorf("it took %s", took)
		}
		delete(l.since, 1)
		if err := s.Remind(t.Context()); err != nil || len(s.reminded) != 2 {
			t.Errorf("remembers %v, %v", s.reminded, err)
		}
		time.Sleep(2 * time.Hour)
		if err := s.Remind(t.Context()); err != nil || !slices.Equal(l.asked, []int64{1, 2, 3, 4}) {
			t.Errorf("later asked for %v, %v", l.asked, err)
		}
		l.err = fault.New(fault.Unavailable, "no database")
		if s.Remind(t.Context()) == nil {
			t.Error("a look that failed is no error")
		}
		s.RemindAfter = hours(0)
		if s.Remind(t.Context()) != nil {
			t.Error("without a deadline it looks")
		}
	})
}

func hours(n time.Duration) func() time.Duration {
	return func() time.Duration { return n * time.Hour }
}

package later

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/fault"
)

// partner is asked about orders that are late; for one of them it hangs.
type partner struct {
	since map[int64]time.Time
	asked []int64
	err   error
}

type number int64

func (n number) Order() int64 { return int64(n) }

func (p *partner) late(_ context.Context, before time.Time, limit int) (orders []number, err error) {
	for id, since := range p.since {
		if since.Before(before) && len(orders) < limit {
			orders = append(orders, number(id))
		}
	}
	slices.Sort(orders)
	return orders, p.err
}

func (p *partner) ask(ctx context.Context, id number) error {
	p.asked = append(p.asked, int64(id))
	if id == 2 {
		<-ctx.Done() // it hangs
		return fault.Wrap(ctx.Err(), fault.Unavailable, "no answer")
	}
	return nil
}

// TestThePartnerIsAskedAboutEachLateOrder once in an hour, also about those after one for which it hangs.
func TestThePartnerIsAskedAboutEachLateOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		p := &partner{since: map[int64]time.Time{1: now.Add(-2 * time.Hour), 2: now.Add(-2 * time.Hour), 3: now.Add(-2 * time.Hour), 4: now}}
		var r Reminder
		remind := func() error {
			return Remind(t.Context(), &r, time.Now(), time.Hour, p.late, p.ask)
		}
		if err := remind(); err == nil || !slices.Equal(p.asked, []int64{1, 2, 3}) {
			t.Errorf("asked for %v, %v", p.asked, err)
		}
		if err := remind(); err != nil || len(p.asked) != 3 {
			t.Errorf("a second time asked for %v, %v", p.asked, err)
		}
		if took := time.Since(now); took > timeout {
			t.Errorf("it took %s", took)
		}
		delete(p.since, 1)
		if err := remind(); err != nil || len(r.reminded) != 2 {
			t.Errorf("remembers %v, %v", r.reminded, err)
		}
		time.Sleep(2 * time.Hour)
		if err := remind(); err == nil || !slices.Equal(p.asked, []int64{1, 2, 3, 2, 3, 4}) {
			t.Errorf("later asked for %v, %v", p.asked, err)
		}
		p.err = fault.New(fault.Unavailable, "no database")
		if remind() == nil {
			t.Error("a look that failed is no error")
		}
	})
}

package callbacks

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
)

// partner is asked about late orders; for one of them it hangs.
type partner struct {
	due   map[int64]time.Time // when each order is due
	asked []int64
	err   error
}

type number int64

func (n number) Order() int64 { return int64(n) }

// take replaces the store, which reschedules what it returns.
func (p *partner) take(_ context.Context, _ time.Time, _ time.Duration, limit int) (orders []number, err error) {
	for id, at := range p.due {
		if !at.After(time.Now()) && len(orders) < limit {
			orders = append(orders, number(id))
			p.due[id] = time.Now().Add(5 * time.Minute)
		}
	}
	slices.Sort(orders)
	return orders, p.err
}

func (p *partner) putOff(_ context.Context, _ string, id int64, until time.Time, _ string) error {
	p.due[id] = until
	return nil
}

func (p *partner) ask(ctx context.Context, id number) error {
	p.asked = append(p.asked, int64(id))
	if id == 2 {
		<-ctx.Done() // it hangs
		return fault.Wrap(ctx.Err(), fault.Unavailable, "no answer")
	}
	return nil
}

// TestThePartnerIsAskedAboutEachLateOrder once an hour, also about those after one for which it hangs; about that one
// when the store says.
func TestThePartnerIsAskedAboutEachLateOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		p := &partner{due: map[int64]time.Time{1: begun, 2: begun, 3: begun, 4: begun.Add(2 * time.Hour)}}
		remind := func(ctx context.Context) error {
			return Remind(ctx, Reminder[number]{Poller: "p", After: time.Hour, Now: time.Now, Take: p.take, Ask: p.ask, PutOff: p.putOff})
		}
		if err := remind(t.Context()); err == nil || !slices.Equal(p.asked, []int64{1, 2, 3}) {
			t.Errorf("asked about %v, %v", p.asked, err)
		}
		if took := time.Since(begun); took > timeout {
			t.Errorf("it took %s", took)
		}
		time.Sleep(5 * time.Minute)
		if err := remind(t.Context()); err == nil || !slices.Equal(p.asked[3:], []int64{2}) {
			t.Errorf("soon asked about %v, %v", p.asked[3:], err)
		}
		time.Sleep(2 * time.Hour)
		if err := remind(t.Context()); err == nil || !slices.Equal(p.asked[4:], []int64{1, 2, 3, 4}) {
			t.Errorf("later asked about %v, %v", p.asked[4:], err)
		}
		p.err = fault.New(fault.Unavailable, "no database")
		if remind(t.Context()) == nil {
			t.Error("a look that failed is no error")
		}
	})
}

// TestWhoIsNotAskedAboutIsNotPutOffForLong: the process ends during the request.
func TestWhoIsNotAskedAboutIsNotPutOffForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &partner{due: map[int64]time.Time{1: time.Now(), 3: time.Now()}}
		ctx, stop := context.WithCancel(t.Context())
		ask := func(ctx context.Context, n number) error { stop(); return p.ask(ctx, n) }
		err := Remind(ctx, Reminder[number]{Poller: "p", After: time.Hour, Now: time.Now, Take: p.take, Ask: ask, PutOff: p.putOff})
		if wait := time.Until(p.due[3]); err != nil || len(p.asked) != 1 || wait > 5*time.Minute {
			t.Errorf("asked about %v, the other waits for %s, %v", p.asked, wait, err)
		}
	})
}

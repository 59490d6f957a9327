package ops

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// throne grants the lead.
type throne struct {
	mu     sync.Mutex
	holder string
	until  time.Time
	err    error
	dead   string // whose requests are not answered
}

func (c *throne) ask(holder string) func(context.Context, time.Time, time.Duration) (bool, error) {
	return func(_ context.Context, at time.Time, term time.Duration) (bool, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if holder == c.dead {
			return false, errors.New("no answer")
		}
		if c.err != nil || c.holder != holder && c.until.After(at) {
			return false, c.err
		}
		c.holder, c.until = holder, at.Add(term)
		return true, nil
	}
}

func (c *throne) dies(holder string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = holder
}

func (c *throne) fails(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

// copies are a shop's copies, which see the same, and what they reported.
type copies struct {
	throne
	notifiers []*Notifier
	stops     []func()
	told      []string
}

// someCopies runs copies for a test. The first leads.
func someCopies(t *testing.T, n int, test func(*copies)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &copies{}
		var all sync.WaitGroup
		for i := range n {
			name := string(rune('a' + i))
			v := &Notifier{Lead: c.ask(name), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
			v.Notify = func(n Notice) {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.told = append(c.told, name+":"+n.Alert.ID)
			}
			ctx, stop := context.WithCancel(t.Context())
			c.notifiers, c.stops = append(c.notifiers, v), append(c.stops, stop)
			all.Go(func() { v.Run(ctx) })
			synctest.Wait()
		}
		test(c)
		for _, stop := range c.stops {
			stop()
		}
		all.Wait()
	})
}

// see lets all copies except some see something.
func (c *copies) see(id string, own bool, but ...int) {
	for i, v := range c.notifiers {
		if !slices.Contains(but, i) {
			v.Offer(Notice{At: time.Now(), Alert: Alert{ID: id, own: own}})
		}
	}
}

func (c *copies) wantTold(t *testing.T, want ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.told, want) {
		t.Errorf("told %v, want %v", c.told, want)
	}
	c.told = nil
}

func later(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestOnlyTheLeaderTellsButEachOfItself(t *testing.T) {
	someCopies(t, 3, func(c *copies) {
		c.see("shared", false)
		c.wantTold(t, "a:shared")
		c.see("own", true)
		c.wantTold(t, "a:own", "b:own", "c:own")
		later(time.Minute)
		c.wantTold(t)
	})
	only := 0
	(&Notifier{Notify: func(Notice) { only++ }}).Offer(Notice{})
	if only != 1 {
		t.Error("the only copy does not tell")
	}
}

// TestATakeoverTellsWhatNoOneTold, and does not repeat earlier reports.
func TestATakeoverTellsWhatNoOneTold(t *testing.T) {
	someCopies(t, 2, func(c *copies) {
		c.see("long before", false)
		later(time.Minute)
		c.wantTold(t, "a:long before")
		c.dies("a")
		c.see("after its death", false, 0)
		c.wantTold(t)
		later(leadTerm + 2*leadEvery)
		c.wantTold(t, "b:after its death")
	})
}

func TestALeaderThatStopsGivesItsLeadUp(t *testing.T) {
	someCopies(t, 2, func(c *copies) {
		later(time.Minute)
		c.stops[0]()
		synctest.Wait()
		c.see("after its end", false, 0)
		later(leadEvery)
		c.wantTold(t, "b:after its end")
	})
}

// TestACopyThatStartsBeforeItsDatabaseTellsWhatItSaw, since no one else may have.
func TestACopyThatStartsBeforeItsDatabaseTellsWhatItSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chair, told := &throne{err: errors.New("no database")}, 0
		v := &Notifier{Lead: chair.ask("a"), Now: time.Now, Log: slog.New(slog.DiscardHandler), Notify: func(Notice) { told++ }}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { v.Run(ctx); close(ended) }()
		v.Offer(Notice{At: time.Now()})
		later(2 * unheard)
		if told != 0 {
			t.Error("told before it was known who leads")
		}
		chair.fails(nil)
		later(2 * leadEvery)
		if told != 1 {
			t.Errorf("told %d times", told)
		}
		stop()
		<-ended
	})
}

// TestWithoutADatabaseTheLeaderTells, and if it is gone too, finally each copy.
func TestWithoutADatabaseTheLeaderTells(t *testing.T) {
	someCopies(t, 2, func(c *copies) {
		later(time.Minute)
		c.fails(errors.New("no database"))
		later(leadEvery)
		c.see("no database", false)
		later(aloneAfter / 2)
		c.wantTold(t, "a:no database")
		later(aloneAfter)
		c.wantTold(t, "b:no database")
	})
}

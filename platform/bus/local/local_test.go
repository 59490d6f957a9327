package local_test

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/bus/local"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	bustest.Suite(t, func(*testing.T) bustest.Ground {
		b := local.Alone()
		return bustest.Ground{Bus: b, Room: 16 << 10, Wipe: b.Wipe, Restart: func() bus.Bus { return local.Alone() }}
	})
}

// TestSuiteAmongCopies runs the suite with other processes on the journal.
func TestSuiteAmongCopies(t *testing.T) {
	t.Parallel()
	bustest.Suite(t, func(*testing.T) bustest.Ground {
		b := shared()
		return bustest.Ground{Bus: b, Room: 16 << 10, Wipe: b.Wipe, Restart: func() bus.Bus { return shared() }}
	})
}

// shared returns the bus of one of several processes.
func shared() *local.Bus { return local.Shared(func(int) time.Duration { return lease }, nil) }

const lease = 10 * time.Second

// TestWhatWaitsAtTheEndIsGivenBack, and what is published after it.
func TestWhatWaitsAtTheEndIsGivenBack(t *testing.T) {
	given := map[string]bool{}
	b := local.Shared(func(int) time.Duration { return time.Minute }, func(_ context.Context, receipts []*event.Receipt) error {
		for _, r := range receipts {
			given[r.EventID] = r.Subscriber == stockCreated.Subscriber
		}
		return nil
	})
	begun, hang := make(chan struct{}, bus.Workers), make(chan struct{})
	stop := subscribe(t, b, func(context.Context, event.Envelope) error { begun <- struct{}{}; <-hang; return nil })
	publish := func(n int) {
		b.Publish(event.Envelope{ID: strconv.Itoa(n), Type: event.TypeStockCreated}, "", 0)
	}
	for n := range bus.Workers + 2 {
		publish(n)
	}
	for range bus.Workers {
		<-begun
	}
	time.AfterFunc(10*time.Millisecond, func() { close(hang) })
	stop()
	publish(bus.Workers + 2)
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(given) != 3 || !given[strconv.Itoa(bus.Workers)] || !given[strconv.Itoa(bus.Workers+2)] {
		t.Errorf("given back: %v", given)
	}
}

// TestWhatWaitsLongerThanItsLeaseIsLeftToOthers, where two handlers at once would do harm, unless the event was leased
// again here.
func TestWhatWaitsLongerThanItsLeaseIsLeftToOthers(t *testing.T) {
	for _, c := range []struct {
		sub   event.Subscription
		again bool
		want  int
	}{
		{stockCreated, false, bus.Workers + 1},
		{booked, false, bus.Workers},
		{booked, true, bus.Workers + 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := shared()
			hang, calls := make(chan struct{}), atomic.Int32{}
			stop := subscribeTo(t, b, c.sub, func(context.Context, event.Envelope) error { calls.Add(1); <-hang; return nil })
			env := event.Envelope{Type: c.sub.Type}
			for n := range bus.Workers + 1 {
				env.ID = strconv.Itoa(n)
				b.Publish(env, "", 0)
			}
			time.Sleep(lease - 200*time.Millisecond)
			if c.again {
				b.Publish(env, c.sub.Subscriber, 1)
			}
			close(hang)
			synctest.Wait()
			if got := int(calls.Load()); got != c.want {
				t.Errorf("%s, again %v: %d events were handled, not %d", c.sub.Subscriber, c.again, got, c.want)
			}
			stop()
		})
	}
}

// TestOnlyOneThatIsAloneReleasesWhatIsPending: the events queued in other processes are left to them.
func TestOnlyOneThatIsAloneReleasesWhatIsPending(t *testing.T) {
	if len(local.Alone().Lost()) != 1 || len(shared().Lost()) != 0 {
		t.Error("not only the one that is alone is told that all is lost")
	}
}

// TestWhatWaitsIsNotQueuedTwice: the journal publishes an event again that waits longer than its lease.
func TestWhatWaitsIsNotQueuedTwice(t *testing.T) {
	b := local.Alone()
	hang := make(chan struct{})
	stop := subscribe(t, b, func(context.Context, event.Envelope) error { <-hang; return nil })
	env := event.Envelope{Type: event.TypeStockCreated}
	for range 3 {
		for n := range 2 * bus.Workers {
			env.ID = strconv.Itoa(n)
			b.Publish(env, "", 0)
		}
	}
	all, err := b.Consumers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Subscriber == "order.StockCreated" && c.Waiting+c.Held != 2*bus.Workers {
			t.Errorf("%d wait, %d are in work", c.Waiting, c.Held)
		}
	}
	close(hang)
	stop()
}

// TestNothingIsLeftOfWhatWasStopped: the bytes and counts return to zero.
func TestNothingIsLeftOfWhatWasStopped(t *testing.T) {
	b := local.Alone()
	hang := make(chan struct{})
	stop := subscribe(t, b, func(context.Context, event.Envelope) error { <-hang; return nil })
	for n := range 2 * bus.Workers {
		b.Publish(event.Envelope{ID: strconv.Itoa(n), Type: event.TypeStockCreated, Data: make([]byte, 100)}, "", 0)
	}
	if held, _, _ := b.Fill(t.Context()); held == 0 || b.Idle() {
		t.Errorf("the bus holds %d bytes", held)
	}
	time.AfterFunc(10*time.Millisecond, func() { close(hang) })
	stop()
	if held, _, _ := b.Fill(t.Context()); held != 0 || !b.Idle() {
		t.Errorf("the bus holds %d bytes", held)
	}
}

var booked = event.Subscription{Subscriber: "email.DeliveryBooked", Type: event.TypeDeliveryBooked, Outside: true}

var stockCreated = event.Subscription{Subscriber: "order.StockCreated", Type: event.TypeStockCreated}

func subscribe(t testing.TB, b bus.Bus, h bus.Handler) (stop func()) {
	t.Helper()
	return subscribeTo(t, b, stockCreated, h)
}

func subscribeTo(t testing.TB, b bus.Bus, sub event.Subscription, h bus.Handler) (stop func()) {
	t.Helper()
	d := &bus.Dispatcher{Receipts: done{}, Timeout: 2 * lease, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	end, err := b.Subscribe(t.Context(), sub, d, h)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := end(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// done stores no receipts.
type done struct{ bus.Receipts }

func (done) ReceiptOpen(context.Context, *event.Receipt) (bool, error) { return true, nil }
func (done) Hold(context.Context, *event.Receipt, time.Time) error     { return nil }
func (done) MarkDone(context.Context, *event.Receipt) error            { return nil }

// BenchmarkThroughput measures the time per event when many are published at once.
func BenchmarkThroughput(b *testing.B) {
	shopBus := local.Alone()
	var all sync.WaitGroup
	stop := subscribe(b, shopBus, func(context.Context, event.Envelope) error { all.Done(); return nil })
	b.ReportAllocs()
	env := event.Envelope{Type: event.TypeStockCreated}
	for n := range b.N {
		all.Add(1)
		env.ID = strconv.Itoa(n)
		shopBus.Publish(env, "", 0)
		if n%10_000 == 9_999 { // more do not fit
			all.Wait()
		}
	}
	all.Wait()
	stop()
}

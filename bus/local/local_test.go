package local_test

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/bus"
	"acme.example/webshop/bus/bustest"
	"acme.example/webshop/bus/local"
	"acme.example/webshop/event"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	bustest.Suite(t, func(*testing.T) bustest.Ground {
		b := local.New(true)
		return bustest.Ground{Bus: b, Room: 16 << 10, Wipe: b.Wipe, Restart: func() bus.Bus { return local.New(true) }}
	})
}

// TestOnlyOneThatIsAloneReleasesWhatIsPending: with other processes, what they have in their queues is left to them.
func TestOnlyOneThatIsAloneReleasesWhatIsPending(t *testing.T) {
	for alone, want := range map[bool]int{true: 1, false: 0} {
		if got := len(local.New(alone).Lost()); got != want {
			t.Errorf("alone %v: it is told %d times that all is lost", alone, got)
		}
	}
}

// TestWhatWaitsIsNotQueuedTwice: the journal publishes again what waits for longer than its lease.
func TestWhatWaitsIsNotQueuedTwice(t *testing.T) {
	b := local.New(true)
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

// TestNothingIsLeftOfWhatWasStopped: bytes and counts come back to zero.
func TestNothingIsLeftOfWhatWasStopped(t *testing.T) {
	b := local.New(true)
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

var stockCreated = event.Subscription{Subscriber: "order.StockCreated", Type: event.TypeStockCreated}

func subscribe(t testing.TB, b bus.Bus, h bus.Handler) (stop func()) {
	t.Helper()
	d := &bus.Dispatcher{Receipts: done{}, Timeout: time.Second, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	end, err := b.Subscribe(t.Context(), stockCreated, d, h)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := end(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// done is receipts of a database that keeps nothing.
type done struct{ bus.Receipts }

func (done) MarkDone(context.Context, *event.Receipt) error { return nil }

// BenchmarkThroughput is the time for each of many events that are published at once.
func BenchmarkThroughput(b *testing.B) {
	shopBus := local.New(true)
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

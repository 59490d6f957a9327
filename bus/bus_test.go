package bus_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/bus"
	"acme.example/webshop/event"
)

// open returns a bus on a real NATS server inside the process.
func open(t testing.TB) (*bus.Bus, *nats.Conn) {
	t.Helper()
	server, err := bus.StartServer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	conn, err := server.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	b, err := bus.Open(t.Context(), conn, bus.Embedded, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b, conn
}

// heard counts which subscribers heard which events.
type heard struct {
	mu    sync.Mutex
	count map[string]int
}

func (h *heard) total() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.count {
		n += c
	}
	return n
}

// listen subscribes all subscribers of an event type.
func listen(t testing.TB, b *bus.Bus, of event.Type) *heard {
	t.Helper()
	h := &heard{count: map[string]int{}}
	d := &bus.Dispatcher{Receipts: &ledger{}, Timeout: time.Second, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	for _, sub := range event.Subscriptions {
		if sub.Type != of {
			continue
		}
		stop, err := b.Subscribe(t.Context(), sub, d, func(_ context.Context, env event.Envelope) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.count[sub.Subscriber+" "+env.ID]++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	return h
}

func waitFor(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func orderCreated(t testing.TB, id string) event.Envelope {
	t.Helper()
	env, err := event.Wrap(event.OrderCreated{OrderID: 1, Name: "Zoë 🌵", Currency: "USD"}, id, time.Now(), "")
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func TestAnEventReachesEachOfItsSubscribersOnce(t *testing.T) {
	b, _ := open(t)
	h := listen(t, b, event.TypeOrderCreated)
	other := listen(t, b, event.TypeOrderPlaced)
	for range 2 { // the second has the same id: the bus knows it
		b.Publish(orderCreated(t, "a"), "", 0)
	}
	b.Publish(orderCreated(t, "b"), "", 0)
	waitFor(t, "all heard", func() bool { return h.total() >= 4 })
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for key, n := range h.count {
		if n != 1 {
			t.Errorf("%s: %d times", key, n)
		}
	}
	if other.total() != 0 {
		t.Errorf("subscribers of another type heard %v", other.count)
	}
}

func TestARetryReachesItsSubscriberOnlyAndIsNoDuplicate(t *testing.T) {
	b, _ := open(t)
	h := listen(t, b, event.TypeOrderCreated)
	b.Publish(orderCreated(t, "a"), "", 0)
	b.Publish(orderCreated(t, "a"), "email.OrderCreated", 1)
	b.Publish(orderCreated(t, "a"), "email.OrderCreated", 2)
	waitFor(t, "the retries are heard", func() bool { return h.total() >= 4 })
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count["email.OrderCreated a"] != 3 || h.count["order.OrderCreated a"] != 1 {
		t.Errorf("heard %v", h.count)
	}
}

func TestWhatIsNoEventIsThrownAway(t *testing.T) {
	b, conn := open(t)
	h := listen(t, b, event.TypeOrderCreated)
	if err := conn.Publish(event.Subject(event.TypeOrderCreated), []byte("junk")); err != nil {
		t.Fatal(err)
	}
	b.Publish(orderCreated(t, "d"), "", 0)
	waitFor(t, "the event after the junk", func() bool { return h.total() >= 2 })
	if h.count["email.OrderCreated d"] != 1 || h.total() != 2 {
		t.Errorf("heard %v", h.count)
	}
}

// TestTheBusTellsWhoTakesNoEvents: a subscriber that is there, one whose process has gone, and one without a consumer.
func TestTheBusTellsWhoTakesNoEvents(t *testing.T) {
	b, conn := open(t)
	listen(t, b, event.TypeStockCreated)
	look := func(subscriber string) bus.Consumer {
		all, err := b.Consumers(t.Context())
		if err != nil || len(all) != len(event.Subscriptions) {
			t.Fatalf("%d consumers, %v", len(all), err)
		}
		return all[slices.IndexFunc(all, func(c bus.Consumer) bool { return c.Subscriber == subscriber })]
	}
	b.Publish(orderCreated(t, "a"), "", 0)
	b.Publish(stockCreated(t), "", 0)
	waitFor(t, "the event is finished", func() bool { return look("order.StockCreated").Finished == 1 })
	if c := look("order.StockCreated"); !c.Exists || !c.Pulls || c.Waiting != 0 || c.Held != 0 {
		t.Errorf("a subscriber that takes events: %+v", c)
	}
	if c := look("email.OrderCreated"); !c.Exists || c.Pulls || c.Waiting != 1 {
		t.Errorf("a subscriber that does not: %+v", c)
	}
	if held, most, err := b.Fill(t.Context()); err != nil || held == 0 || most != uint64(bus.Embedded.MaxBytes) {
		t.Errorf("the bus holds %d of %d bytes, %v", held, most, err)
	}
	js, err := jetstream.New(conn)
	if err == nil {
		err = js.DeleteConsumer(t.Context(), "WEBSHOP", "email_OrderCreated")
	}
	if c := look("email.OrderCreated"); err != nil || c.Exists {
		t.Errorf("a subscriber without a consumer: %+v, %v", c, err)
	}
	conn.Close()
	if _, err := b.Consumers(t.Context()); err == nil {
		t.Error("a bus that is gone answers")
	}
}

// BenchmarkConsumers is what a look at all subscribers costs.
func BenchmarkConsumers(b *testing.B) {
	shopBus, _ := open(b)
	for b.Loop() {
		if _, err := shopBus.Consumers(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRoundTrip is the time from Publish to the handler, one event after the other.
func BenchmarkRoundTrip(b *testing.B) {
	shopBus, _ := open(b)
	d := &bus.Dispatcher{Receipts: &ledger{}, Timeout: time.Second, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	arrived := make(chan string)
	stop, err := shopBus.Subscribe(b.Context(), inside, d, func(_ context.Context, env event.Envelope) error {
		arrived <- env.ID
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	env := stockCreated(b)
	for i := 0; b.Loop(); i++ {
		env.ID = strconv.Itoa(i)
		shopBus.Publish(env, "", 0)
		if got := <-arrived; got != env.ID {
			b.Fatalf("event %s arrived, want %s", got, env.ID)
		}
	}
	if err := stop(context.Background()); err != nil {
		b.Error(err)
	}
}

// BenchmarkThroughput is the time for each of many events that are published at once.
func BenchmarkThroughput(b *testing.B) {
	shopBus, _ := open(b)
	throughput(b, shopBus)
}

func throughput(b *testing.B, shopBus *bus.Bus) {
	d := &bus.Dispatcher{Receipts: &ledger{}, Timeout: time.Second, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	var all sync.WaitGroup
	all.Add(b.N)
	stop, err := shopBus.Subscribe(b.Context(), inside, d, func(context.Context, event.Envelope) error { all.Done(); return nil })
	if err != nil {
		b.Fatal(err)
	}
	env := stockCreated(b)
	b.ResetTimer()
	for i := range b.N {
		env.ID = strconv.Itoa(i)
		shopBus.Publish(env, "", 0)
	}
	all.Wait()
	b.StopTimer()
	if err := stop(context.Background()); err != nil {
		b.Error(err)
	}
}

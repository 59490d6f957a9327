package nats_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/bus/nats"
)

// open returns a bus on a NATS server of its own, with one replica in memory, so that tests are fast.
func open(t testing.TB) (*nats.Bus, *natsgo.Conn) {
	t.Helper()
	conn := dial(t, bustest.Server(t))
	return opened(t, conn, inMemory), conn
}

// inMemory is for a server that keeps nothing on disk.
var inMemory = nats.Settings{Storage: jetstream.MemoryStorage, Replicas: 1, MaxBytes: 64 << 20, Duplicates: 10 * time.Second}

// dial returns a connection as the shop makes it.
func dial(t testing.TB, urls ...string) *natsgo.Conn {
	t.Helper()
	conn, err := nats.Connect(urls, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// TestSuite tests what every bus promises.
func TestSuite(t *testing.T) {
	t.Parallel()
	bustest.Suite(t, func(t *testing.T) bustest.Ground {
		url := bustest.Server(t)
		conn := dial(t, url)
		small := inMemory
		small.MaxBytes = 1 << 20
		b := opened(t, conn, small)
		return bustest.Ground{
			Bus: b, Room: 3000,
			Wipe: func() {
				if err := b.Wipe(t.Context()); err != nil {
					t.Error(err)
				}
			},
			Restart: func() bus.Bus {
				conn.Close()
				return opened(t, dial(t, url), small)
			},
		}
	})
}

// opened returns a bus that is ready.
func opened(t testing.TB, conn *natsgo.Conn, settings nats.Settings) *nats.Bus {
	t.Helper()
	b, err := nats.Open(conn, settings, slog.New(slog.NewTextHandler(outputOf(t), nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := b.Await(ctx); err != nil {
		t.Fatal(err)
	}
	return b
}

// output is a test's output until the test ends. What the library does with a connection outlives it, and testing allows no output
// then.
type output struct {
	mu sync.Mutex
	to io.Writer
}

func outputOf(t testing.TB) *output {
	o := &output{to: t.Output()}
	t.Cleanup(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.to = io.Discard
	})
	return o
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.to.Write(p)
}

// openLedger has only pending receipts.
type openLedger struct{ ledger }

func (openLedger) ReceiptOpen(context.Context, *event.Receipt) (bool, error) { return true, nil }

// ledger stores no receipts.
type ledger struct {
	bus.Receipts
	down error
}

func (l *ledger) MarkDone(context.Context, *event.Receipt) error { return l.down }

func stockCreated(t testing.TB) event.Envelope {
	t.Helper()
	env, err := event.Wrap(event.StockCreated{OrderID: 4711}, "019aab12-0000-7000-8000-000000000001", time.Now(), "")
	if err != nil {
		t.Fatal(err)
	}
	return env
}

var inside = event.Subscription{Subscriber: "order.StockCreated", Type: event.TypeStockCreated}

// heard counts which subscribers received which events.
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

// different counts what was received at least once.
func (h *heard) different() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.count)
}

// listen subscribes all subscribers of an event type.
func listen(t testing.TB, b *nats.Bus, of event.Type) *heard {
	t.Helper()
	h := &heard{count: map[string]int{}}
	d := &bus.Dispatcher{Receipts: &openLedger{}, Timeout: time.Second, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
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
	within(t, time.Minute, what, holds)
}

func within(t testing.TB, longest time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(longest); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", longest, what)
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

// suite is what this bus promises besides, on one server and on a cluster.
var suite = map[string]func(*testing.T, *nats.Bus, *natsgo.Conn){
	"an event reaches each of its subscribers once":     anEventReachesEachOfItsSubscribersOnce,
	"a retry reaches its subscriber only, each time":    aRetryReachesItsSubscriberOnlyAndIsNoDuplicate,
	"what is no event is thrown away":                   whatIsNoEventIsThrownAway,
	"the bus tells who takes no events":                 theBusTellsWhoTakesNoEvents,
	"what is in work for long is given to no one else":  whatIsInWorkIsGivenToNoOneElse,
	"a slow subscriber leaves the rest to another copy": aSlowSubscriberLeavesTheRestToAnother,
	"a copy that cannot store leaves all to another":    aCopyThatCannotStoreLeavesAllToAnother,
	"a consumer that is deleted comes again":            aConsumerThatIsDeletedComesAgain,
	"a stream that is deleted comes again":              aStreamThatIsDeletedComesAgain,
	"what a stream without consumers drops comes again": whatAStreamWithoutConsumersDropsComesAgain,
}

func TestOneServer(t *testing.T) {
	t.Parallel()
	for name, test := range suite {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, conn := open(t)
			test(t, b, conn)
		})
	}
}

func anEventReachesEachOfItsSubscribersOnce(t *testing.T, b *nats.Bus, _ *natsgo.Conn) {
	h := listen(t, b, event.TypeOrderCreated)
	other := listen(t, b, event.TypeOrderPlaced)
	for range 2 { // the second has the same id, which the bus knows
		b.Publish(orderCreated(t, "a"), "", 0)
	}
	b.Publish(orderCreated(t, "b"), "", 0)
	waitFor(t, "all are heard", func() bool { return h.total() >= 4 })
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

func aRetryReachesItsSubscriberOnlyAndIsNoDuplicate(t *testing.T, b *nats.Bus, _ *natsgo.Conn) {
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

func whatIsNoEventIsThrownAway(t *testing.T, b *nats.Bus, conn *natsgo.Conn) {
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

// theBusTellsWhoTakesNoEvents: a running subscriber, and one whose process has gone.
func theBusTellsWhoTakesNoEvents(t *testing.T, b *nats.Bus, conn *natsgo.Conn) {
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
	if held, most, err := b.Fill(t.Context()); err != nil || held == 0 || most < uint64(inMemory.MaxBytes) {
		t.Errorf("the bus holds %d of %d bytes, %v", held, most, err)
	}
	conn.Close()
	if _, err := b.Consumers(t.Context()); err == nil {
		t.Error("a bus that is gone answers")
	}
}

// subscribe starts a subscriber with its own handler.
func subscribe(t testing.TB, b *nats.Bus, h bus.Handler) {
	t.Helper()
	subscribeWith(t, b, &ledger{}, nil, h)
}

func subscribeWith(t testing.TB, b *nats.Bus, l *ledger, able func() bool, h bus.Handler) {
	t.Helper()
	d := &bus.Dispatcher{Receipts: l, Timeout: 20 * time.Second, Now: time.Now, Log: slog.New(slog.DiscardHandler), Able: able}
	stop, err := b.Subscribe(t.Context(), inside, d, h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// whatIsInWorkIsGivenToNoOneElse, for longer than the bus waits for an acknowledgement.
func whatIsInWorkIsGivenToNoOneElse(t *testing.T, b *nats.Bus, _ *natsgo.Conn) {
	var begun, done atomic.Int32
	slow := func(context.Context, event.Envelope) error {
		begun.Add(1)
		time.Sleep(bus.AckWait + bus.AckWait/5) // what is tested is a handler that takes this long
		done.Add(1)
		return nil
	}
	subscribe(t, b, slow)
	subscribe(t, b, slow) // another copy
	b.Publish(stockCreated(t), "", 0)
	for deadline := time.Now().Add(4 * bus.AckWait); done.Load() == 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if begun.Load() != 1 || done.Load() != 1 {
		t.Errorf("begun %d times, done %d times", begun.Load(), done.Load())
	}
}

// aSlowSubscriberLeavesTheRestToAnother: a busy subscriber fetches no spare messages.
func aSlowSubscriberLeavesTheRestToAnother(t *testing.T, b *nats.Bus, _ *natsgo.Conn) {
	const events = 300
	hang, heardBySlow, heardByOther := make(chan struct{}), atomic.Int32{}, atomic.Int32{}
	subscribe(t, b, func(context.Context, event.Envelope) error { heardBySlow.Add(1); <-hang; return nil })
	t.Cleanup(sync.OnceFunc(func() { close(hang) }))
	for i := range events {
		env := stockCreated(t)
		env.ID = "s" + strconv.Itoa(i)
		b.Publish(env, "", 0)
	}
	waitFor(t, "the slow one is full", func() bool { return heardBySlow.Load() == bus.Workers })
	subscribe(t, b, func(context.Context, event.Envelope) error { heardByOther.Add(1); return nil })
	waitFor(t, "the other has done the rest", func() bool { return heardByOther.Load() == events-bus.Workers })
}

// aCopyThatCannotStoreLeavesAllToAnother: what it had fetched is delivered elsewhere, well before ackWait.
func aCopyThatCannotStoreLeavesAllToAnother(t *testing.T, b *nats.Bus, _ *natsgo.Conn) {
	var able atomic.Bool
	var byFirst, byOther atomic.Int32
	able.Store(true)
	down := &ledger{down: errors.New("no database")}
	subscribeWith(t, b, down, able.Load, func(context.Context, event.Envelope) error {
		byFirst.Add(1)
		able.Store(false)
		return nil
	})
	b.Publish(stockCreated(t), "", 0)
	waitFor(t, "it was not stored", func() bool { return byFirst.Load() == 1 })
	subscribeWith(t, b, &ledger{}, nil, func(context.Context, event.Envelope) error { byOther.Add(1); return nil })
	const events = 200
	for i := range events {
		env := stockCreated(t)
		env.ID = "n" + strconv.Itoa(i)
		b.Publish(env, "", 0)
	}
	waitFor(t, "the other has done all", func() bool { return byOther.Load() == events+1 })
	if byFirst.Load() != 1 {
		t.Errorf("the copy that could not store was given %d events", byFirst.Load())
	}
}

// BenchmarkConsumers measures reading the state of all subscribers.
func BenchmarkConsumers(b *testing.B) {
	shopBus, _ := open(b)
	for b.Loop() {
		if _, err := shopBus.Consumers(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRoundTrip measures the time from Publish to the handler, one event after the other.
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

// BenchmarkThroughput measures the time per event when many are published at once.
func BenchmarkThroughput(b *testing.B) {
	shopBus, _ := open(b)
	throughput(b, shopBus)
}

func throughput(b *testing.B, shopBus *nats.Bus) {
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

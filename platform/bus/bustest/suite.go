package bustest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/fault"
)

// Ground is a bus to be tested.
type Ground struct {
	Bus     bus.Bus
	Wipe    func()         // loses what is on the bus, without a signal
	Restart func() bus.Bus // returns the bus of a process that starts after that of Bus has died
	Room    int            // the most events of one subscriber that fit
}

// Suite tests what every bus promises, together with the journal: whatever the bus does, each event has its effect once
// for each of its subscribers.
func Suite(t *testing.T, open func(t *testing.T) Ground) {
	for name, test := range map[string]func(*stage){
		"an event reaches each of its subscribers": anEventReachesItsSubscribers,
		"a retry reaches its subscriber only":      aRetryReachesItsSubscriberOnly,
		"lost":                                     lost,
		"late and reordered":                       lateAndReordered,
		"doubled":                                  doubled,
		"published again while in work":            publishedAgainWhileInWork,
		"restarted":                                restarted,
		"queue full":                               queueFull,
		"slow beside fast":                         slowBesideFast,
		"failing":                                  failing,
		"poison":                                   poison,
		"not begun":                                notBegun,
		"cannot store":                             cannotStore,
		"stop and start":                           stopAndStart,
		"stop cuts off":                            stopCutsOff,
		"many events":                              manyEvents,
		"who takes no events":                      whoTakesNoEvents,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := open(t)
			test(&stage{T: t, Ground: g, journal: NewJournal(), stops: map[string]func(context.Context) error{}})
		})
	}
}

// stage is a bus with a journal and subscribers.
type stage struct {
	*testing.T
	Ground
	journal *Journal
	broken  atomic.Bool // whether outcomes cannot be stored
	stops   map[string]func(context.Context) error
}

// subscription returns a subscription by name.
func subscription(name string) event.Subscription {
	for _, sub := range event.Subscriptions {
		if sub.Subscriber == name {
			return sub
		}
	}
	panic(name)
}

const (
	fast  = "order.DeliveryBooked"
	slow  = "email.DeliveryBooked"
	third = "delivery.DeliveryBooked"
	stock = "order.StockCreated"
)

func ok(context.Context, event.Envelope) error { return nil }

// subscribe starts a subscriber.
func (s *stage) subscribe(name string, h bus.Handler) {
	s.Helper()
	d := &bus.Dispatcher{
		Receipts: s.journal, Retries: bus.Retries{Attempts: 3, Base: 10 * time.Millisecond, Cap: 50 * time.Millisecond}, Timeout: 20 * time.Second,
		Now: time.Now, Jitter: rand.N[time.Duration], Log: slog.New(slog.DiscardHandler), Able: func() bool { return !s.broken.Load() },
	}
	stop, err := s.Bus.Subscribe(s.Context(), subscription(name), d, h)
	if err != nil {
		s.Fatal(err)
	}
	s.stops[name] = stop
	s.Cleanup(func() {
		if stop := s.stops[name]; stop != nil {
			_ = stop(context.Background()) // it may have been stopped already
		}
	})
}

func (s *stage) subscribeAll(h bus.Handler) {
	s.Helper()
	for _, name := range []string{fast, slow, third} {
		s.subscribe(name, h)
	}
}

// publish commits an event and publishes it.
func (s *stage) publish(env event.Envelope) {
	s.journal.Commit(env)
	s.Bus.Publish(env, "", 0)
}

// patience is so long that only what never happens takes longer, even with the race detector on a busy machine.
const patience = 5 * time.Minute

// eventually waits, while the journal publishes what is due.
func (s *stage) eventually(what string, holds func() bool) {
	s.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		s.journal.Sweep(s.Bus)
		if time.Now().After(end) {
			s.Fatalf("not within %s: %s", patience, what)
		}
	}
}

func (s *stage) allDone() bool { return s.journal.Pending("") == 0 }

// soon waits without the journal.
func (s *stage) soon(what string, holds func() bool) {
	s.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("not within 20 seconds: %s", what)
		}
	}
}

func anEventReachesItsSubscribers(s *stage) {
	var calls atomic.Int32
	s.subscribeAll(func(context.Context, event.Envelope) error { calls.Add(1); return nil })
	s.publish(deliveryBooked(s, 1))
	s.soon("all are done", s.allDone)
	if calls.Load() != 3 {
		s.Errorf("%d calls", calls.Load())
	}
}

func aRetryReachesItsSubscriberOnly(s *stage) {
	var mu sync.Mutex
	heard := map[string]int{}
	for _, name := range []string{fast, slow, third} {
		s.subscribe(name, func(context.Context, event.Envelope) error { mu.Lock(); defer mu.Unlock(); heard[name]++; return nil })
	}
	env := deliveryBooked(s, 1)
	s.journal.Commit(env)
	s.Bus.Publish(env, fast, 1)
	s.soon("it is done", func() bool { return s.journal.Pending(fast) == 0 })
	if mu.Lock(); len(heard) != 1 || heard[fast] != 1 {
		s.Errorf("heard %v", heard)
	}
	mu.Unlock()
}

// lost: what the bus loses is published again.
func lost(s *stage) {
	s.subscribeAll(func(context.Context, event.Envelope) error { time.Sleep(2 * time.Millisecond); return nil })
	for n := range 500 {
		s.publish(deliveryBooked(s, n))
		if n%100 == 99 {
			s.Wipe()
		}
	}
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// lateAndReordered: some events are published long after others that were committed later.
func lateAndReordered(s *stage) {
	s.subscribeAll(ok)
	var all []event.Envelope
	for n := range 200 {
		all = append(all, deliveryBooked(s, n))
		s.journal.Commit(all[n])
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for n, env := range all {
		if n == len(all)/2 {
			time.Sleep(lease / 2)
		}
		s.Bus.Publish(env, "", 0)
	}
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// doubled: an event published more than once has one effect.
func doubled(s *stage) {
	s.subscribeAll(ok)
	for n := range 100 {
		env := deliveryBooked(s, n)
		s.publish(env)
		s.Bus.Publish(env, "", 0)
		s.Bus.Publish(env, slow, 1)
		s.Bus.Publish(env, slow, 2)
	}
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// publishedAgainWhileInWork: it is not dropped. The try in work may fail, and the new one is the next.
func publishedAgainWhileInWork(s *stage) {
	var calls atomic.Int32
	begun, goOn := make(chan struct{}), make(chan struct{})
	s.subscribe(stock, func(context.Context, event.Envelope) error {
		if calls.Add(1) == 1 {
			close(begun)
			<-goOn
			return errors.New("not this time")
		}
		return nil
	})
	env := stockCreated(s, 1)
	s.publish(env)
	<-begun
	s.Bus.Publish(env, stock, 1)
	time.Sleep(20 * time.Millisecond)
	close(goOn)
	s.soon("it is tried again", func() bool { return s.journal.Pending("") == 0 })
}

// restarted: the process dies during the work.
func restarted(s *stage) {
	var calls atomic.Int32
	died := make(chan struct{})
	s.subscribeAll(func(ctx context.Context, _ event.Envelope) error {
		if calls.Add(1) > 100 {
			select {
			case <-died:
			case <-ctx.Done():
			}
			return fault.Wrap(fault.ErrNotBegun, fault.Unavailable, "the process has died")
		}
		return nil
	})
	for n := range 300 {
		s.publish(deliveryBooked(s, n))
	}
	s.soon("it is in the midst of it", func() bool { return calls.Load() > 100 })
	stops := s.stops
	s.stops = map[string]func(context.Context) error{}
	s.Bus = s.Restart()
	close(died)
	for _, stop := range stops {
		_ = stop(s.Context()) // the dead process's
	}
	s.subscribeAll(ok)
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// queueFull: more events than the bus has room for, while no one takes them.
func queueFull(s *stage) {
	hang := make(chan struct{})
	s.subscribe(stock, func(context.Context, event.Envelope) error { <-hang; return nil })
	release := sync.OnceFunc(func() { close(hang) })
	s.Cleanup(release)
	for n := range s.Room + 1000 {
		s.publish(stockCreated(s, n))
	}
	if held, most, err := s.Bus.Fill(s.Context()); err != nil || held > most {
		s.Errorf("the bus holds %d of %d bytes, %v", held, most, err)
	}
	release()
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// slowBesideFast: a subscriber that hangs does not hold up the others.
func slowBesideFast(s *stage) {
	hang := make(chan struct{})
	s.subscribe(slow, func(context.Context, event.Envelope) error { <-hang; return nil })
	s.subscribe(fast, ok)
	release := sync.OnceFunc(func() { close(hang) })
	s.Cleanup(release)
	for n := range 500 {
		s.publish(deliveryBooked(s, n))
	}
	s.soon("the fast one has done all", func() bool { return s.journal.Pending(fast) == 0 })
	if n := s.journal.Pending(slow); n != 500 {
		s.Errorf("%d wait for the slow one", n)
	}
	release()
	s.eventually("the slow one has done all", func() bool { return s.journal.Pending(slow) == 0 })
}

// failing: a handler that fails is called again when it is due, and finally parked.
func failing(s *stage) {
	var calls atomic.Int32
	s.subscribe(stock, func(_ context.Context, env event.Envelope) error {
		if env.OrderID == 2 || calls.Add(1) < 3 {
			return errors.New("out of order")
		}
		return nil
	})
	s.publish(stockCreated(s, 0)) // works the third time
	s.publish(stockCreated(s, 1)) // never works
	s.eventually("both have ended", s.allDone)
	if parked := s.journal.parked("stock 1"); len(parked) != 1 || len(s.journal.parked("stock 0")) != 0 || calls.Load() < 3 { // a busy machine may call once more, when the first lease is over
		s.Errorf("parked %v after %d calls", parked, calls.Load())
	}
}

// poison: an event that cannot be read is parked, and the next ones are handled.
func poison(s *stage) {
	s.subscribe(stock, bus.On(func(context.Context, event.StockCreated) error { return nil }))
	wrong := stockCreated(s, 1)
	wrong.Data = []byte(`{"orderId":"none"}`)
	s.publish(wrong)
	s.publish(stockCreated(s, 2))
	s.soon("both have ended", s.allDone)
	if parked := s.journal.parked(wrong.ID); len(parked) != 1 {
		s.Errorf("parked %v", parked)
	}
}

// notBegun: an event for which there was no room is delivered again soon, and that does not count as a try.
func notBegun(s *stage) {
	var calls atomic.Int32
	s.subscribe(stock, func(context.Context, event.Envelope) error {
		if calls.Add(1) <= 5 {
			return fault.Wrap(fault.ErrNotBegun, fault.Unavailable, "very many")
		}
		return nil
	})
	s.publish(stockCreated(s, 1))
	s.soon("it is done", s.allDone)
}

// cannotStore: a process that cannot store outcomes takes no events until it can.
func cannotStore(s *stage) {
	var calls atomic.Int32
	s.broken.Store(true)
	s.subscribe(stock, func(context.Context, event.Envelope) error { calls.Add(1); return nil })
	for n := range 100 {
		s.publish(stockCreated(s, n))
	}
	time.Sleep(2 * bus.RedeliverAfter)
	if calls.Load() != 0 {
		s.Errorf("%d events were taken", calls.Load())
	}
	s.broken.Store(false)
	s.eventually("all are done", s.allDone)
}

// stopAndStart: what is in work when a subscriber stops is finished; the rest is delivered when it starts again.
func stopAndStart(s *stage) {
	var calls atomic.Int32
	goOn := make(chan struct{})
	s.subscribe(stock, func(context.Context, event.Envelope) error { calls.Add(1); <-goOn; return nil })
	for n := range 3 * bus.Workers {
		s.publish(stockCreated(s, n))
	}
	s.soon("all workers work", func() bool { return calls.Load() == bus.Workers })
	time.AfterFunc(50*time.Millisecond, func() { close(goOn) })
	if err := s.stops[stock](s.Context()); err != nil {
		s.Error(err)
	}
	if calls.Load() != bus.Workers || s.journal.Pending("") != 2*bus.Workers {
		s.Errorf("%d were begun, %d are pending", calls.Load(), s.journal.Pending(""))
	}
	s.subscribe(stock, ok)
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// stopCutsOff: a handler that does not end in time is cancelled.
func stopCutsOff(s *stage) {
	begun := make(chan struct{})
	s.subscribe(stock, func(ctx context.Context, _ event.Envelope) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	})
	s.publish(stockCreated(s, 1))
	<-begun
	ctx, cancel := context.WithTimeout(s.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.stops[stock](ctx); !errors.Is(err, context.DeadlineExceeded) {
		s.Errorf("the stop of a subscriber that hangs: %v", err)
	}
}

func manyEvents(s *stage) {
	s.subscribeAll(ok)
	const publishers, each = 4, 1000
	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for n := range each {
				s.publish(deliveryBooked(s, p*each+n))
			}
		})
	}
	all.Wait()
	s.eventually("all are done", s.allDone)
	s.journal.effects(s)
}

// whoTakesNoEvents: the bus reports it, and how many events wait.
func whoTakesNoEvents(s *stage) {
	hang := make(chan struct{})
	s.subscribe(stock, func(context.Context, event.Envelope) error { <-hang; return nil })
	release := sync.OnceFunc(func() { close(hang) })
	s.Cleanup(release)
	for n := range bus.Workers + 10 {
		s.publish(stockCreated(s, n))
	}
	find := func(name string) bus.Consumer {
		all, err := s.Bus.Consumers(s.Context())
		if err != nil || len(all) != len(event.Subscriptions) {
			s.Fatalf("%d consumers, %v", len(all), err)
		}
		for _, c := range all {
			if c.Subscriber == name {
				return c
			}
		}
		return bus.Consumer{}
	}
	want := bus.Consumer{Subscriber: stock, Exists: true, Pulls: true, Waiting: 10, Held: bus.Workers}
	s.soon(fmt.Sprintf("it is %+v", want), func() bool { return find(stock) == want })
	if c := find(fast); !c.Exists || c.Pulls {
		s.Errorf("a subscriber that is not there: %+v", c)
	}
	release()
	s.soon("all are finished", func() bool { return find(stock).Finished == bus.Workers+10 })
}

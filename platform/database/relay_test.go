package database

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/event"
)

// outbox is an outbox with prepared results.
type outbox struct {
	Outbox  // nil: the other methods are not called
	mu      sync.Mutex
	due     map[time.Time][]Due // by due time
	err     error
	overdue []Stuck
	madeDue []string
	pruned  int // how often
	old     int // expired keys

	restarts int
	release  time.Duration // how long ExpireLeases takes
	capped   int
}

func (o *outbox) TakeDue(_ context.Context, at time.Time, _ time.Duration, _ int) (taken []Due, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for when, due := range o.due {
		if !when.After(at) {
			taken = append(taken, due...)
			delete(o.due, when)
		}
	}
	return taken, o.err
}

func (o *outbox) CapWaits(context.Context, time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.capped++
	return nil
}

func (o *outbox) OldestDue(context.Context) (time.Time, error) { return time.Time{}, nil }

func (o *outbox) Overdue(context.Context, time.Time, Deadlines) ([]Stuck, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.overdue, o.err
}

func (o *outbox) MakeDue(_ context.Context, receipts []*event.Receipt) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range receipts {
		o.madeDue = append(o.madeDue, r.EventID+">"+r.Subscriber)
	}
	return nil
}

func (o *outbox) ExpireLeases(context.Context) error {
	time.Sleep(o.release)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.release > 0 {
		o.due = map[time.Time][]Due{time.Now(): {{Envelope: event.Envelope{ID: "released"}, Subscriber: "s", Send: 1}}}
	}
	if o.err == nil {
		o.restarts++
	}
	return o.err
}

func (o *outbox) Prune(context.Context, time.Time) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pruned++
	forgotten := min(o.old, PruneBatch)
	o.old -= forgotten
	return forgotten, nil
}

func (o *outbox) Lead(context.Context, string, string, time.Time, time.Duration) (bool, error) {
	return true, nil
}

func (o *outbox) set(err error, overdue ...Stuck) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.overdue, o.err = overdue, err
}

// wire keeps what is published.
type wire struct {
	mu   sync.Mutex
	sent []string
	away bool
}

func (w *wire) Able() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.away
}

func (w *wire) Publish(env event.Envelope, subscriber string, _ int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, env.ID+">"+subscriber)
}

func (w *wire) has(want string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sent {
		if s == want {
			return true
		}
	}
	return false
}

// lost reports once that the bus has lost its state.
func lost() <-chan struct{} {
	told := make(chan struct{}, 1)
	told <- struct{}{}
	return told
}

var silent = slog.New(slog.DiscardHandler)

func TestTheRelayPublishesWhatIsCommittedAndWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		box, bus := &outbox{due: map[time.Time][]Due{
			begun:                     {{Envelope: event.Envelope{ID: "left behind"}, Subscriber: "s", Send: 1}},
			begun.Add(time.Minute):    {{Envelope: event.Envelope{ID: "later"}, Subscriber: "s", Send: 1}},
			begun.Add(10 * time.Hour): {{Envelope: event.Envelope{ID: "much later"}, Subscriber: "s", Send: 1}},
		}}, &wire{}
		relay := NewRelay(box, bus, time.Now, silent)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { relay.Run(ctx, lost()); close(ended) }()
		synctest.Wait()
		if !bus.has("left behind>") {
			t.Error("what an earlier life left behind was not published at once")
		}
		if box.restarts != 1 {
			t.Errorf("the leases of an earlier life were ended %d times", box.restarts)
		}
		relay.Committed([]event.Envelope{{ID: "new"}})
		synctest.Wait()
		if !bus.has("new>") || bus.has("later>") {
			t.Errorf("published %v", bus.sent)
		}
		time.Sleep(time.Minute + sweepEvery)
		synctest.Wait()
		if !bus.has("later>") || bus.has("much later>") {
			t.Errorf("published %v", bus.sent)
		}
		stop()
		<-ended
	})
}

// TestOnABusThatOutlivedTheProcessNothingIsSentBeforeItsTime: other copies have gone on, and handle it.
func TestOnABusThatOutlivedTheProcessNothingIsSentBeforeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, bus := &outbox{due: map[time.Time][]Due{
			time.Now().Add(FirstLease): {{Envelope: event.Envelope{ID: "left behind"}, Subscriber: "s", Send: 1}},
		}}, &wire{}
		relay := NewRelay(box, bus, time.Now, silent)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { relay.Run(ctx, nil); close(ended) }()
		synctest.Wait()
		if box.restarts != 0 || bus.has("left behind>") {
			t.Errorf("at the start, the leases were ended %d times, or what was left behind was sent", box.restarts)
		}
		time.Sleep(FirstLease + sweepEvery)
		synctest.Wait()
		if !bus.has("left behind>") {
			t.Error("what is due was not sent")
		}
		stop()
		<-ended
	})
}

// TestARelayWithoutABusLeavesWhatIsDueToOthers: taking it would postpone it without publishing.
func TestARelayWithoutABusLeavesWhatIsDueToOthers(t *testing.T) {
	box, bus := &outbox{due: map[time.Time][]Due{{}: {{Envelope: event.Envelope{ID: "e"}, Subscriber: "s", Send: 1}}}}, &wire{away: true}
	relay := NewRelay(box, bus, time.Now, silent)
	if relay.sweep(t.Context()); len(box.due) != 1 {
		t.Error("it took what is due")
	}
	if box.capped != 1 {
		t.Errorf("waits that are too long were ended %d times", box.capped)
	}
	bus.away = false
	if relay.sweep(t.Context()); !bus.has("e>") {
		t.Errorf("with its bus again, it sent %v", bus.sent)
	}
}

// TestWhatTheBusLostIsSentAtOnce, also if the release takes long, as it does when much is pending.
func TestWhatTheBusLostIsSentAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, bus := &outbox{release: 3 * time.Second}, &wire{}
		relay := NewRelay(box, bus, time.Now, silent)
		relay.lost = true
		if relay.sweep(t.Context()); !bus.has("released>") {
			t.Error("what was made due at the end of the release is not sent by the same sweep")
		}
	})
}

// TestTheFirstTimeAgainIsTheSameMessage for all subscribers, as at the commit. After a try it is for one of them.
func TestTheFirstTimeAgainIsTheSameMessage(t *testing.T) {
	e, f := event.Envelope{ID: "e"}, event.Envelope{ID: "f"}
	box, bus := &outbox{due: map[time.Time][]Due{{}: {
		{Envelope: e, Subscriber: "s", Send: 1}, {Envelope: e, Subscriber: "t", Send: 1},
		{Envelope: f, Subscriber: "s", Send: 2}, {Envelope: f, Subscriber: "t", Send: 1, Attempts: 1},
	}}}, &wire{}
	NewRelay(box, bus, time.Now, silent).sweep(t.Context())
	if want := []string{"e>", "f>s", "f>t"}; !slices.Equal(bus.sent, want) {
		t.Errorf("sent %v, want %v", bus.sent, want)
	}
}

// TestInsideAProcessEachReceiptIsSentByItself: another process may have taken the other receipts of the same event.
func TestInsideAProcessEachReceiptIsSentByItself(t *testing.T) {
	box, bus := &outbox{due: map[time.Time][]Due{{}: {
		{Envelope: event.Envelope{ID: "e"}, Subscriber: "s", Send: 1}, {Envelope: event.Envelope{ID: "e"}, Subscriber: "t", Send: 1},
	}}}, &idler{}
	NewRelay(box, bus, time.Now, silent).sweep(t.Context())
	if want := []string{"e>s", "e>t"}; !slices.Equal(bus.sent, want) {
		t.Errorf("sent %v, want %v", bus.sent, want)
	}
}

func TestTheRelayOutlivesADatabaseFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, bus := &outbox{err: errors.New("locked")}, &wire{}
		relay := NewRelay(box, bus, time.Now, silent)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { relay.Run(ctx, lost()); close(ended) }()
		begun := time.Now()
		time.Sleep(3 * sweepEvery)
		synctest.Wait()
		if relay.Swept().After(begun) {
			t.Error("a sweep that could not look counts as one")
		}
		box.mu.Lock()
		box.err, box.due = nil, map[time.Time][]Due{time.Now(): {{Envelope: event.Envelope{ID: "x"}, Subscriber: "s"}}}
		box.mu.Unlock()
		time.Sleep(2 * sweepEvery)
		synctest.Wait()
		if !bus.has("x>s") {
			t.Error("not published after the fault went")
		}
		if time.Since(relay.Swept()) > sweepEvery {
			t.Errorf("the last sweep was at %s", relay.Swept())
		}
		if box.restarts != 1 {
			t.Errorf("what the bus had lost was made due %d times", box.restarts)
		}
		stop()
		<-ended
	})
}

// idler is a bus whose subscribers run in this process.
type idler struct {
	wire
	busy atomic.Bool
}

func (i *idler) Idle() bool { return !i.busy.Load() }

// TestABusThatIsIdleIsGivenMoreSoon: after a full sweep, the next one comes before its second, unless the bus is busy.
func TestABusThatIsIdleIsGivenMoreSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, full := time.Now(), make([]Due, sweepBatch)
		box, bus := &outbox{due: map[time.Time][]Due{
			begun.Add(sweepEvery): full, begun.Add(sweepEvery + time.Millisecond): {{Envelope: event.Envelope{ID: "next"}, Subscriber: "s", Send: 2}},
		}}, &idler{}
		bus.busy.Store(true)
		relay := NewRelay(box, bus, time.Now, silent)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { relay.Run(ctx, nil); close(ended) }()
		time.Sleep(sweepEvery + 2*sweepSoon)
		synctest.Wait()
		if bus.has("next>s") {
			t.Error("a busy bus was given more")
		}
		bus.busy.Store(false)
		time.Sleep(sweepSoon)
		synctest.Wait()
		if !bus.has("next>s") {
			t.Error("an idle bus waits for the next second")
		}
		stop()
		<-ended
	})
}

// stalled is a bus that takes a second for each event.
type stalled struct{ published int }

func (*stalled) Able() bool { return true }

func (s *stalled) Publish(event.Envelope, string, int) { s.published++; time.Sleep(time.Second) }

func TestAStalledBusDoesNotHoldUpTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := &stalled{}
		relay := NewRelay(&outbox{}, bus, time.Now, silent)
		relay.Committed(make([]event.Envelope, 100))
		ctx, stop := context.WithCancel(t.Context())
		stop()
		begun := time.Now()
		relay.Run(ctx, lost())
		if took := time.Since(begun); took > drainFor+2*time.Second || bus.published == 0 {
			t.Errorf("the end took %s, %d were published", took, bus.published)
		}
	})
}

func TestMoreThanTheRelayHoldsDoesNotBlockACommit(t *testing.T) {
	relay := NewRelay(&outbox{}, &wire{}, time.Now, silent) // it does not run
	relay.Committed(make([]event.Envelope, handover+10))
	if waiting, most := relay.Queue(); waiting != handover || most != handover {
		t.Errorf("the relay holds %d of %d events", waiting, most)
	}
}

// counter counts what is published, and signals when a number is reached.
type counter struct {
	left int
	done chan struct{}
}

func (*counter) Able() bool { return true }

func (c *counter) Publish(event.Envelope, string, int) {
	if c.left--; c.left == 0 {
		close(c.done)
	}
}

// BenchmarkRelay measures passing a committed event to the publisher.
func BenchmarkRelay(b *testing.B) {
	c := &counter{b.N, make(chan struct{})}
	relay := NewRelay(&outbox{}, c, time.Now, silent)
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() { relay.Run(ctx, nil) })
	b.ReportAllocs()
	for range b.N {
		relay.committed <- event.Envelope{} // as Committed does, which leaves to the sweep what does not fit
	}
	<-c.done
	b.StopTimer()
	stop()
	running.Wait()
}

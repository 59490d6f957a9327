package bustest

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/fault"
)

const (
	// lease is how long after it was published a pending event is published again; it doubles each time. It is short to
	// keep the tests short.
	lease = 300 * time.Millisecond
	// sweepEvery is how often the journal publishes what is due, and sweepBatch how much at once.
	sweepEvery = 20 * time.Millisecond
	sweepBatch = 500
)

// key identifies a receipt.
type key struct{ event, subscriber string }

// receipt is the state of an event at a subscriber.
type receipt struct {
	env      event.Envelope
	due      time.Time
	sends    int
	attempts int
	done     int // how often it was marked as done
	parked   string
}

func (r *receipt) pending() bool { return r.done == 0 && r.parked == "" }

// Journal keeps events and receipts in memory, in place of the database, and publishes what is pending and due, in place
// of the relay.
type Journal struct {
	mu       sync.Mutex
	receipts map[key]*receipt
	order    []key
	swept    time.Time
}

// NewJournal returns an empty journal.
func NewJournal() *Journal { return &Journal{receipts: map[key]*receipt{}} }

// Commit journals an event, without publishing it.
func (j *Journal) Commit(env event.Envelope) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, subscriber := range event.SubscribersOf(env.Type) {
		k := key{env.ID, subscriber}
		j.receipts[k] = &receipt{env: env, due: time.Now().Add(lease)}
		j.order = append(j.order, k)
	}
}

// Sweep publishes again what is pending and due. If the bus has lost events, everything pending is due.
func (j *Journal) Sweep(b bus.Bus) {
	lost := false
	select {
	case <-b.Lost():
		lost = true
	default:
	}
	for k, r := range j.take(lost) {
		b.Publish(r.env, k.subscriber, r.sends)
	}
}

func (j *Journal) take(all bool) map[key]receipt {
	j.mu.Lock()
	defer j.mu.Unlock()
	due := map[key]receipt{}
	if time.Since(j.swept) < sweepEvery && !all {
		return due
	}
	j.swept = time.Now()
	for _, k := range j.order {
		r := j.receipts[k]
		if r.pending() && (all || len(due) < sweepBatch && !r.due.After(time.Now())) {
			r.sends++
			r.due = time.Now().Add(lease << min(r.sends-r.attempts, 6))
			due[k] = *r
		}
	}
	return due
}

// Pending counts the receipts of a subscriber, or of all (""), that are neither done nor parked.
func (j *Journal) Pending(subscriber string) (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for k, r := range j.receipts {
		if r.pending() && (subscriber == "" || subscriber == k.subscriber) {
			n++
		}
	}
	return n
}

// parked returns why the receipts of an event were parked.
func (j *Journal) parked(id string) (why []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for k, r := range j.receipts {
		if k.event == id && r.parked != "" {
			why = append(why, r.parked)
		}
	}
	return why
}

// effects checks that every done receipt was marked exactly once.
func (j *Journal) effects(t testing.TB) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	for k, r := range j.receipts {
		if r.done > 1 {
			t.Errorf("the effect of %s happened %d times", k, r.done)
		}
	}
}

func (j *Journal) with(r *event.Receipt, do func(*receipt)) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	kept := j.receipts[key{r.EventID, r.Subscriber}]
	if kept == nil {
		return fault.New(fault.NotFound, "there is no receipt")
	}
	do(kept)
	return nil
}

// ReceiptOpen reports whether a receipt is pending.
func (j *Journal) ReceiptOpen(_ context.Context, r *event.Receipt) (open bool, err error) {
	err = j.with(r, func(kept *receipt) { open = kept.pending() })
	return open, err
}

// Attempts returns the number of failed tries.
func (j *Journal) Attempts(_ context.Context, r *event.Receipt) (n int, err error) {
	err = j.with(r, func(kept *receipt) { n = kept.attempts })
	return n, err
}

// Hold postpones a receipt.
func (j *Journal) Hold(_ context.Context, r *event.Receipt, until time.Time) error {
	return j.with(r, func(kept *receipt) { kept.due = until })
}

// MarkDone marks a pending receipt. This is also the effect, in one transaction.
func (j *Journal) MarkDone(_ context.Context, r *event.Receipt) error {
	return j.with(r, func(kept *receipt) {
		if kept.pending() {
			kept.done++
		}
	})
}

// Retry records a failed try.
func (j *Journal) Retry(_ context.Context, r *event.Receipt, _ string, next time.Time) error {
	return j.with(r, func(kept *receipt) { kept.attempts++; kept.due = next })
}

// Park makes a receipt a dead letter.
func (j *Journal) Park(_ context.Context, r *event.Receipt, failure string) error {
	return j.with(r, func(kept *receipt) { kept.attempts++; kept.parked = failure })
}

// stockCreated returns an event with one subscriber.
func stockCreated(t testing.TB, n int) event.Envelope {
	t.Helper()
	return wrapped(t, event.StockCreated{OrderID: int64(n + 1)}, "stock "+strconv.Itoa(n))
}

// deliveryBooked returns an event with three subscribers: one with an effect in the database, two with one outside.
func deliveryBooked(t testing.TB, n int) event.Envelope {
	t.Helper()
	return wrapped(t, event.DeliveryBooked{OrderID: int64(n + 1), DeliveryTime: "1800000000000"}, "booked "+strconv.Itoa(n))
}

func wrapped(t testing.TB, e event.Event, id string) event.Envelope {
	t.Helper()
	env, err := event.Wrap(e, id, time.Now(), "")
	if err != nil {
		t.Fatal(err)
	}
	return env
}

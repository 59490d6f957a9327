package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"acme.example/webshop/platform/fault"
)

// Counters count since the start.
type Counters struct {
	Calls      int64 `json:"calls"`      // requests, without those for records
	Done       int64 `json:"done"`       // new records
	Repeated   int64 `json:"repeated"`   // repeated under the same key
	Refused    int64 `json:"refused"`    // declined, or refused by a knob or a rule
	Failed     int64 `json:"failed"`     // answered 500 by the knob
	Unanswered int64 `json:"unanswered"` // done, but not answered, by the knob
}

// partner is the common part of all partners.
type partner struct {
	name string
	has  []string // the knobs that it has
	now  func() time.Time
	mux  *http.ServeMux
	// callbacks send its later answers; nil: it has none.
	callbacks *callbacks
	// payments is set for a payment provider with pages.
	payments *payments
	// journal keeps the documents and entries that the bookkeeping system received; nil for other partners.
	journal *journal

	mu       sync.Mutex
	knobs    Knobs
	counters Counters
	book     *book
	dice     *rand.Rand
}

func newPartner(name string, c Config) *partner {
	d := &partner{
		name: name, now: c.Now, mux: http.NewServeMux(), book: newBook(c.KeepBytes, c.Now().UTC()),
		has: []string{knobLatency, knobFailureRate, knobTimeoutAfterSuccessRate},
		// It has dice of its own: its behaviour must not depend on how often another partner is called.
		dice: rand.New(rand.NewPCG(c.Source.Uint64(), c.Source.Uint64())),
	}
	d.mux.HandleFunc("GET /records", d.records)
	return d
}

// request is the body of a request.
type request interface{ check() error }

// serve adds an operation to a partner. For each new key, decide is called once, under the partner's lock: it sets the
// record's status, or returns an error and must have changed nothing.
func serve[R request](d *partner, path, kind string, decide func(R, *Record) error) {
	d.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		body, readErr := readJSON[R](w, r)
		key, err := keyOf(r)
		if err == nil {
			err = readErr
		}
		if err == nil {
			err = body.check()
		}
		if err = d.arrive(r.Context(), err); err != nil {
			fault.Write(w, err)
			return
		}
		record, err := d.once(key, kind, body, func(record *Record) error { return decide(body, record) })
		d.answer(w, r, record, err)
	})
}

// arrive counts a request, delays it and lets it fail, as the knobs say. An invalid request fails at once.
func (d *partner) arrive(ctx context.Context, wrong error) error {
	d.count(&d.counters.Calls)
	if wrong != nil {
		return wrong
	}
	err := d.delay(ctx)
	if fault.CodeOf(err) == fault.Internal {
		d.count(&d.counters.Failed)
	}
	return err
}

// delay delays a request and lets it fail, as the knobs say.
func (d *partner) delay(ctx context.Context) error {
	d.mu.Lock()
	knobs, fails := d.knobs, d.chance(d.knobs.FailureRate)
	d.mu.Unlock()
	if !pause(ctx, millis(knobs.Latency)) {
		return fault.Wrap(ctx.Err(), fault.Unavailable, "the client has gone")
	}
	if fails {
		return fault.New(fault.Internal, "%s has a fault; nothing was done", d.name)
	}
	return nil
}

// once does the work for a new key, and repeats the answer for a known one.
func (d *partner) once(key, kind string, body any, decide func(*Record) error) (Record, error) {
	asked, err := json.Marshal(body)
	if err != nil {
		return Record{}, fmt.Errorf("simulator: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if known, found := d.book.find(key); found {
		if known.Kind != kind || !bytes.Equal(known.Request, asked) {
			d.counters.Refused++
			return Record{}, fault.New(fault.KeyReused, "this Idempotency-Key came with another request before")
		}
		if d.payments != nil {
			known = d.payments.expire(known)
		}
		d.counters.Repeated++
		return known, nil
	}
	record := &Record{At: d.now().UTC(), Kind: kind, Key: key, Request: asked, Reference: d.reference()}
	if err := decide(record); err != nil {
		d.counters.Refused++
		return Record{}, err
	}
	d.book.add(record)
	d.counters.Done++
	return *record, nil
}

// reference returns the partner's own number for the next record. Its end distinguishes records made after a restart.
func (d *partner) reference() string {
	return fmt.Sprintf("%s-%d-%08x", d.name, d.book.last+1, d.dice.Uint32())
}

// chance rolls the dice. The caller holds the lock.
func (d *partner) chance(rate float64) bool { return rate > 0 && d.dice.Float64() < rate }

func (d *partner) count(counter *int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*counter++
}

// pause waits for d, and returns false if the context ends first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

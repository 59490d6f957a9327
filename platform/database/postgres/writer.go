package postgres

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database/queries"
	"acme.example/webshop/platform/fault"
)

const (
	// maxBatch bounds how many writes share one transaction.
	maxBatch = 64
	// maxNames is how many names the writes of one transaction lock before no more join it. The last one may go beyond it.
	maxNames = 128
	// queued bounds how many writes wait; more callers wait for a place.
	queued = 256
	// writeTimeout bounds one transaction.
	writeTimeout = 5 * time.Second
)

// job is one caller's write, waiting for its place in a transaction. It may run more than once, when a transaction is
// tried again.
type job struct {
	ctx    context.Context
	reads  []read          // run first
	decide func(*tx) error // decides what to write, from what the reads found
	done   chan error
	err    error
}

// do runs a write in one of the next transactions and returns when it is committed. When the context carries a receipt,
// it is marked in the same transaction; if it was neither pending nor parked, the write is a duplicate: it is not run,
// and do returns true.
func (s *Store) do(ctx context.Context, reads []read, decide func(*tx) error) (duplicate bool, err error) {
	j := &job{ctx: ctx, reads: reads, decide: decide, done: make(chan error, 1)}
	receipt := event.ReceiptOf(ctx)
	if receipt != nil {
		var r receiptRow
		j.reads = append(j.reads, r.read(receipt))
		j.decide = func(t *tx) error {
			if duplicate = r.state != "pending" && r.state != "parked"; duplicate {
				return nil
			}
			t.settle(receipt, s.now())
			return decide(t)
		}
	}
	if err := s.submit(j); err != nil {
		return false, err
	}
	if receipt != nil {
		receipt.Settle()
	}
	return duplicate, nil
}

// submit puts a job in the queue and waits for its end, which comes soon: a transaction is bounded in time.
func (s *Store) submit(j *job) error {
	select {
	case <-s.quit: // first: the writers end when the queue is empty
		return fault.New(fault.Unavailable, "the shop is stopping")
	default:
	}
	select {
	case s.queue <- j:
	case <-s.quit:
		return fault.New(fault.Unavailable, "the shop is stopping")
	case <-j.ctx.Done():
		return fault.Wrap(j.ctx.Err(), fault.Unavailable, "the database is busy")
	}
	select {
	case err := <-j.done:
		return err
	case <-s.done: // the writers ended; they may have done this one last
		select {
		case err := <-j.done:
			return err
		default:
			return fault.New(fault.Unavailable, "the shop is stopping")
		}
	}
}

// writer runs transactions until Close: each takes all that came while the last one ran.
func (s *Store) writer() {
	var waiting []*job
	for {
		if len(waiting) == 0 {
			j := s.next()
			if j == nil {
				return
			}
			waiting = append(waiting, j)
		}
		var jobs []*job
		jobs, waiting = splitConflicting(s.gather(waiting))
		s.commit(jobs)
	}
}

// next waits for a job. At the end it returns those that are left, and then nil.
func (s *Store) next() *job {
	select {
	case j := <-s.queue:
		return j
	case <-s.quit:
	}
	select {
	case j := <-s.queue:
		return j
	default:
		return nil
	}
}

// gather adds what waits in the queue to the jobs.
func (s *Store) gather(jobs []*job) []*job {
	for len(jobs) < maxBatch && names(jobs) < maxNames {
		select {
		case j := <-s.queue:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// names counts the advisory locks of jobs. Each writer of each process holds as many at a time, and the server has room for
// 6,400 by default.
func names(jobs []*job) (n int) {
	for _, j := range jobs {
		for _, r := range j.reads {
			if r.lock.kind == queries.Name {
				n++
			}
		}
	}
	return n
}

// splitConflicting puts jobs off that lock what another one before them locks: in one transaction, neither would see what the other
// does.
func splitConflicting(jobs []*job) (now, later []*job) {
	taken := map[lock]bool{}
	for _, j := range jobs {
		if j.meets(taken) {
			later = append(later, j)
			continue
		}
		for _, r := range j.reads {
			taken[r.lock] = true
		}
		now = append(now, j)
	}
	return now, later
}

func (j *job) meets(taken map[lock]bool) bool {
	for _, r := range j.reads {
		if r.lock != (lock{}) && taken[r.lock] {
			return true
		}
	}
	return false
}

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
	// maxNames bounds the names that the writes of one transaction lock. The last write may exceed it.
	maxNames = 128
	// queued bounds how many writes wait; more callers wait for a place in the queue.
	queued = 256
	// writeTimeout bounds one transaction.
	writeTimeout = 5 * time.Second
)

// job is one caller's write, queued for a transaction. It may run more than once if the transaction is retried.
type job struct {
	ctx    context.Context
	reads  []read          // run first
	decide func(*tx) error // decides what to write, from the reads' results
	done   chan error
	err    error
}

// do runs a write in one of the next transactions and returns when it is committed. If the context carries a receipt, it
// is marked done in the same transaction; if it was neither pending nor parked, the write is a duplicate: it is not run,
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

// submit queues a job and waits for its end. It comes soon, since transactions are bounded in time.
func (s *Store) submit(j *job) error {
	select {
	case <-s.quit: // checked first: the writers end when the queue is empty
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
	case <-s.done: // the writers ended; this may have been their last job
		select {
		case err := <-j.done:
			return err
		default:
			return fault.New(fault.Unavailable, "the shop is stopping")
		}
	}
}

// writer runs transactions until Close, each with all jobs that arrived during the last one.
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

// next waits for a job. After Close it returns the remaining jobs, and then nil.
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

// gather adds the queued jobs.
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

// names counts the advisory locks of jobs. Each writer of each process holds as many at a time; by default the server has
// room for 6,400.
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

// splitConflicting postpones jobs that lock what an earlier one locks: within one transaction, neither would see the
// other's writes.
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

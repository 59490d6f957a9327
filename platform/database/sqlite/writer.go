package sqlite

import (
	"context"
	"runtime"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// maxBatch bounds how many writes share one transaction.
const maxBatch = 256

// job is one caller's write, queued for a transaction. It may run twice, if the first try was undone.
type job struct {
	ctx  context.Context
	run  func(*tx) error
	done chan error
	err  error
}

// do runs a write in the next transaction and returns when it is durable. If the context carries a receipt, it is marked
// done in the same transaction; if it was neither pending nor parked, the write is a duplicate: it is not run, and do
// returns true.
func (s *Store) do(ctx context.Context, run func(*tx) error) (duplicate bool, err error) {
	receipt := event.ReceiptOf(ctx)
	if receipt == nil {
		return false, s.submit(ctx, run)
	}
	err = s.submit(ctx, func(t *tx) error {
		open, err := t.settle(receipt, s.now())
		if duplicate = !open; err != nil || duplicate {
			return err
		}
		return run(t)
	})
	if err == nil {
		receipt.Settle()
	}
	return duplicate, err
}

// submit runs a write in the next transaction and returns when it is durable.
func (s *Store) submit(ctx context.Context, run func(*tx) error) (err error) {
	j := &job{ctx: ctx, done: make(chan error, 1), run: run}
	select {
	case s.queue <- j:
	case <-s.quit:
		return later(nil, "the shop is stopping")
	case <-ctx.Done():
		return later(ctx.Err(), "the database is busy")
	}
	select {
	case err = <-j.done:
	case <-s.done: // the writer ended; this may have been its last job
		select {
		case err = <-j.done:
		default:
			return later(nil, "the shop is stopping")
		}
	}
	return err
}

// later refuses a write before it is tried.
func later(cause error, why string) error {
	e := fault.Wrap(cause, fault.Unavailable, "%s", why)
	e.RetryAfter = soon
	return e
}

// writer runs transactions until Close, each with all jobs that arrived during the last one.
func (s *Store) writer(t *tx) {
	defer close(s.done)
	defer func() { s.ended = t.end(isOther(s.path, s.file)) }()
	look := time.NewTicker(checkEvery)
	defer look.Stop()
	if s.options.Disposable {
		look.Stop()
	}
	for {
		select {
		case j := <-s.queue:
			runtime.Gosched() // lets goroutines that are about to write queue their jobs
			s.commit(t, s.batch(j))
		case <-look.C:
			s.checkHealth(t)
		case <-s.quit:
			for len(s.queue) > 0 {
				s.commit(t, s.batch(<-s.queue))
			}
			return
		}
	}
}

func (s *Store) batch(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case j := <-s.queue:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// commit runs the jobs in one transaction, passes on their events, and answers the callers. If the transaction fails, all
// jobs have failed. While there is trouble none is tried, so that no caller waits in vain: checkHealth tries.
func (s *Store) commit(t *tx, jobs []*job) {
	t.events = nil
	group := telemetry.Group("commit", len(jobs), func(i int) context.Context { return jobs[i].ctx })
	trouble := s.health.now()
	if trouble == nil {
		t.firstWait = database.FirstWait(s.Backlog())
		trouble = s.noted(t.attempt(jobs))
	}
	if trouble == nil {
		t.wrote = true
		s.backlog.add(t.backlog)
		s.counted(len(jobs))
	} else {
		group.Failed(string(fault.Unavailable))
	}
	group.End(nil)
	if len(t.events) > 0 {
		s.onCommit(t.events)
	}
	crash.At("store.after-telling")
	for _, j := range jobs {
		if trouble != nil {
			j.err = trouble.fault("the shop cannot store anything at the moment; try again later")
		}
		j.done <- j.err
	}
}

// noted records why a transaction failed, if it did.
func (s *Store) noted(err error) *Trouble {
	if err == nil {
		return nil
	}
	kind, blamed := kindOf(err)
	if !blamed {
		kind = Failing
	}
	t := &Trouble{kind, s.path, err}
	s.health.failed(t)
	return t
}

package postgres

import (
	"acme.example/webshop/platform/database"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/telemetry"
)

// outcome is the outcome of a transaction.
type outcome int

const (
	committed outcome = iota
	undone            // a statement failed
	away              // the connection was lost before the commit was sent
	open              // the connection was lost during the commit: it may have happened or not
)

// commit runs jobs in one transaction and answers their callers. If a statement fails, each half is tried by itself, and
// so on, until the failing job is alone.
func (s *Store) commit(jobs []*job) {
	begun := time.Now()
	for try := 1; ; try++ {
		result, err := s.transact(jobs)
		again := result == away || result == undone && collided(err)
		switch {
		case result == undone && len(jobs) > 1:
			s.commit(jobs[:len(jobs)/2])
			s.commit(jobs[len(jobs)/2:])
			return
		case again && try < tries && time.Since(begun) < tryFor:
			pause(try)
		default:
			answer(jobs, failure(result != undone, err))
			return
		}
	}
}

// answer returns the transaction's error, or their own, to the callers.
func answer(jobs []*job, err error) {
	for _, j := range jobs {
		if err != nil {
			j.err = err
		}
		j.done <- j.err
	}
}

// transact runs one transaction in two round trips, and passes on its events.
func (s *Store) transact(jobs []*job) (result outcome, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	t := &tx{ids: &s.ids, keeper: s.Keeper, first: database.FirstWait(s.Backlog())}
	group := telemetry.Group("commit", len(jobs), func(i int) context.Context { return jobs[i].ctx })
	defer func() { group.End(err) }()
	reached := away
	lost, err := s.once(ctx, writing, func(ctx context.Context, conn *pgx.Conn) error {
		if err := conn.SendBatch(ctx, s.reads(jobs)).Close(); err != nil {
			return undo(ctx, conn, err)
		}
		for _, j := range jobs {
			j.err = t.run(j)
		}
		writes, err := t.writes()
		if err != nil {
			return undo(ctx, conn, err)
		}
		reached = open
		return undo(ctx, conn, conn.SendBatch(ctx, writes).Close())
	})
	switch {
	case lost:
		return reached, err
	case err != nil:
		return undone, err
	}
	if s.counts != nil {
		s.counts(len(jobs))
	}
	if len(t.events) > 0 {
		s.onCommit(t.events)
	}
	return committed, nil
}

// undo rolls back after an error, so that the connection can be used again.
func undo(ctx context.Context, conn *pgx.Conn, err error) error {
	if err != nil && !conn.IsClosed() {
		_, undo := conn.Exec(ctx, "rollback")
		return errors.Join(err, undo)
	}
	return err
}

// safely turns a panic into an error, so that one job cannot take a writer down.
func safely(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("postgres: panic in a write: %v", p)
		}
	}()
	return run()
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"acme.example/webshop/platform/fault"
)

const (
	// readTimeout bounds one read with its retries.
	readTimeout = 10 * time.Second
	// tries is how often a read is tried, or a write that was not committed.
	tries = 4
	// tryFor bounds the time for retries. After that, callers get an error rather than wait.
	tryFor = time.Second
	// firstPause is the pause before the second try; it doubles.
	firstPause = 20 * time.Millisecond
)

// ask runs a read, and again on another connection if its own is lost: repeating a read does no harm.
func (s *Store) ask(ctx context.Context, read func(context.Context, *pgx.Conn) error) error {
	return s.askOn(ctx, reading, read)
}

// askOn is ask on a connection of one of the pools.
func (s *Store) askOn(ctx context.Context, which func(*pools) *pool, read func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	begun := time.Now()
	for try := 1; ; try++ {
		lost, err := s.once(ctx, which, read)
		if !lost || try == tries || time.Since(begun) > tryFor || ctx.Err() != nil {
			return failure(lost, err)
		}
		pause(try)
	}
}

// change runs a statement that is a transaction by itself. It is not retried: it may have been committed.
func (s *Store) change(ctx context.Context, statement func(context.Context, *pgx.Conn) error) error {
	if s.link.pooled.Load() {
		return s.transaction(ctx, statement) // to apply the settings
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	return failure(s.once(ctx, reading, statement))
}

// transaction runs statements in a transaction. It is not retried.
func (s *Store) transaction(ctx context.Context, run func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	return failure(s.once(ctx, reading, func(ctx context.Context, conn *pgx.Conn) error { return s.link.transaction(ctx, conn, run) }))
}

func pause(try int) { time.Sleep(firstPause << (try - 1)) }

// code returns PostgreSQL's code of an error, or "".
func code(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// collided reports whether a transaction failed because of concurrent ones: a serialization failure, a deadlock, a lock
// held by another session, or a number that an import has just taken.
func collided(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "23505" && e.ConstraintName == "orders_pkey" {
		return true
	}
	switch code(err) {
	case "40001", "40P01", "55P03":
		return true
	}
	return false
}

// failure converts an error for the caller. A fault stays as it is; what may succeed on a later try is fault.Unavailable:
// a lost connection, a server that stops or is full, a timeout, a collision.
func failure(lost bool, err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok || err == nil {
		return err
	}
	passing := lost || collided(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	if c := code(err); len(c) == 5 {
		switch c[:2] {
		case "08", "53", "57": // connection, resources, intervention
			passing = true
		}
	}
	if passing {
		away := fault.Wrap(fmt.Errorf("postgres: %w", err), fault.Unavailable, "the database cannot be reached at the moment")
		away.RetryAfter = time.Second
		return away
	}
	return fmt.Errorf("postgres: %w", err)
}

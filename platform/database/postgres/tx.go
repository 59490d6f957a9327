package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
	"acme.example/webshop/platform/fault"
)

// lock is a lock that a read takes until the end of the transaction. All transactions take their locks in the order of
// kind and key, so that they do not deadlock.
type lock struct {
	kind queries.Lock
	key  string
}

func (l lock) compare(m lock) int {
	if (l.kind == queries.Nothing) != (m.kind == queries.Nothing) {
		return cmp.Compare(m.kind, l.kind) // reads without a lock come last
	}
	return cmp.Or(cmp.Compare(l.kind, m.kind), cmp.Compare(l.key, m.key))
}

// read is one statement of a transaction's first pipeline. Its result is scanned before the job decides, and again if the
// transaction is retried.
type read struct {
	lock lock
	sql  string
	args []any
	scan func(scanner) error // nil: there is nothing to scan
}

// scanner is a row of a result.
type scanner = queries.Row

// named locks a name.
func named(name string) read {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return read{lock: lock{queries.Name, name}, sql: `SELECT pg_advisory_xact_lock($1)`, args: []any{int64(hash.Sum64())}}
}

// locked converts a read that the engines share. Rows that may not exist yet are locked by name.
func locked(r queries.Read) read {
	if r.Lock == queries.Name {
		return named(r.Key)
	}
	return read{lock: lock{r.Lock, r.Key}, sql: r.SQL, args: r.Args, scan: r.Scan}
}

// reads returns the first pipeline of a transaction.
func (s *Store) reads(jobs []*job) *pgx.Batch {
	var all []read
	for _, j := range jobs {
		all = append(all, j.reads...)
	}
	slices.SortStableFunc(all, func(a, b read) int { return a.lock.compare(b.lock) })
	batch := &pgx.Batch{}
	s.link.begin(batch)
	for _, r := range all {
		queued := batch.Queue(r.sql, storable(r.args)...)
		if r.scan != nil {
			queued.QueryRow(func(row pgx.Row) error { return r.scan(row) })
		}
	}
	return batch
}

// found scans a row that may be missing, and reports whether it exists.
func found(row scanner, dest ...any) (bool, error) {
	err := row.Scan(dest...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// tx collects the writes of a transaction's jobs. They are sent when all jobs have decided.
type tx struct {
	ids    *database.EventIDs
	keeper *database.Keeper
	batch  pgx.Batch
	events []event.Envelope
	last   []database.Change // those with Change.Last
	first  time.Duration     // until new receipts are due (database.FirstWait)
}

// run lets a job decide. If it fails, its writes are dropped.
func (t *tx) run(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return fault.Wrap(err, fault.Unavailable, "the caller has gone")
	}
	written, events := t.batch.Len(), len(t.events)
	err := safely(func() error { return j.decide(t) })
	if err != nil {
		t.batch.QueuedQueries, t.events = t.batch.QueuedQueries[:written], t.events[:events]
	}
	return err
}

// exec adds a statement.
func (t *tx) exec(sql string, args ...any) { t.batch.Queue(sql, storable(args)...) }

// write adds a change.
func (t *tx) write(c database.Change) {
	if c.Last != "" {
		t.last = append(t.last, c)
		return
	}
	t.exec(c.SQL, c.Args...)
}

// journal writes events.
func (t *tx) journal(ctx context.Context, now time.Time, events ...event.Event) error {
	for _, e := range events {
		env, err := t.ids.NewEnvelope(ctx, e, now)
		if err != nil {
			return err
		}
		t.events = append(t.events, env)
	}
	return nil
}

// writes returns the second pipeline of a transaction.
func (t *tx) writes() (*pgx.Batch, error) {
	if len(t.events) > 0 {
		if err := t.journalAll(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(t.last, func(a, b database.Change) int { return cmp.Compare(a.Last, b.Last) })
	for _, c := range t.last {
		t.exec(c.SQL, c.Args...)
	}
	t.batch.Queue("commit").Exec(func(tag pgconn.CommandTag) error {
		if tag.String() != "COMMIT" {
			return fmt.Errorf("the transaction ended with %s", tag)
		}
		return nil
	})
	return &t.batch, nil
}

// storable converts arguments that PostgreSQL cannot hold: a text that is not UTF-8, or has a zero byte, is quoted as in
// Go.
func storable(args []any) []any {
	for i, arg := range args {
		if text, ok := arg.(string); ok && (!utf8.ValidString(text) || strings.ContainsRune(text, 0)) {
			args[i] = strconv.Quote(text)
		}
	}
	return args
}

package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/singleflight"
)

const (
	// probeEvery is how long the result of a test write is valid.
	probeEvery = time.Second
	// probeTimeout bounds one test write.
	probeTimeout = 2 * time.Second
	// processTerm is how long a process counts, when connections are shared out, after it last registered.
	processTerm = 30 * time.Second
	// remindEvery is how often lasting trouble is logged again.
	remindEvery = time.Minute
)

// probe tests whether the database can be written.
type probe struct {
	process  string // this process's name among those that share the database
	flight   singleflight.Group
	log      *slog.Logger
	mu       sync.Mutex
	at       time.Time
	err      error
	logged   Kind // what was logged last; "": no trouble
	loggedAt time.Time
}

func newProbe(log *slog.Logger) *probe { return &probe{process: "process:" + rand.Text(), log: log} }

// Ping returns nil if orders can be stored, or else a *Trouble. It writes and commits at most once a second: callers
// within that second get the last result, and concurrent callers wait for the same one.
func (s *Store) Ping(ctx context.Context) error {
	p := s.probe
	if err, fresh := p.last(); fresh {
		return err
	}
	answer := p.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeTimeout)
		defer cancel()
		err := s.tryWrite(ctx)
		p.note(err)
		return nil, err
	})
	select {
	case a := <-answer:
		return a.Err
	case <-ctx.Done():
		return troubled(true, ctx.Err())
	}
}

func (p *probe) last() (err error, fresh bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err, time.Since(p.at) < probeEvery
}

// note records the result of a test write. It logs trouble once, and each minute while it lasts, and its end.
func (p *probe) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.err = time.Now(), err
	trouble, is := errors.AsType[*Trouble](err)
	switch {
	case is && (trouble.Kind != p.logged || time.Since(p.loggedAt) >= remindEvery):
		p.logged, p.loggedAt = trouble.Kind, p.at
		p.log.Error("storage: no orders are taken", "what", trouble.Kind, "do", trouble.Remedy(), "error", trouble.Cause)
	case !is && p.logged != "":
		p.logged = ""
		p.log.Info("storage: all is well again; orders are taken")
	}
}

// Each test write does what an order does: it takes a new page of a file, which a full disk refuses, and commits, which a
// server that waits for its standby does not do. A rollback and the next vacuum free the page; without vacuum, at most 64
// MB are used.
const (
	takePage = `INSERT INTO probes (filler) SELECT repeat('x', 500) WHERE pg_relation_size('probes') < 64 << 20`
	sayAlive = `INSERT INTO leases (role, holder, until) VALUES ($1, $1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2)
		ON CONFLICT (role) DO UPDATE SET until = excluded.until`
	forget = `DELETE FROM leases WHERE role IN (SELECT role FROM leases
		WHERE starts_with(role, 'process:') AND until < extract(epoch FROM clock_timestamp()) * 1000 FOR UPDATE SKIP LOCKED)`
)

// tryWrite registers this process, and reads how many connections it may have.
func (s *Store) tryWrite(ctx context.Context) error {
	var found share
	lost, err := s.once(ctx, writing, func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		s.link.begin(batch)
		batch.Queue(`SAVEPOINT page`)
		batch.Queue(takePage)
		batch.Queue(`ROLLBACK TO SAVEPOINT page`)
		batch.Queue(sayAlive, s.probe.process, processTerm.Milliseconds())
		batch.Queue(forget)
		batch.Queue(connectionsLeft).QueryRow(func(row pgx.Row) error { return row.Scan(&found.connections, &found.processes) })
		batch.Queue("commit")
		return undo(ctx, conn, conn.SendBatch(ctx, batch).Close())
	})
	if err != nil {
		return troubled(lost, err)
	}
	s.settle(found)
	return nil
}

// leave unregisters this process. If it cannot, its registration expires.
func (s *Store) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = s.once(ctx, writing, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `DELETE FROM leases WHERE role = $1`, s.probe.process)
		return err
	})
}

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
	// probeEvery is for how long the outcome of a try to write is good, and so how often it is tried at most.
	probeEvery = time.Second
	// probeTimeout bounds one try.
	probeTimeout = 2 * time.Second
	// processTerm is for how long a process counts, among which the connections are shared, after it has said so.
	processTerm = 30 * time.Second
	// remindEvery is how often trouble that lasts is told to the log again.
	remindEvery = time.Minute
)

// probe knows whether the database can be written.
type probe struct {
	process string // the name of this one, among those that share the database
	flight  singleflight.Group
	log     *slog.Logger
	mu      sync.Mutex
	at      time.Time
	err     error
	told    Kind // what the log was told last; "": that all is well
	toldAt  time.Time
}

func newProbe(log *slog.Logger) *probe { return &probe{process: "process:" + rand.Text(), log: log} }

// Ping reports whether orders can be stored, or else why not (a *Trouble). It writes and commits, once a second at most:
// a caller that asks more often gets the last answer, and callers that ask at the same time wait for the same answer.
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

// note keeps the outcome of a try. The log is told of trouble once, and each minute as long as it lasts, and that it is over.
func (p *probe) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.err = time.Now(), err
	trouble, is := errors.AsType[*Trouble](err)
	switch {
	case is && (trouble.Kind != p.told || time.Since(p.toldAt) >= remindEvery):
		p.told, p.toldAt = trouble.Kind, p.at
		p.log.Error("storage: no orders are taken", "what", trouble.Kind, "do", trouble.Remedy(), "error", trouble.Cause)
	case !is && p.told != "":
		p.told = ""
		p.log.Info("storage: all is well again; orders are taken")
	}
}

// Each try writes as an order does: it needs a page more of a file, which a full disk refuses, and commits, which a server
// that must wait for its standby does not do. The page is given back by a rollback and the next vacuum; where there is no
// vacuum, no more than 64 MB are taken.
const (
	takePage = `INSERT INTO probes (filler) SELECT repeat('x', 500) WHERE pg_relation_size('probes') < 64 << 20`
	sayAlive = `INSERT INTO leases (role, holder, until) VALUES ($1, $1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2)
		ON CONFLICT (role) DO UPDATE SET until = excluded.until`
	forget = `DELETE FROM leases WHERE role IN (SELECT role FROM leases
		WHERE starts_with(role, 'process:') AND until < extract(epoch FROM clock_timestamp()) * 1000 FOR UPDATE SKIP LOCKED)`
)

// tryWrite stores that this process is alive, and reads how many connections it may have.
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

// leave says that this process does not count any more. If it cannot, it counts for a while longer.
func (s *Store) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = s.once(ctx, writing, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `DELETE FROM leases WHERE role = $1`, s.probe.process)
		return err
	})
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// connectTimeout bounds the making of a connection, and pingTimeout the question whether it still works.
	connectTimeout = 3 * time.Second
	pingTimeout    = time.Second
	// idle is after how long without use a connection is asked whether it still works.
	idle = time.Second
)

// pool is a number of connections that are made when they are needed. When one is lost, the others are most likely lost
// too (the server has restarted, or another one took over), or not at all (someone ended a single session): so each is
// asked once before it is used again.
type pool struct {
	*pgxpool.Pool
	lost atomic.Int64 // when a connection was lost last, as time since began
}

// began is what times are measured from that no step of the clock may change.
var began = time.Now()

// newPool makes a pool of at most so many connections.
func newPool(config *pgxpool.Config, l *link, most int) (*pool, error) {
	p := &pool{}
	config = config.Copy()
	config.MaxConns, config.MinConns = int32(most), 0
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.BuildContextWatcherHandler = forgiving
	config.BeforeConnect, config.AfterConnect = l.before, l.after
	config.PingTimeout = pingTimeout
	config.ShouldPing = func(_ context.Context, c pgxpool.ShouldPingParams) bool {
		return c.IdleDuration > idle || time.Since(began)-c.IdleDuration <= time.Duration(p.lost.Load())
	}
	var err error
	if p.Pool, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return p, nil
}

// once runs something on a connection, and reports whether that was lost.
func (p *pool) once(ctx context.Context, run func(context.Context, *pgx.Conn) error) (lost bool, err error) {
	conn, err := p.Acquire(ctx)
	if errors.Is(err, errPooler) {
		conn, err = p.Acquire(ctx) // now in the way that it wants
	}
	if err != nil {
		return true, err
	}
	defer conn.Release()
	if err = run(ctx, conn.Conn()); err == nil {
		return false, nil
	}
	if code(err) == readOnly {
		_ = conn.Conn().Close(ctx) // it may lead to a server that was the main one before; a new one may find the other
	}
	if lost = conn.Conn().IsClosed(); lost {
		p.lost.Store(int64(time.Since(began)))
	}
	return lost, err
}

// readOnly is what a server says that was the main one before another took over.
const readOnly = "25006"

// forgiving keeps a connection whose caller has gone: it asks the server to give up, and only when that does not help, the
// connection is closed.
func forgiving(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, CancelRequestDelay: 100 * time.Millisecond, DeadlineDelay: time.Second}
}

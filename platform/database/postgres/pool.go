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
	// connectTimeout bounds connecting, and pingTimeout the check that a connection works.
	connectTimeout = 3 * time.Second
	pingTimeout    = time.Second
	// idle is how long a connection may be unused before it is checked.
	idle = time.Second
)

// pool makes connections when they are needed. When one is lost, the others are probably lost too (the server restarted,
// or another one took over), or not at all (a single session was ended): so each is checked once before its next use.
type pool struct {
	*pgxpool.Pool
	lost atomic.Int64 // when a connection was last lost, as time since began
}

// began is the origin of durations that must not depend on steps of the clock.
var began = time.Now()

// newPool makes a pool of at most that many connections.
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

// once runs a function on a connection, and reports whether the connection was lost.
func (p *pool) once(ctx context.Context, run func(context.Context, *pgx.Conn) error) (lost bool, err error) {
	conn, err := p.Acquire(ctx)
	if errors.Is(err, errPooler) {
		conn, err = p.Acquire(ctx) // in the mode that the link wants now
	}
	if err != nil {
		return true, err
	}
	defer conn.Release()
	if err = run(ctx, conn.Conn()); err == nil {
		return false, nil
	}
	if code(err) == readOnly {
		_ = conn.Conn().Close(ctx) // it may lead to a server that is no longer the primary; a new one may find the new primary
	}
	if lost = conn.Conn().IsClosed(); lost {
		p.lost.Store(int64(time.Since(began)))
	}
	return lost, err
}

// readOnly is the error code of a server that is no longer the primary.
const readOnly = "25006"

// forgiving keeps a connection whose caller's context has ended: it cancels the query, and closes the connection only if
// that does not help.
func forgiving(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, CancelRequestDelay: 100 * time.Millisecond, DeadlineDelay: time.Second}
}

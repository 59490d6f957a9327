package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// link is how the server is reached: directly, or through a pooler (PgBouncer, RDS Proxy), which lends a connection to the
// server for one transaction only. Behind a pooler nothing may be kept in a session: no prepared statements, no settings,
// no locks of a session. Start-up parameters are sent in neither case, since poolers refuse them.
//
// A pooler is recognized by its own number for the connection, which is not that of the server's process.
type link struct {
	login  func(context.Context, *pgx.ConnConfig) error // nil: the address has all that it takes
	names  []string                                     // of the settings that are ours to make
	values []string
	pooled atomic.Bool
}

// settings are those of each session, unless the address names others.
var settings = [][2]string{
	{"application_name", "webshop"},
	{"lock_timeout", "1s"},                        // no lock of ours is held that long: someone else's must not stop the shop
	{"statement_timeout", "15s"},                  // so that the server gives up what we gave up
	{"idle_in_transaction_session_timeout", "5s"}, // a process that hangs does not keep its locks
	{"jit", "off"},                                // it costs short statements more than it gains
}

func newLink(config *pgx.ConnConfig, login func(context.Context, *pgx.ConnConfig) error) *link {
	l := &link{login: login}
	for _, s := range settings {
		if config.RuntimeParams[s[0]] == "" {
			l.names, l.values = append(l.names, s[0]), append(l.values, s[1])
		}
	}
	return l
}

// before prepares the making of a connection.
func (l *link) before(ctx context.Context, config *pgx.ConnConfig) error {
	if l.pooled.Load() {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	if l.login == nil {
		return nil
	}
	return l.login(ctx, config)
}

// errPooler ends a connection that was made as to a server, and leads to a pooler.
var errPooler = errors.New("there is a pooler between the shop and the server: connecting again")

// direct makes the settings of a session that is known to be one, and reports whether it is. The last of them undoes one
// with which a crash of the server loses what was committed last.
const direct = `SELECT CASE WHEN pg_backend_pid() <> $1::bigint THEN false ELSE
	(SELECT count(set_config(name, value, false)) FROM unnest($2::text[], $3::text[]) s (name, value)) >= 0
	AND (current_setting('synchronous_commit') <> 'off' OR set_config('synchronous_commit', 'on', false) = 'on') END`

// after sees what a new connection leads to.
func (l *link) after(ctx context.Context, conn *pgx.Conn) error {
	var is bool
	err := conn.QueryRow(ctx, direct, pgx.QueryExecModeExec, conn.PgConn().PID(), l.names, l.values).Scan(&is)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if !is && conn.Config().DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		l.pooled.Store(true)
		return errPooler
	}
	return nil
}

// local makes the settings of a session for one transaction.
const local = `SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) s (name, value)
	UNION ALL SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`

// begin is how a transaction begins.
func (l *link) begin(batch *pgx.Batch) {
	batch.Queue("begin isolation level read committed")
	if l.pooled.Load() {
		batch.Queue(local, slices.Clone(l.names), slices.Clone(l.values))
	}
}

// transaction runs something in a transaction.
func (l *link) transaction(ctx context.Context, conn *pgx.Conn, run func(context.Context, *pgx.Conn) error) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if l.pooled.Load() {
			if _, err := tx.Exec(ctx, local, l.names, l.values); err != nil {
				return err
			}
		}
		return run(ctx, tx.Conn())
	})
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// link is the way to the server: direct, or through a pooler (PgBouncer, RDS Proxy), which lends a server connection for
// one transaction only. Behind a pooler a session keeps nothing: no prepared statements, settings or session locks.
// Start-up parameters are never sent, since poolers refuse them.
//
// A pooler is recognized by its own number for the connection, which differs from the server's process number.
type link struct {
	login  func(context.Context, *pgx.ConnConfig) error // nil: the address has the password
	names  []string                                     // the settings that the shop makes
	values []string
	pooled atomic.Bool
}

// settings are made in each session, unless the address sets others.
var settings = [][2]string{
	{"application_name", "webshop"},
	{"lock_timeout", "1s"},                        // the shop holds no lock that long: a lock of another session must not stop it
	{"statement_timeout", "15s"},                  // so that the server gives up when the shop has
	{"idle_in_transaction_session_timeout", "5s"}, // so that a hanging process does not keep its locks
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

// before prepares a new connection.
func (l *link) before(ctx context.Context, config *pgx.ConnConfig) error {
	if l.pooled.Load() {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	if l.login == nil {
		return nil
	}
	return l.login(ctx, config)
}

// errPooler ends a connection that was opened as a direct one and leads to a pooler.
var errPooler = errors.New("there is a pooler between the shop and the server: connecting again")

// direct makes the settings of a session, if it is one, and reports whether it is. The last one overrides a setting with
// which a crash of the server loses the latest commits.
const direct = `SELECT CASE WHEN pg_backend_pid() <> $1::bigint THEN false ELSE
	(SELECT count(set_config(name, value, false)) FROM unnest($2::text[], $3::text[]) s (name, value)) >= 0
	AND (current_setting('synchronous_commit') <> 'off' OR set_config('synchronous_commit', 'on', false) = 'on') END`

// after finds out what a new connection leads to.
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

// local makes the settings for one transaction.
const local = `SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) s (name, value)
	UNION ALL SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`

// begin adds the beginning of a transaction.
func (l *link) begin(batch *pgx.Batch) {
	batch.Queue("begin isolation level read committed")
	if l.pooled.Load() {
		batch.Queue(local, slices.Clone(l.names), slices.Clone(l.values))
	}
}

// transaction runs statements in a transaction.
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

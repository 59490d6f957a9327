package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	gooselock "github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// lockEvery is the wait between two tries to get the migrations' lock.
	lockEvery = time.Second
	// lockFor bounds the tries, while another copy of the shop migrates.
	lockFor = 10 * time.Minute
)

// migrate updates the tables to this program's version, and the privileges of the services' roles on them; if always,
// the privileges also of tables that have this version. Many copies may call it at once: one migrates, under a lock that
// ends with its transaction, and the others wait. Migrations only go forward, so tables newer than this program are an
// error.
func migrate(ctx context.Context, config *pgx.ConnConfig, always bool, options ...stdlib.OptionOpenDB) (err error) {
	config = config.Copy()
	config.ConnectTimeout = connectTimeout
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // works behind a pooler too
	db := stdlib.OpenDB(*config, options...)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := usable(ctx, db); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	if is := version(ctx, db); is < newest || always && is == newest {
		if err := bring(ctx, db, provider, newest); err != nil {
			return migrateError(err, is, newest)
		}
	}
	if is := version(ctx, db); is > newest {
		return fmt.Errorf("the tables have version %d, and this program knows only %d: a newer version of the shop has migrated them; run that one", is, newest)
	}
	return nil
}

// bring migrates and grants under the lock. If a newer version has migrated meanwhile, the grants are that version's.
func bring(ctx context.Context, db *sql.DB, provider *goose.Provider, newest int64) error {
	release, err := alone(ctx, db)
	if err != nil {
		return err
	}
	if _, err = provider.Up(ctx); err == nil && version(ctx, db) <= newest {
		err = inTx(ctx, db, grantServices)
	}
	return errors.Join(err, release())
}

// inTx runs a function in a transaction of pgx.
func inTx(ctx context.Context, db *sql.DB, do func(context.Context, pgx.Tx) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return conn.Raw(func(c any) error {
		return pgx.BeginFunc(ctx, c.(*stdlib.Conn).Conn(), func(tx pgx.Tx) error { return do(ctx, tx) })
	})
}

// alone gets the migrations' lock, the same as in earlier releases. It belongs to an open transaction rather than a
// session, which a pooler may lend to others. It tries again and again, since waiting inside the server would block a
// CREATE INDEX CONCURRENTLY.
func alone(ctx context.Context, db *sql.DB) (release func() error, err error) {
	ctx, cancel := context.WithTimeout(ctx, lockFor)
	defer cancel()
	for {
		tx, err := db.BeginTx(context.WithoutCancel(ctx), nil) // it outlives this call
		if err != nil {
			return nil, err
		}
		var locked bool
		err = tx.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock($1) AND set_config('idle_in_transaction_session_timeout', '0', true) = '0'`,
			gooselock.DefaultLockID).Scan(&locked)
		if locked && err == nil {
			return tx.Rollback, nil
		}
		if err := errors.Join(err, tx.Rollback()); err != nil {
			return nil, err
		}
		select {
		case <-time.After(lockEvery):
		case <-ctx.Done():
			return nil, fmt.Errorf("another process has been migrating for %s: %w", lockFor, ctx.Err())
		}
	}
}

// Denied reports whether an error means that the user lacks a privilege.
func Denied(err error) bool { return code(err) == notAllowed }

// notAllowed is the code for a missing privilege.
const notAllowed = "42501"

func migrateError(err error, is, newest int64) error {
	if code(err) == notAllowed && is < newest {
		return fmt.Errorf("the tables have version %d, this program needs %d, and this user may not change them: run 'webshop migrate' as their owner (%w)", is, newest, err)
	}
	return fmt.Errorf("migrate: %w", err)
}

// version returns the tables' version: 0 if there are none, or if they cannot be read, which the migration then reports.
func version(ctx context.Context, db *sql.DB) (is int64) {
	if err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&is); err != nil {
		return 0
	}
	return is
}

// usable returns an error if this database cannot hold a shop.
func usable(ctx context.Context, db *sql.DB) error {
	var encoding string
	if err := db.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database's encoding is %s, and names of customers need UTF8: make it with ENCODING 'UTF8'", encoding)
	}
	return nil
}

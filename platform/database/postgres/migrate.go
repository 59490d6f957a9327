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
	// lockEvery is between two tries to get the lock of the migrations.
	lockEvery = time.Second
	// lockFor bounds how long it is tried, while another copy of the shop migrates.
	lockFor = 10 * time.Minute
)

// migrate brings the tables to the version of this program. Many copies may do so at once: one migrates, under a lock that
// ends with its transaction, and the others wait for it. Migrations go forward only, so tables that are newer than this
// program are refused.
func migrate(ctx context.Context, config *pgx.ConnConfig, options ...stdlib.OptionOpenDB) (err error) {
	config = config.Copy()
	config.ConnectTimeout = connectTimeout
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // it works behind a pooler too
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
	if is := version(ctx, db); is < newest {
		if err := bring(ctx, db, provider); err != nil {
			return migrateError(err, is, newest)
		}
	}
	if is := version(ctx, db); is > newest {
		return fmt.Errorf("the tables have version %d, and this program knows only %d: a newer version of the shop has migrated them; run that one", is, newest)
	}
	return nil
}

// bring migrates, alone.
func bring(ctx context.Context, db *sql.DB, provider *goose.Provider) error {
	release, err := alone(ctx, db)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return errors.Join(err, release())
}

// alone gets the lock of the migrations, which is that of earlier releases too. It belongs to a transaction that stays open,
// not to a session: behind a pooler, a session is someone else's in the next moment. It asks for the lock now and then: one
// who waited in the server would hold up a CREATE INDEX CONCURRENTLY.
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

// Denied reports whether an error says that the user may not do something.
func Denied(err error) bool { return code(err) == notAllowed }

// notAllowed is the code of what a user may not do.
const notAllowed = "42501"

func migrateError(err error, is, newest int64) error {
	if code(err) == notAllowed {
		return fmt.Errorf("the tables have version %d, this program needs %d, and this user may not change them: run 'webshop migrate' as their owner (%w)", is, newest, err)
	}
	return fmt.Errorf("migrate: %w", err)
}

// version is the version that the tables have: 0 when there are none, or when they cannot be read, which the
// migration tells then.
func version(ctx context.Context, db *sql.DB) (is int64) {
	if err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&is); err != nil {
		return 0
	}
	return is
}

// usable reports why this database cannot hold a shop.
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

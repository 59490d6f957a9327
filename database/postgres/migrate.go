package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	gooselock "github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	lockEvery = 1   // seconds between two tries to get the lock of the migrations
	lockTries = 600 // how many, while another copy of the shop migrates
)

// migrate brings the tables to the version of this program. Many copies may do so at once: one migrates, under an
// advisory lock that ends with its session, and the others wait for it. Migrations go forward only, so tables that are
// newer than this program are refused.
func migrate(ctx context.Context, config *pgx.ConnConfig, options ...stdlib.OptionOpenDB) (err error) {
	config = config.Copy()
	config.ConnectTimeout = connectTimeout
	db := stdlib.OpenDB(*config, options...)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := usable(ctx, db); err != nil {
		return err
	}
	provider, err := migrator(db)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	if version(ctx, db) < newest {
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if is := version(ctx, db); is > newest {
		return fmt.Errorf("the tables have version %d, and this program knows only %d: a newer version of the shop has migrated them; run that one", is, newest)
	}
	return nil
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	// It asks for the lock now and then: one who waited in the server would hold up a CREATE INDEX CONCURRENTLY.
	locker, err := gooselock.NewPostgresSessionLocker(gooselock.WithLockTimeout(lockEvery, lockTries))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
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

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// checkFor bounds the check of the file at start, so that a large file is checked in part. Backups are checked whole.
const checkFor = time.Second

// migrate updates the tables to this version. It changes no file that is newer or damaged.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	if err := check(ctx, db, path, `PRAGMA quick_check(1)`); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return &Trouble{Newer, path, fmt.Errorf("its tables have version %d; this webshop knows versions up to %d", current, newest)}
	}
	_, err = provider.Up(ctx)
	return err
}

// check runs one of SQLite's own checks, for a bounded time.
func check(ctx context.Context, db *sql.DB, path, pragma string) error {
	bounded, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	err := sound(bounded, db, path, pragma)
	if _, blamed := kindOf(err); blamed || ctx.Err() != nil || bounded.Err() == nil {
		return err
	}
	return nil // the part checked in time is sound
}

// sound runs one of SQLite's own checks, which returns ok or a description of the damage.
func sound(ctx context.Context, db *sql.DB, path, pragma string) error {
	var found string
	err := db.QueryRowContext(ctx, pragma).Scan(&found)
	if err == nil && found != "ok" {
		return &Trouble{Damaged, path, errors.New(found)}
	}
	return err
}

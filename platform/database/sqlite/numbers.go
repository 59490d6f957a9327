package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// installation returns the id of the file's shop, and makes one the first time.
func installation(ctx context.Context, db *sql.DB, random io.Reader) (id string, err error) {
	err = db.QueryRowContext(ctx, `SELECT id FROM installation`).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if id, err = ref.NewID(random); err == nil {
		_, err = db.ExecContext(ctx, `INSERT INTO installation (one, id) VALUES (1, ?)`, id)
	}
	return id, err
}

// olderProgram is the condition that a process runs that does not know unique parts.
const olderProgram = `EXISTS (SELECT 1 FROM rules_readers WHERE until > ? AND level < 1)`

// unique returns the unique part of a new order, or "" while a process runs that does not know unique parts.
func (t *tx) unique(id string, now time.Time) (string, error) {
	var older bool
	err := t.row(`SELECT `+olderProgram, now.UnixMilli()).Scan(&older)
	if err != nil || older {
		return "", err
	}
	return ref.Unique(t.installation, id), nil
}

// Restored prepares a file that is an old copy of a shop's database: it skips the numbers of orders made since. No shop
// may use the file meanwhile.
func Restored(ctx context.Context, path string) (c Copied, err error) {
	if _, err := os.Stat(path); err != nil {
		return c, explained(path, err)
	}
	db, err := sql.Open("sqlite", fileURI(path, "&_pragma=synchronous(FULL)"))
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	c, err = leaveOut(ctx, db)
	return c, explained(path, err)
}

// leaveOut stores the next order number in a file, so that the numbers of lost orders are not given again.
func leaveOut(ctx context.Context, db *sql.DB) (c Copied, err error) {
	var highest, first int64
	if err := db.QueryRowContext(ctx, `SELECT count(*), coalesce(max(order_id), 0) FROM orders`).Scan(&c.Orders, &highest); err != nil {
		return c, err
	}
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&first); err != nil {
		return c, err
	}
	c.FirstNumber = database.FirstAfter(max(highest, first))
	_, err = db.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, c.FirstNumber))
	return c, err
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	modernc "modernc.org/sqlite"
)

// copyStep is how many pages of 4 KiB are copied between two checks of the context.
const copyStep = 1024

// Copied describes a copy.
type Copied struct {
	Orders      int
	FirstNumber int64 // number of the first new order in the copy
}

// Copy copies the database of a file to a new file, as of one moment, whether shops use it or not. Progress is in pages.
// After nil, the copy was checked whole, is synced, and can be used as a shop's file: new orders in it get numbers that
// no order of the original got. After an error, part of a file may be left.
func Copy(ctx context.Context, from, to string, progress func(done, total int)) (Copied, error) {
	if _, err := os.Stat(from); err != nil {
		return Copied{}, explained(from, err)
	}
	if err := newFile(to); err != nil {
		return Copied{}, notTaken(to, err)
	}
	orders, err := copyPages(ctx, from, to, progress)
	if err != nil {
		return Copied{}, explained(from, err)
	}
	copied, err := seal(ctx, to, from)
	if err == nil && copied.Orders != orders {
		err = fmt.Errorf("%d orders were to be copied; the copy has %d", orders, copied.Orders)
	}
	return copied, notTaken(to, err)
}

// notTaken blames the copy's disk for errors that only writing causes; the shop's own file is fine then.
func notTaken(to string, err error) error {
	if _, known := errors.AsType[*Trouble](err); known {
		return err
	}
	switch kind, _ := kindOf(err); kind {
	case DiskFull, WriteFailed:
		return &Trouble{CopyFull, to, err}
	case ReadOnly:
		return &Trouble{CopyRefused, to, err}
	}
	return explained(to, err)
}

// newFile makes a file that only its owner may read, and fails if it exists.
func newFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// copyPages copies within one read transaction, so that writers neither wait nor change the copy. It returns how many
// orders that transaction sees.
func copyPages(ctx context.Context, from, to string, progress func(done, total int)) (orders int, err error) {
	db, err := sql.Open("sqlite", fileURI(from, ""))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return 0, err
	}
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM orders`).Scan(&orders); err != nil {
		return 0, err
	}
	err = conn.Raw(func(driver any) error {
		err := steps(ctx, driver, fileURI(to, "&_pragma=synchronous(FULL)"), progress)
		if kind, _ := kindOf(err); kind == Damaged || kind == Locked {
			return err // of the original
		}
		return notTaken(to, err)
	})
	_, endErr := conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
	return orders, errors.Join(err, endErr)
}

func steps(ctx context.Context, driver any, to string, progress func(done, total int)) error {
	source, able := driver.(interface {
		NewBackup(string) (*modernc.Backup, error)
	})
	if !able {
		return errors.New("sqlite: the driver makes no copies")
	}
	b, err := source.NewBackup(to)
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(copyStep)
			progress(b.PageCount()-b.Remaining(), b.PageCount())
		}
	}
	return errors.Join(err, b.Finish())
}

// seal checks a copy whole, folds its log in, reserves order numbers, and syncs it. Damage in the copy is damage of the
// original.
func seal(ctx context.Context, path, of string) (c Copied, err error) {
	db, err := sql.Open("sqlite", fileURI(path, "&_pragma=synchronous(FULL)"))
	if err != nil {
		return c, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close(), syncFile(path)) }()
	if _, err := db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`); err != nil {
		return c, err
	}
	if err := sound(ctx, db, of, `PRAGMA integrity_check(1)`); err != nil {
		return c, err
	}
	return leaveOut(ctx, db)
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

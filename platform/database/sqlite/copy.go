package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	modernc "modernc.org/sqlite"
)

// copyStep is how many pages (of 4 KiB) are copied between two looks at the context.
const copyStep = 1024

// Copied tells of a copy.
type Copied struct {
	Orders      int
	FirstNumber int64 // of the first order that a shop makes in the copy
}

// Copy writes the database of one file to a new one, as it is at one moment, while shops use it or not. The progress is
// told in pages. When it returns nil, the copy was checked as a whole, was synced, and can be used as a shop's file: new
// orders in it get numbers that no order got after the copy. After an error there may be half a file.
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

// notTaken blames the place of a copy for what only writing meets: the shop's own file is well then.
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

// newFile makes a file that only its owner may read, and fails where there is one.
func newFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// copyPages copies within one reading transaction, so that writers neither wait nor change what is copied. It returns
// how many orders that transaction sees.
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
			return err // of the file that is read
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

// seal checks a copy as a whole, makes it one file, reserves order numbers in it, and syncs it. What is damaged in the
// copy is damaged in what it is of.
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

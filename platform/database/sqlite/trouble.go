package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	modernc "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"acme.example/webshop/platform/fault"
)

// Kind is what is wrong with the file, in words that callers may see.
type Kind string

// The kinds: one for each remedy.
const (
	DiskFull    Kind = "the disk is full"
	WriteFailed Kind = "a write to the disk failed"
	ReadOnly    Kind = "the database cannot be written or opened"
	Locked      Kind = "another process holds the database locked"
	Moved       Kind = "the database was moved, replaced or deleted while it was in use"
	Damaged     Kind = "the database is damaged"
	Newer       Kind = "the database was made by a newer version"
	Failing     Kind = "the database fails"
	LogGrows    Kind = "the write-ahead log cannot be folded into the file" // nothing is refused, but the log grows
)

// What can be wrong with the place of a copy.
const (
	CopyFull    Kind = "there is no room for the copy"
	CopyRefused Kind = "the copy cannot be written"
)

// remedies says what to do about each kind.
var remedies = map[Kind]string{
	DiskFull:    "free some space: a running shop goes on by itself",
	WriteFailed: "look for a quota or a limit of the file size (ulimit -f), and for a broken disk in the kernel's log: a running shop goes on by itself",
	ReadOnly:    "make the file, its folder and its disk writable for the shop's user: a running shop goes on by itself",
	Locked:      "end the process that holds it (a copying tool, a database shell): a running shop goes on by itself",
	Moved:       "put the very file back, and the shop goes on; or stop it with SIGTERM, never SIGKILL: it saves what only it still holds",
	Damaged:     "stop the shop, set its data folder aside, and start with a backup: see Restore in docs/operating.md",
	Newer:       "run that version or a newer one, or start with a backup from before the upgrade",
	Failing:     "read the cause, and the kernel's log: a running shop goes on by itself when it is gone",
	CopyFull:    "make room there, or copy to another disk; the shop and its data are as they were",
	CopyRefused: "copy to where the user may write; the shop and its data are as they were",
	LogGrows:    "free some space, and end what reads the database for long: orders are still taken, as long as the log can grow",
}

// kinds maps SQLite's codes to kinds. An extended code is looked up before its primary one. An error with another code is
// the statement's, not the file's.
var kinds = map[int]Kind{
	lib.SQLITE_FULL: DiskFull, lib.SQLITE_NOLFS: DiskFull, lib.SQLITE_IOERR_SHMSIZE: DiskFull,
	lib.SQLITE_IOERR_WRITE: WriteFailed, lib.SQLITE_IOERR_FSYNC: WriteFailed, lib.SQLITE_IOERR_TRUNCATE: WriteFailed,
	lib.SQLITE_READONLY: ReadOnly, lib.SQLITE_PERM: ReadOnly, lib.SQLITE_CANTOPEN: ReadOnly,
	lib.SQLITE_BUSY: Locked, lib.SQLITE_LOCKED: Locked, lib.SQLITE_PROTOCOL: Locked,
	lib.SQLITE_READONLY_DBMOVED: Moved,
	lib.SQLITE_CORRUPT:          Damaged, lib.SQLITE_NOTADB: Damaged, lib.SQLITE_IOERR_CORRUPTFS: Damaged,
	lib.SQLITE_IOERR: Failing, lib.SQLITE_NOMEM: Failing,
}

// Trouble is why the file cannot be used. Its text is for the operator: what, where, what to do, and the cause.
type Trouble struct {
	Kind  Kind
	Path  string
	Cause error
}

// Error returns the whole text.
func (t *Trouble) Error() string {
	return fmt.Sprintf("%s: %s; %s (%v)", t.Path, t.Kind, t.Remedy(), t.Cause)
}

// Remedy says what to do about it.
func (t *Trouble) Remedy() string { return remedies[t.Kind] }

// Unwrap returns the cause.
func (t *Trouble) Unwrap() error { return t.Cause }

const (
	// soon is when a caller may try again if the trouble may pass by itself, which is checked each second.
	soon = 5 * time.Second
	// late is when a caller may try again if someone has to act first.
	late = 5 * time.Minute
)

// fault returns the trouble as a caller may see it. Each caller gets a new one, since it may be changed on its way.
func (t *Trouble) fault(what string) *fault.Error {
	e := fault.Wrap(t, fault.Unavailable, "%s", what)
	e.RetryAfter = soon
	if t.Kind == Damaged || t.Kind == Moved {
		e.RetryAfter = late
	}
	return e
}

// kindOf reports whether the file caused an error, and the kind.
func kindOf(err error) (kind Kind, blamed bool) {
	if t, known := errors.AsType[*Trouble](err); known {
		return t.Kind, true
	}
	if e, ok := errors.AsType[*modernc.Error](err); ok {
		if kind, blamed = kinds[e.Code()]; !blamed {
			kind, blamed = kinds[e.Code()&0xff]
		}
		return kind, blamed
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return DiskFull, true
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ReadOnly, true
	}
	return "", false
}

// explained converts an error to a Trouble if the file caused it.
func explained(path string, err error) error {
	if t, known := errors.AsType[*Trouble](err); known {
		return t
	}
	if kind, blamed := kindOf(err); blamed {
		return &Trouble{kind, path, err}
	}
	return err
}

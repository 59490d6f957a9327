package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"
)

const (
	// checkEvery is how often the writer looks after its file: how long trouble that passes is outlived.
	checkEvery = time.Second
	// largeLog is the size of the write-ahead log from which on the writer asks why it is not folded in. SQLite does
	// that by itself at 16 MB, and says nothing when it fails.
	largeLog = 64 << 20
	// hugeLog is the size from which on someone must be told, whatever the reason.
	hugeLog = 4 * largeLog
	// impatient bounds how long a try waits for a lock, as callers wait meanwhile.
	impatient = "250"
	patient   = "5000"
)

var errMoved = errors.New("another file, or none, has its name")

// checkHealth looks after the file: it finds out that it was moved, that it cannot be written though no one has tried, and that
// trouble has passed.
func (s *Store) checkHealth(t *tx) {
	idle := !t.wrote
	t.wrote = false
	switch trouble := s.health.now(); {
	case s.moved(t):
		s.health.failed(&Trouble{Moved, s.path, errMoved})
	case trouble == nil && idle:
		s.foldLog(t)
		if err := t.probe(); s.noted(err) != nil {
			t.giveUp()
		}
	case trouble == nil:
		s.foldLog(t)
	case trouble.Kind == Damaged:
		s.health.failed(trouble) // it does not pass, and is told again
	default:
		s.try(t)
	}
}

// moved reports whether what is written would not be found at the next start. If only the log was deleted, what is in it
// is saved by folding it into the file.
func (s *Store) moved(t *tx) bool {
	if isOther(s.path, s.file) {
		return true
	}
	if !t.logMoved() {
		return false
	}
	if err := t.exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		s.health.warn(&Trouble{LogGrows, s.path, err})
	}
	return true
}

// try sees whether trouble has passed.
func (s *Store) try(t *tx) {
	err := t.connect()
	if err == nil {
		err = t.exec(`PRAGMA busy_timeout = ` + impatient)
	}
	if err == nil {
		err = t.probe()
	}
	if err == nil {
		err = t.exec(`PRAGMA busy_timeout = ` + patient)
	}
	if err != nil {
		t.giveUp()
	}
	if s.noted(err) == nil {
		s.health.well()
	}
}

// probe writes as an order does: it needs pages more, and gives them back; and it stores something that changes nothing.
func (t *tx) probe() error {
	err := t.begin()
	for _, sql := range []string{
		`SAVEPOINT page`, `INSERT INTO leases (role, holder, until) VALUES ('probe', printf('%.8000c', 'x'), 0)`, `ROLLBACK TO page`,
		`PRAGMA user_version = ` + strconv.FormatInt(t.firstNumber, 10),
	} {
		if err == nil {
			err = t.exec(sql)
		}
	}
	return t.finish(err)
}

// foldLog says why a log that has grown large is not folded into the file.
func (s *Store) foldLog(t *tx) {
	log, err := os.Stat(s.path + "-wal")
	if err != nil || log.Size() <= largeLog || t.conn == nil {
		return // no log is a small log
	}
	err = t.exec(`PRAGMA wal_checkpoint(PASSIVE)`)
	if err == nil && log.Size() > hugeLog {
		err = fmt.Errorf("the log has %d MB; someone has been reading for long", log.Size()>>20)
	}
	if err != nil {
		s.health.warn(&Trouble{LogGrows, s.path, err})
	}
}

// isOther reports whether a name has become that of another file, or of none.
func isOther(path string, file fs.FileInfo) bool {
	now, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) || (err == nil && !os.SameFile(now, file))
}

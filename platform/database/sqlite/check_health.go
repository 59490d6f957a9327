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
	// checkEvery is how often the writer checks its file, and so by how much temporary trouble can outlast its cause.
	checkEvery = time.Second
	// largeLog is the size of the write-ahead log at which the writer looks for the reason why it is not folded in.
	// SQLite folds it by itself at 16 MB, and reports no failure.
	largeLog = 64 << 20
	// hugeLog is the size that is reported whatever the reason.
	hugeLog = 4 * largeLog
	// impatient bounds how long a try waits for a lock, in milliseconds, since callers wait meanwhile.
	impatient = "250"
	patient   = "5000"
)

var errMoved = errors.New("another file, or none, has its name")

// checkHealth finds out whether the file was moved, whether it cannot be written though no one has tried, and whether
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
		s.health.failed(trouble) // it does not pass, and is reported again
	default:
		s.try(t)
	}
}

// moved reports whether writes would be missing at the next start. If only the log was deleted, folding it into the file
// saves its content.
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

// try finds out whether trouble has passed.
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

// probe writes as an order does: it allocates pages and frees them, and stores something that changes nothing.
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

// foldLog reports why a log that has grown large is not folded into the file.
func (s *Store) foldLog(t *tx) {
	log, err := os.Stat(s.path + "-wal")
	if err != nil || log.Size() <= largeLog || t.conn == nil {
		return // no log counts as a small one
	}
	err = t.exec(`PRAGMA wal_checkpoint(PASSIVE)`)
	if err == nil && log.Size() > hugeLog {
		err = fmt.Errorf("the log has %d MB; someone has been reading for long", log.Size()>>20)
	}
	if err != nil {
		s.health.warn(&Trouble{LogGrows, s.path, err})
	}
}

// isOther reports whether a path now leads to another file, or to none.
func isOther(path string, file fs.FileInfo) bool {
	now, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) || (err == nil && !os.SameFile(now, file))
}

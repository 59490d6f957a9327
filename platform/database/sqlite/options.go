package sqlite

import (
	"context"
	"database/sql"
	"io"
	"net/url"
	"strconv"
)

// Options are for simulations.
type Options struct {
	// Random is where the random parts of references come from.
	Random io.Reader
	// Disposable says that the file is a copy of one that this program has made, and will be thrown away: nothing is checked,
	// migrated or synced, and no one looks after the file.
	Disposable bool
}

func (o Options) migrate(ctx context.Context, db *sql.DB, path string) error {
	if o.Disposable {
		return nil
	}
	return migrate(ctx, db, path)
}

// dsn names a file that exists, so that a connection does not make a new one where it was deleted.
func (o Options) dsn(path, more string) string {
	sync := "FULL"
	if o.Disposable {
		sync = "OFF"
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=rw&_pragma=journal_mode(WAL)&_pragma=synchronous(" + sync + ")" +
		"&_pragma=busy_timeout(" + patient + ")&_pragma=foreign_keys(1)&_pragma=journal_size_limit(" + strconv.Itoa(largeLog) + ")" +
		"&_pragma=wal_autocheckpoint(" + strconv.Itoa(foldAfter) + ")&" + more
}

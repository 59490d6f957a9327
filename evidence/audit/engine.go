package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver
)

// engine is what differs between the databases of a shop. All other SQL is the same.
type engine struct {
	begin    string // starts a read-only transaction with a snapshot
	sequence string // the column that orders an order's events
	id       string // the n-th argument as the id of an event
}

var (
	sqlite   = engine{"BEGIN", "event_id", "$%d"}
	postgres = engine{beginPostgres, "seq", "$%d::uuid"}
)

// beginPostgres makes all settings within the transaction, since a pooler keeps no others. The partners are read while it
// is open.
const beginPostgres = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
	SET LOCAL jit = off; SET LOCAL statement_timeout = '30min'; SET LOCAL idle_in_transaction_session_timeout = '10min'`

// database is the shop's database, opened read-only.
type database struct {
	db *sql.DB
	*engine
	versions versions // of the rules, as far as they were read
}

// openDatabase opens the configured database.
func openDatabase(ctx context.Context, c Config) (*database, error) {
	if c.Database != "" {
		return openFile(ctx, c.Database, 64)
	}
	return openPostgres(ctx, c)
}

// openSmall opens the database with one connection and little memory.
func openSmall(ctx context.Context, c Config) (d *database, err error) {
	if c.Database != "" {
		d, err = openFile(ctx, c.Database, 2)
	} else {
		d, err = openPostgres(ctx, c)
	}
	if err == nil {
		d.db.SetMaxOpenConns(1)
	}
	return d, err
}

// openFile opens a file with a cache of that many MiB.
func openFile(ctx context.Context, path string, cache int) (*database, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err // the driver would not name what is missing
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file := (&url.URL{Path: path}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+file+fmt.Sprintf("?mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(10000)&_pragma=cache_size(-%d)", cache<<10))
	if err != nil {
		return nil, err
	}
	return reached(ctx, &database{db, &sqlite, versions{}})
}

// connectTimeout bounds connecting.
const connectTimeout = 10 * time.Second

// openPostgres connects to the database at an address, read-only.
func openPostgres(ctx context.Context, c Config) (*database, error) {
	config, err := pgx.ParseConfig(c.DatabaseURL)
	if err != nil {
		return nil, errors.New("the address cannot be read; it must be like postgres://USER:PASSWORD@HOST/DATABASE") // the cause holds the password
	}
	config.ConnectTimeout = connectTimeout
	// Nothing is prepared, which a pooler would not keep. It also plans each query anew: a page is a small part of a
	// table, which a plan made for all pages does not know.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	var options []stdlib.OptionOpenDB
	if c.Login != nil {
		options = append(options, stdlib.OptionBeforeConnect(func(ctx context.Context, config *pgx.ConnConfig) (err error) {
			config.Password, err = c.Login(ctx)
			return err
		}))
	}
	db := stdlib.OpenDB(*config, options...)
	return reached(ctx, &database{db, &postgres, versions{}})
}

// reached returns a database that answers, and closes one that does not.
func reached(ctx context.Context, d *database) (*database, error) {
	if err := d.db.PingContext(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *database) close() { _ = d.db.Close() } // nothing was written

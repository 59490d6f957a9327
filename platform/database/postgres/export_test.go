package postgres

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"acme.example/webshop/platform/database/queries"
)

// LedgerFaultsQuery is the query of LedgerFaults.
var LedgerFaultsQuery = queries.PostgreSQL.LedgerFaultsQuery()

// Pooled reports whether the store knows that it is behind a pooler.
func (s *Store) Pooled() bool { return s.link.pooled.Load() }

// TakeReads takes all connections for reads until giveBack is called.
func (s *Store) TakeReads(t *testing.T) (giveBack func()) {
	var all []interface{ Release() }
	for range s.pools.Load().read.Config().MaxConns {
		conn, err := s.pools.Load().read.Acquire(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, conn)
	}
	return func() {
		for _, conn := range all {
			conn.Release()
		}
	}
}

// SetCountTimeout sets how long a count of the backlog may take, until the test ends.
func SetCountTimeout(t *testing.T, d time.Duration) {
	before := countTimeout
	countTimeout = d
	t.Cleanup(func() { countTimeout = before })
}

// MigrateTo makes the tables of an earlier version.
func MigrateTo(ctx context.Context, url string, version int64) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return errors.Join(err, db.Close())
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err == nil {
		_, err = provider.UpTo(ctx, version)
	}
	return errors.Join(err, db.Close())
}

// Privileges returns what the table of privileges lets a service do with each table and sequence of a user.
func Privileges(ctx context.Context, url, service string) (allowed map[string]string, err error) {
	allowed = map[string]string{}
	return allowed, asOwner(ctx, url, func(tx pgx.Tx) error {
		o, err := ownedBy(ctx, tx)
		for name, sequence := range o.tables {
			if may := allowedTo(service, name, sequence); may != "" {
				allowed[name] = may
			}
		}
		return err
	})
}

// Share returns how many connections the store may have.
func (s *Store) Share() int { return s.pools.Load().size }

// Code returns PostgreSQL's code of an error.
func Code(err error) string { return code(err) }

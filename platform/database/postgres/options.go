package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Options are for one of very many processes on the same database. The zero value is a process as Open makes it.
type Options struct {
	// Connections is how many connections the process may have in all; 0: its share of the server's, at most four for
	// writes and four for the rest.
	Connections int
	// Log receives the share, and trouble with the database; nil: not logged.
	Log *slog.Logger
	// Login returns the password for each new connection; nil: the address has it.
	Login func(context.Context) (string, error)
	// Migrated skips the migration: another process has called Migrate.
	Migrated bool
}

// OpenWith is Open with options.
func OpenWith(ctx context.Context, url string, o Options, now func() time.Time) (*Store, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	if !o.Migrated {
		if err := migrate(ctx, config.ConnConfig, false, o.beforeConnect()...); err != nil {
			return nil, fmt.Errorf("postgres: %w", err)
		}
	}
	s := &Store{link: newLink(config.ConnConfig, o.signIn()), now: now, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler))}
	if o.Connections > 0 {
		one, err := newPool(config, s.link, o.Connections)
		if err != nil {
			return nil, err
		}
		return s.begin(&pools{one, one, o.Connections}, min(o.Connections, writers)), nil
	}
	few, err := newPools(config, s.link, leastConnections)
	if err != nil {
		return nil, err
	}
	s.config = config
	s.begin(few, writers)
	_ = s.Ping(ctx) // it finds out the number of connections; trouble is logged
	return s, nil
}

// Migrate makes the tables at an address, or updates them to this program's version. It grants each service's role that
// exists the privileges of its service, and no more.
func Migrate(ctx context.Context, url string, o Options) error {
	config, err := parse(url)
	if err != nil {
		return err
	}
	if err := migrate(ctx, config.ConnConfig, true, o.beforeConnect()...); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

func parse(url string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("postgres: the address cannot be read; it must be like postgres://USER:PASSWORD@HOST/DATABASE") // the cause holds the password
	}
	return config, nil
}

func (o Options) signIn() func(context.Context, *pgx.ConnConfig) error {
	if o.Login == nil {
		return nil
	}
	return o.login
}

// login sets the password of a new connection.
func (o Options) login(ctx context.Context, config *pgx.ConnConfig) (err error) {
	if config.Password, err = o.Login(ctx); err != nil {
		return fmt.Errorf("login: %w", err)
	}
	return nil
}

func (o Options) beforeConnect() []stdlib.OptionOpenDB {
	if o.Login == nil {
		return nil
	}
	return []stdlib.OptionOpenDB{stdlib.OptionBeforeConnect(o.login)}
}

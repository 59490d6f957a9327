package clustertest

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"

	"acme.example/webshop/platform/database/pgtest"
)

// These faults move the database under the running shop. Nothing acknowledged may be lost here, as the judge demands, so
// commits wait for the standby, and nothing is written between dump and restore. The shop cannot know that, and must skip
// numbers. Tests in platform/database/postgres and app lose orders.

// promoted is a kill of PostgreSQL for good, and the promotion of a standby.
func (c *cluster) promoted() trouble {
	return c.moved("PostgreSQL killed, and its standby promoted", func(ctx context.Context) (*pgtest.Server, error) {
		standby := c.postgres.Standby(c.t)
		c.postgres.WaitFor(c.t, standby)
		if err := c.postgres.Crash(); err != nil {
			return nil, err
		}
		standby.Promote(c.t)
		return standby, nil
	})
}

// restored is a dump of the database that is restored on another server, which everyone uses from then on.
func (c *cluster) restored() trouble {
	return c.moved("PostgreSQL dumped, and restored on another server", func(ctx context.Context) (*pgtest.Server, error) {
		_, name, err := socket(c.databaseURL)
		if err != nil {
			return nil, err
		}
		other := pgtest.New(c.t)
		restoring, err := other.Make("restoring")
		if err != nil {
			return nil, err
		}
		if err := c.lead(other.URL(name)); err != nil { // to a server without such a database
			return nil, err
		}
		if err := watched(ctx, func() error { return c.unused(ctx) }); err != nil {
			return nil, err
		}
		dump := filepath.Join(c.t.TempDir(), "dump.sql") // not a pipe, which would hide that pg_dump failed
		for _, command := range [][]string{
			{"pg_dump", "--dbname", c.databaseURL, "--file", dump},
			{"psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", restoring, "--file", dump},
		} {
			if out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil {
				return nil, fmt.Errorf("%s: %w: %s", command[0], err, out)
			}
		}
		return other, pgtest.Exec(other.URL("postgres"), "ALTER DATABASE restoring RENAME TO "+name)
	})
}

// unused returns an error while the shop has connections to the database.
func (c *cluster) unused(ctx context.Context) error {
	n, err := c.count(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err == nil && n > 0 {
		err = errors.New("the database is in use")
	}
	return err
}

// moved is a move of the database to another server. New orders there skip numbers.
func (c *cluster) moved(name string, move func(context.Context) (*pgtest.Server, error)) trouble {
	var before int64
	var left *pgtest.Server
	return trouble{name: name, goesOn: true,
		begin: func(ctx context.Context) (err error) {
			if before, err = c.count(ctx, `SELECT max(order_id) FROM orders`); err != nil {
				return err
			}
			_, database, err := socket(c.databaseURL)
			if err != nil {
				return err
			}
			to, err := move(ctx)
			if err != nil {
				return err
			}
			left, c.postgres, c.databaseURL = c.postgres, to, to.URL(database)
			return c.lead(c.databaseURL)
		},
		end: func(ctx context.Context) error {
			above, err := c.count(ctx, fmt.Sprintf(`SELECT count(*) FROM orders WHERE order_id > %d`, before+1_000_000))
			if err == nil && above == 0 {
				err = fmt.Errorf("no order has a number far above %d: numbers of orders that may be lost come again", before)
			}
			return errors.Join(err, left.Retire())
		},
	}
}

// lead leads the database processes to another database from now on.
func (c *cluster) lead(database string) error {
	file, _, err := socket(database)
	for _, k := range between(c.all(), toSQL) {
		k.lead(file)
	}
	return err
}

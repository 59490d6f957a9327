package postgres

import (
	"context"
	"io"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// numbered is a number for a new order, and the rest of its reference.
type numbered struct {
	number       int64
	installation string
	here         bool // whether the database is the one that it was
	known        bool // whether all running processes know unique parts
}

func (n *numbered) read(p place, now time.Time) read {
	return read{
		sql: `SELECT nextval('order_numbers') + skipped, id, ` + p.same() + `,
			NOT EXISTS (SELECT 1 FROM rules_readers WHERE until > $1 AND level < 1) FROM installation`,
		args: []any{now.UnixMilli()},
		scan: func(row scanner) error {
			*n = numbered{}
			_, err := found(row, &n.number, &n.installation, &n.here, &n.known)
			return err
		},
	}
}

// name returns the number and the unique part of a new order.
func (n *numbered) name(random io.Reader) (number int64, unique string, err error) {
	if !n.here {
		return 0, "", errMoved
	}
	if !n.known {
		return n.number, "", nil
	}
	id, err := ref.NewID(random)
	return n.number, ref.Unique(n.installation, id), err
}

// spareVersions is how many versions of the rules are skipped along with the order numbers.
const spareVersions = 1000

// Locate finds out whether the database was restored or failed over. If so, it skips the numbers of orders that may be
// lost, and calls OnMoved's function. A new database gets its installation's id.
func (s *Store) Locate(ctx context.Context) error {
	_, err := s.locate(ctx, false)
	return err
}

// Restored skips numbers in a database that is an older copy, whether or not that can be detected, and returns the number
// of the next order.
func (s *Store) Restored(ctx context.Context) (first int64, err error) { return s.locate(ctx, true) }

func (s *Store) locate(ctx context.Context, restored bool) (first int64, err error) {
	p, err := s.here(ctx)
	if err != nil {
		return 0, err
	}
	var k known
	_, err = s.do(ctx, k.reads(p), func(t *tx) error {
		if first = 0; restored || k.was.differs(k.is) {
			first = database.FirstAfter(max(k.highest, k.given+k.skipped))
			k.skipped = first - 1 - k.given
			k.rulesFrom = k.rules + spareVersions
		}
		return k.keep(t, s.random)
	})
	if err == nil && first != 0 && s.onMoved != nil {
		s.onMoved(database.Moved{Was: k.was.String(), Is: k.is.String(), First: first})
	}
	return first, err
}

// known is what a database stores about itself.
type known struct {
	installation   string // "" in a new database
	was, is        place
	highest        int64 // highest order number
	given, skipped int64 // numbers: given by the sequence, and skipped
	rules          int64 // newest version
	rulesFrom      int64 // new versions have higher numbers
}

func (k *known) reads(p place) []read {
	return []read{named("installation"), {
		sql: `SELECT id, skipped, rules_from, ` + columns + ` FROM installation`,
		scan: func(row scanner) error {
			k.installation, k.skipped, k.rulesFrom, k.was = "", 0, 0, place{}
			_, err := found(row, &k.installation, &k.skipped, &k.rulesFrom, &k.was[0], &k.was[1], &k.was[2])
			return err
		},
	}, {
		sql:  `SELECT ` + p.sql(),
		scan: into(&k.is[0], &k.is[1], &k.is[2]),
	}, {
		sql: `SELECT coalesce((SELECT max(order_id) FROM orders), 0), coalesce(pg_sequence_last_value('order_numbers'), 0),
			(SELECT coalesce(max(version), 0) FROM rules)`,
		scan: into(&k.highest, &k.given, &k.rules),
	}}
}

// keep stores where the database is.
func (k *known) keep(t *tx, random io.Reader) (err error) {
	if k.installation == "" {
		if k.installation, err = ref.NewID(random); err != nil {
			return err
		}
	}
	now := k.is.or(k.was)
	t.exec(`INSERT INTO installation (id, skipped, rules_from, `+columns+`) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (one) DO UPDATE
		SET skipped = excluded.skipped, rules_from = excluded.rules_from, system = excluded.system, timeline = excluded.timeline, relation = excluded.relation`,
		k.installation, k.skipped, k.rulesFrom, now[0], now[1], now[2])
	return nil
}

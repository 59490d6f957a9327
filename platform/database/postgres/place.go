package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/fault"
)

// A database can lose its newest commits without a word: a standby is promoted that had not heard of them, or an older
// copy is restored. Its sequence then gives numbers once more that customers and partners know as those of other orders.
// So the row of the table installation says where the database was when it last made an order, and each new order compares
// that with where it is, in its own transaction: no connection, pooler or failover can get in between. Where it differs,
// numbers are left out first (Locate).

// place is where a database is: the system identifier of its cluster, the timeline of its write-ahead log, and the file of
// its table installation. A standby that was promoted and a point-in-time recovery are on a new timeline; a dump that was
// restored is in another file, database or cluster.
type place [3]string

// columns are the parts of a place as they are stored; ” is one that could not be told.
const columns = `system, timeline, relation`

// whereabouts asks for each part. No privilege is needed for it by default. The control file tells the timeline late: only after
// the first checkpoint of a new one.
var whereabouts = place{
	`(SELECT system_identifier::text FROM pg_control_system())`,
	`left(pg_walfile_name(pg_current_wal_lsn()), 8)`,
	`(SELECT oid::text FROM pg_database WHERE datname = current_database()) || '/' || pg_relation_filenode('installation')::text`,
}

// untold asks for nothing.
const untold = `''`

// errMoved says that the database is not where it was.
var errMoved = errors.New("postgres: the database is not where it was")

// here returns how this server is asked where it is. Managed servers may not tell all of it.
func (s *Store) here(ctx context.Context) (place, error) {
	if p := s.place.Load(); p != nil {
		return *p, nil
	}
	p := whereabouts
	for i := range p {
		var told string
		err := s.askOn(ctx, writing, func(ctx context.Context, conn *pgx.Conn) error { // no order waits for readers
			return conn.QueryRow(ctx, `SELECT `+p[i]).Scan(&told)
		})
		switch code(err) {
		case "42501", "0A000", "42883": // not permitted, not supported, no such function
			p[i] = untold
		case "55000": // it is a standby
			return place{}, fault.Wrap(err, fault.Unavailable, "the database takes no writes at the moment")
		default:
			if err != nil {
				return place{}, err
			}
		}
	}
	s.place.Store(&p)
	return p, nil
}

// sql asks for all parts.
func (p place) sql() string { return strings.Join(p[:], ", ") }

// same is the condition that a row of installation says the place where the database is.
func (p place) same() string {
	conditions := []string{"true"}
	for i, column := range strings.Split(columns, ", ") {
		if p[i] != untold {
			conditions = append(conditions, column+` IN ('', `+p[i]+`)`)
		}
	}
	return strings.Join(conditions, " AND ")
}

// differs reports whether a part that was told is another one now.
func (p place) differs(now place) bool {
	for i := range p {
		if p[i] != "" && now[i] != "" && p[i] != now[i] {
			return true
		}
	}
	return false
}

// or fills in what is not told now.
func (p place) or(before place) place {
	for i := range p {
		if p[i] == "" {
			p[i] = before[i]
		}
	}
	return p
}

func (p place) String() string { return "system " + p[0] + ", timeline " + p[1] + ", file " + p[2] }

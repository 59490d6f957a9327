package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/platform/fault"
)

// A database can silently lose its latest commits: a standby is promoted that had not received them, or an older copy is
// restored. Its sequence then gives numbers again that customers and partners know as those of other orders. So the table
// installation stores where the database was when it last created an order, and each new order compares that with where
// it is, within its own transaction, so that no failover can come in between. If they differ, numbers are skipped first
// (Locate).

// place identifies a database: the system identifier of its cluster, the timeline of its write-ahead log, and the file of
// its table installation. A promoted standby and a point-in-time recovery are on a new timeline; a restored dump is in
// another file, database or cluster.
type place [3]string

// columns store the parts of a place; an empty part is unknown.
const columns = `system, timeline, relation`

// whereabouts selects each part. No privilege is needed by default. The control file is not used for the timeline, since
// it has a new one only after its first checkpoint.
var whereabouts = place{
	`(SELECT system_identifier::text FROM pg_control_system())`,
	`left(pg_walfile_name(pg_current_wal_lsn()), 8)`,
	`(SELECT oid::text FROM pg_database WHERE datname = current_database()) || '/' || pg_relation_filenode('installation')::text`,
}

// unknown selects an unknown part.
const unknown = `''`

// errMoved means that the database was restored or failed over.
var errMoved = errors.New("postgres: the database was restored or failed over")

// here returns how to select the parts on this server. Managed servers may not show all of them.
func (s *Store) here(ctx context.Context) (place, error) {
	if p := s.place.Load(); p != nil {
		return *p, nil
	}
	p := whereabouts
	for i := range p {
		var part string
		err := s.askOn(ctx, writing, func(ctx context.Context, conn *pgx.Conn) error { // so that no order waits for readers
			return conn.QueryRow(ctx, `SELECT `+p[i]).Scan(&part)
		})
		switch code(err) {
		case "42501", "0A000", "42883": // not permitted, not supported, no such function
			p[i] = unknown
		case "55000": // a standby
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

// sql selects all parts.
func (p place) sql() string { return strings.Join(p[:], ", ") }

// same is the condition that a row of installation has the current place.
func (p place) same() string {
	conditions := []string{"true"}
	for i, column := range strings.Split(columns, ", ") {
		if p[i] != unknown {
			conditions = append(conditions, column+` IN ('', `+p[i]+`)`)
		}
	}
	return strings.Join(conditions, " AND ")
}

// differs reports whether a known part has changed.
func (p place) differs(now place) bool {
	for i := range p {
		if p[i] != "" && now[i] != "" && p[i] != now[i] {
			return true
		}
	}
	return false
}

// or fills in unknown parts.
func (p place) or(before place) place {
	for i := range p {
		if p[i] == "" {
			p[i] = before[i]
		}
	}
	return p
}

func (p place) String() string { return "system " + p[0] + ", timeline " + p[1] + ", file " + p[2] }

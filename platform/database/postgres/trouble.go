package postgres

import (
	"context"
	"errors"

	"acme.example/webshop/platform/fault"
)

// Kind is why nothing can be stored, in words that callers may see.
type Kind string

// The kinds: one for each remedy.
const (
	Away       Kind = "the database does not answer"
	DiskFull   Kind = "the disk of the database is full"
	NoRoom     Kind = "the database has no room for more connections, locks or work"
	ReadOnly   Kind = "the database is read-only"
	NotAllowed Kind = "the shop's user may not write to the database"
	NoLogin    Kind = "the database refuses the shop's user"
	NoTables   Kind = "the tables of the database are missing or of another version"
	Failing    Kind = "the database fails"
)

// remedies says what to do about each kind.
var remedies = map[Kind]string{
	Away:       "look whether the server runs and can be reached: the shop goes on by itself when it does",
	DiskFull:   "free some space on the disks of the database server, or make them larger: the shop goes on by itself",
	NoRoom:     "look at the server's log for which limit it is (max_connections, max_locks_per_transaction, memory), and raise it, or run fewer processes: the shop goes on by itself",
	ReadOnly:   "look whether the server has become a standby (name all hosts in --database-url, with target_session_attrs=read-write), or whether default_transaction_read_only is on: the shop goes on by itself",
	NotAllowed: "let the owner of the tables run 'webshop migrate --grant-to' with the name of the shop's user",
	NoLogin:    "look at user and password of --database-url, at pg_hba.conf, and whether the database exists",
	NoTables:   "let the owner of the tables run 'webshop migrate'",
	Failing:    "read the cause in the shop's log, and the log of the database server: the shop goes on by itself when it is gone",
}

// kinds maps PostgreSQL's codes, or their first two characters, to kinds.
var kinds = map[string]Kind{
	"53100": DiskFull, "53": NoRoom, readOnly: ReadOnly, notAllowed: NotAllowed, "28": NoLogin, "3D": NoLogin,
	"42P01": NoTables, "42703": NoTables, "08": Away, "57": Away,
}

// Trouble is why nothing can be stored.
type Trouble struct {
	Kind  Kind
	Cause error
}

// Error returns a text for the operator: what, what to do, and the cause.
func (t *Trouble) Error() string {
	return string(t.Kind) + "; " + t.Remedy() + " (" + t.Cause.Error() + ")"
}

// Remedy says what to do about it.
func (t *Trouble) Remedy() string { return remedies[t.Kind] }

// Unwrap returns the cause.
func (t *Trouble) Unwrap() error { return t.Cause }

// troubled converts an error of a test write to a fault that names the kind.
func troubled(lost bool, err error) error {
	kind, known := kinds[code(err)]
	if c := code(err); !known && len(c) == 5 {
		kind, known = kinds[c[:2]]
	}
	switch {
	case known:
	case lost, errors.Is(err, context.DeadlineExceeded):
		kind = Away
	default:
		kind = Failing
	}
	return fault.Wrap(&Trouble{kind, err}, fault.Unavailable, "%s", kind)
}

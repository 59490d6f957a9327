package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
)

const (
	rulesColumns      = `version, text, format, author, note, created_at`
	activationColumns = `id, version, author, activated_at, before`
	readerColumns     = `name, format, level, until`
)

// ActiveRules returns the version that is active.
func (s *Store) ActiveRules(ctx context.Context) (version int64, err error) {
	err = s.row(ctx, into(&version), nil, `SELECT version FROM rules_activations ORDER BY id DESC LIMIT 1`)
	return version, err
}

// RulesOf returns a version with its text.
func (s *Store) RulesOf(ctx context.Context, version int64) (v database.RulesVersion, err error) {
	missing := fault.New(fault.NotFound, "there is no version %d of the rules", version)
	err = s.row(ctx, func(row scanner) error { v, err = scanRules(row); return err }, missing,
		`SELECT `+rulesColumns+` FROM rules WHERE version = $1`, version)
	return v, err
}

func scanRules(row scanner) (v database.RulesVersion, err error) {
	var at int64
	err = row.Scan(&v.Version, &v.Text, &v.Format, &v.Author, &v.Note, &at)
	v.CreatedAt = database.FromMillis(at)
	return v, err
}

func scanActivation(row scanner) (a database.RulesActivation, err error) {
	var at int64
	err = row.Scan(&a.ID, &a.Version, &a.Author, &at, &a.Before)
	a.At = database.FromMillis(at)
	return a, err
}

func scanReader(row scanner) (r database.RulesReader, err error) {
	var until int64
	err = row.Scan(&r.Name, &r.Format, &r.Level, &until)
	r.Until = database.FromMillis(until)
	return r, err
}

// AttendRules notes until when a process reads rules. It waits for an activation under way.
func (s *Store) AttendRules(ctx context.Context, r database.RulesReader) error {
	_, err := s.do(ctx, []read{named(rulesLock)}, func(t *tx) error {
		t.exec(`DELETE FROM rules_readers WHERE until <= $1`, s.now().UnixMilli())
		t.exec(`INSERT INTO rules_readers (`+readerColumns+`) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET format = excluded.format, level = excluded.level, until = excluded.until`,
			r.Name, r.Format, r.Level, r.Until.UnixMilli())
		return nil
	})
	return err
}

// ListRules returns versions without their texts.
func (s *Store) ListRules(ctx context.Context, limit int) ([]database.RulesVersion, error) {
	return collect(ctx, s, scanRules, `SELECT version, '', format, author, note, created_at FROM rules ORDER BY version DESC LIMIT $1`, limit)
}

// Activations returns what was activated.
func (s *Store) Activations(ctx context.Context, limit int) ([]database.RulesActivation, error) {
	return collect(ctx, s, scanActivation, `SELECT `+activationColumns+` FROM rules_activations ORDER BY id DESC LIMIT $1`, limit)
}

// RulesReaders returns the processes that read rules.
func (s *Store) RulesReaders(ctx context.Context, at time.Time) ([]database.RulesReader, error) {
	return collect(ctx, s, scanReader, `SELECT `+readerColumns+` FROM rules_readers WHERE until > $1 ORDER BY name`, at.UnixMilli())
}

// rulesLock is the name under which one activation at a time is decided.
const rulesLock = "rules"

// ActivateRules activates a version.
func (s *Store) ActivateRules(ctx context.Context, w database.RulesWish) (a database.RulesActivation, err error) {
	if err := s.Locate(ctx); err != nil { // a version that was lost is not given again
		return a, err
	}
	var state database.RulesState
	_, err = s.do(ctx, append([]read{named(rulesLock)}, rulesReads(w, s.now(), &state)...), func(t *tx) (err error) {
		if a, err = w.Decide(state); err != nil {
			return err
		}
		a.At = database.FromMillis(s.now().UnixMilli())
		if w.New != nil {
			t.exec(`INSERT INTO rules (`+rulesColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
				a.Version, w.New.Text, w.New.Format, w.Author, w.New.Note, a.At.UnixMilli())
		}
		t.exec(`INSERT INTO rules_activations (`+activationColumns+`) VALUES ($1, $2, $3, $4, $5)`,
			a.ID, a.Version, a.Author, a.At.UnixMilli(), a.Before)
		return nil
	})
	return a, err
}

// rulesReads find out what a wish meets. The reader that is told is the first who cannot read.
func rulesReads(w database.RulesWish, now time.Time, s *database.RulesState) []read {
	activation := func(a *database.RulesActivation) func(scanner) error {
		return func(row scanner) (err error) {
			*a, err = scanActivation(row)
			return unlessNone(err)
		}
	}
	number := func(n *int64) func(scanner) error {
		return func(row scanner) error { *n = 0; return unlessNone(row.Scan(n)) }
	}
	const last = `(SELECT before FROM rules_activations ORDER BY id DESC LIMIT 1)`
	return []read{
		{sql: `SELECT ` + activationColumns + ` FROM rules_activations ORDER BY id DESC LIMIT 1`, scan: activation(&s.Active)},
		{sql: `SELECT ` + activationColumns + ` FROM rules_activations WHERE id = ` + last, scan: activation(&s.Before)},
		{sql: `SELECT format FROM rules JOIN rules_activations USING (version) WHERE id = ` + last, scan: number(&s.BeforeFormat)},
		{sql: `SELECT format FROM rules WHERE version = $1`, args: []any{w.Version}, scan: number(&s.Format)},
		{sql: `SELECT greatest((SELECT max(version) FROM rules), (SELECT rules_from FROM installation), 0)`, scan: number(&s.Newest)},
		{
			sql:  `SELECT ` + readerColumns + ` FROM rules_readers WHERE until > $1 ORDER BY format, name LIMIT 1`,
			args: []any{now.UnixMilli()}, scan: func(row scanner) error {
				r, err := scanReader(row)
				if s.Readers = nil; err == nil {
					s.Readers = []database.RulesReader{r}
				}
				return unlessNone(err)
			},
		},
	}
}

// unlessNone is an error of a read, but that there was no row.
func unlessNone(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/database/queries"
)

// AttendRules notes until when a process reads rules. It waits for an activation under way.
func (s *Store) AttendRules(ctx context.Context, r database.RulesReader) error {
	_, err := s.do(ctx, []read{named(rulesLock)}, func(t *tx) error {
		t.exec(`DELETE FROM rules_readers WHERE until <= $1`, s.now().UnixMilli())
		t.exec(`INSERT INTO rules_readers (`+queries.ReaderColumns+`) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET format = excluded.format, level = excluded.level, until = excluded.until`,
			r.Name, r.Format, r.Level, r.Until.UnixMilli())
		return nil
	})
	return err
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
			t.exec(`INSERT INTO rules (`+queries.RulesColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
				a.Version, w.New.Text, w.New.Format, w.Author, w.New.Note, a.At.UnixMilli())
		}
		t.exec(`INSERT INTO rules_activations (`+queries.ActivationColumns+`) VALUES ($1, $2, $3, $4, $5)`,
			a.ID, a.Version, a.Author, a.At.UnixMilli(), a.Before)
		return nil
	})
	return a, err
}

// rulesReads find out what a wish meets. The reader that is told is the first who cannot read.
func rulesReads(w database.RulesWish, now time.Time, s *database.RulesState) []read {
	activation := func(a *database.RulesActivation) func(scanner) error {
		return func(row scanner) (err error) {
			*a, err = queries.ScanActivation(row)
			return unlessNone(err)
		}
	}
	number := func(n *int64) func(scanner) error {
		return func(row scanner) error { *n = 0; return unlessNone(row.Scan(n)) }
	}
	const last = `(SELECT before FROM rules_activations ORDER BY id DESC LIMIT 1)`
	return []read{
		{sql: `SELECT ` + queries.ActivationColumns + ` FROM rules_activations ORDER BY id DESC LIMIT 1`, scan: activation(&s.Active)},
		{sql: `SELECT ` + queries.ActivationColumns + ` FROM rules_activations WHERE id = ` + last, scan: activation(&s.Before)},
		{sql: `SELECT format FROM rules JOIN rules_activations USING (version) WHERE id = ` + last, scan: number(&s.BeforeFormat)},
		{sql: `SELECT format FROM rules WHERE version = $1`, args: []any{w.Version}, scan: number(&s.Format)},
		{sql: `SELECT greatest((SELECT max(version) FROM rules), (SELECT rules_from FROM installation), 0)`, scan: number(&s.Newest)},
		{
			sql:  `SELECT ` + queries.ReaderColumns + ` FROM rules_readers WHERE until > $1 ORDER BY format, name LIMIT 1`,
			args: []any{now.UnixMilli()}, scan: func(row scanner) error {
				r, err := queries.ScanReader(row)
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

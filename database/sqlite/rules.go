package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/database/queries"
)

// unlessNone is an error of a read, but that there was no row.
func unlessNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// AttendRules notes until when a process reads rules.
func (s *Store) AttendRules(ctx context.Context, r database.RulesReader) error {
	_, err := s.do(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM rules_readers WHERE until <= ?`, s.now().UnixMilli()); err != nil {
			return err
		}
		return t.exec(`INSERT INTO rules_readers (`+queries.ReaderColumns+`) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET format = excluded.format, level = excluded.level, until = excluded.until`,
			r.Name, r.Format, r.Level, r.Until.UnixMilli())
	})
	return err
}

// ActivateRules activates a version.
func (s *Store) ActivateRules(ctx context.Context, w database.RulesWish) (a database.RulesActivation, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		state, err := t.rulesState(w, s.now())
		if err != nil {
			return err
		}
		if a, err = w.Decide(state); err != nil {
			return err
		}
		a.At = database.FromMillis(s.now().UnixMilli())
		if w.New != nil {
			err = t.exec(`INSERT INTO rules (`+queries.RulesColumns+`) VALUES (?, ?, ?, ?, ?, ?)`,
				a.Version, w.New.Text, w.New.Format, w.Author, w.New.Note, a.At.UnixMilli())
		}
		if err != nil {
			return err
		}
		return t.exec(`INSERT INTO rules_activations (`+queries.ActivationColumns+`) VALUES (?, ?, ?, ?, ?)`,
			a.ID, a.Version, a.Author, a.At.UnixMilli(), a.Before)
	})
	return a, err
}

// rulesState is what a wish meets. The reader that is told is the first who cannot read.
func (t *tx) rulesState(w database.RulesWish, now time.Time) (s database.RulesState, err error) {
	var wrong [5]error
	s.Active, wrong[0] = queries.ScanActivation(t.row(`SELECT ` + queries.ActivationColumns + ` FROM rules_activations ORDER BY id DESC LIMIT 1`))
	s.Before, wrong[1] = queries.ScanActivation(t.row(`SELECT `+queries.ActivationColumns+` FROM rules_activations WHERE id = ?`, s.Active.Before))
	wrong[2] = t.row(`SELECT format FROM rules WHERE version = ?`, s.Before.Version).Scan(&s.BeforeFormat)
	wrong[3] = t.row(`SELECT format FROM rules WHERE version = ?`, w.Version).Scan(&s.Format)
	var oldest database.RulesReader
	oldest, wrong[4] = queries.ScanReader(t.row(`SELECT `+queries.ReaderColumns+` FROM rules_readers WHERE until > ? ORDER BY format, name LIMIT 1`, now.UnixMilli()))
	if wrong[4] == nil {
		s.Readers = []database.RulesReader{oldest}
	}
	for i := range wrong {
		wrong[i] = unlessNone(wrong[i])
	}
	return s, errors.Join(append(wrong[:], t.row(`SELECT coalesce(max(version), 0) FROM rules`).Scan(&s.Newest))...)
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
)

const (
	activationColumns = `id, version, author, activated_at, before`
	readerColumns     = `name, format, level, until`
)

// ActiveRules returns the version that is active.
func (s *Store) ActiveRules(ctx context.Context) (version int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT version FROM rules_activations ORDER BY id DESC LIMIT 1`).Scan(&version)
	return version, unlessNone(err)
}

// unlessNone is an error of a read, but that there was no row.
func unlessNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// RulesOf returns a version with its text.
func (s *Store) RulesOf(ctx context.Context, version int64) (database.RulesVersion, error) {
	v, err := scanRules(s.read.QueryRowContext(ctx, `SELECT version, text, format, author, note, created_at FROM rules WHERE version = ?`, version))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.NotFound, "there is no version %d of the rules", version)
	}
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

// AttendRules notes until when a process reads rules.
func (s *Store) AttendRules(ctx context.Context, r database.RulesReader) error {
	_, err := s.do(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM rules_readers WHERE until <= ?`, s.now().UnixMilli()); err != nil {
			return err
		}
		return t.exec(`INSERT INTO rules_readers (`+readerColumns+`) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET format = excluded.format, level = excluded.level, until = excluded.until`,
			r.Name, r.Format, r.Level, r.Until.UnixMilli())
	})
	return err
}

// ListRules returns versions without their texts.
func (s *Store) ListRules(ctx context.Context, limit int) ([]database.RulesVersion, error) {
	return collect(ctx, s.read, scanRules, `SELECT version, '', format, author, note, created_at FROM rules ORDER BY version DESC LIMIT ?`, limit)
}

// Activations returns what was activated.
func (s *Store) Activations(ctx context.Context, limit int) ([]database.RulesActivation, error) {
	return collect(ctx, s.read, scanActivation, `SELECT `+activationColumns+` FROM rules_activations ORDER BY id DESC LIMIT ?`, limit)
}

// RulesReaders returns the processes that read rules.
func (s *Store) RulesReaders(ctx context.Context, at time.Time) ([]database.RulesReader, error) {
	return collect(ctx, s.read, scanReader, `SELECT `+readerColumns+` FROM rules_readers WHERE until > ? ORDER BY name`, at.UnixMilli())
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
			err = t.exec(`INSERT INTO rules (version, text, format, author, note, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
				a.Version, w.New.Text, w.New.Format, w.Author, w.New.Note, a.At.UnixMilli())
		}
		if err != nil {
			return err
		}
		return t.exec(`INSERT INTO rules_activations (`+activationColumns+`) VALUES (?, ?, ?, ?, ?)`,
			a.ID, a.Version, a.Author, a.At.UnixMilli(), a.Before)
	})
	return a, err
}

// rulesState is what a wish meets. The reader that is told is the first who cannot read.
func (t *tx) rulesState(w database.RulesWish, now time.Time) (s database.RulesState, err error) {
	var wrong [5]error
	s.Active, wrong[0] = scanActivation(t.row(`SELECT ` + activationColumns + ` FROM rules_activations ORDER BY id DESC LIMIT 1`))
	s.Before, wrong[1] = scanActivation(t.row(`SELECT `+activationColumns+` FROM rules_activations WHERE id = ?`, s.Active.Before))
	wrong[2] = t.row(`SELECT format FROM rules WHERE version = ?`, s.Before.Version).Scan(&s.BeforeFormat)
	wrong[3] = t.row(`SELECT format FROM rules WHERE version = ?`, w.Version).Scan(&s.Format)
	var oldest database.RulesReader
	oldest, wrong[4] = scanReader(t.row(`SELECT `+readerColumns+` FROM rules_readers WHERE until > ? ORDER BY format, name LIMIT 1`, now.UnixMilli()))
	if wrong[4] == nil {
		s.Readers = []database.RulesReader{oldest}
	}
	for i := range wrong {
		wrong[i] = unlessNone(wrong[i])
	}
	return s, errors.Join(append(wrong[:], t.row(`SELECT coalesce(max(version), 0) FROM rules`).Scan(&s.Newest))...)
}

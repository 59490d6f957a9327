package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// ActiveRules returns the version that is active.
func (s *Store) ActiveRules(context.Context) (int64, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.activeRules().Version, nil
}

func (d *Disk) activeRules() (a database.RulesActivation) {
	if n := len(d.activations); n > 0 {
		return d.activations[n-1]
	}
	return a
}

// rulesOf returns a version; the zero value when there is none.
func (d *Disk) rulesOf(version int64) (v database.RulesVersion) {
	if version >= 1 && version <= int64(len(d.rules)) {
		return d.rules[version-1]
	}
	return v
}

// RulesOf returns a version with its text.
func (s *Store) RulesOf(_ context.Context, version int64) (database.RulesVersion, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	v := s.disk.rulesOf(version)
	if v.Version == 0 {
		return v, fault.New(fault.NotFound, "there is no version %d of the rules", version)
	}
	return v, nil
}

// AttendRules notes until when a process reads rules.
func (s *Store) AttendRules(ctx context.Context, r database.RulesReader) error {
	_, err := s.do(ctx, func(t *tx) error {
		r.Until = millis(r.Until)
		put(t, t.disk.readers, r.Name, r)
		return nil
	})
	return err
}

// ListRules returns versions without their texts.
func (s *Store) ListRules(_ context.Context, limit int) ([]database.RulesVersion, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	last := slices.Clone(s.disk.rules[max(len(s.disk.rules)-limit, 0):])
	for i := range last {
		last[i].Text = ""
	}
	slices.Reverse(last)
	return last, nil
}

// Activations returns what was activated.
func (s *Store) Activations(_ context.Context, limit int) ([]database.RulesActivation, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	last := slices.Clone(s.disk.activations[max(len(s.disk.activations)-limit, 0):])
	slices.Reverse(last)
	return last, nil
}

// RulesReaders returns the processes that read rules.
func (s *Store) RulesReaders(_ context.Context, at time.Time) ([]database.RulesReader, error) {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	return s.disk.rulesReaders(at), nil
}

func (d *Disk) rulesReaders(at time.Time) (those []database.RulesReader) {
	for _, r := range d.readers {
		if r.Until.After(at) {
			those = append(those, r)
		}
	}
	slices.SortFunc(those, func(a, b database.RulesReader) int { return cmp.Compare(a.Name, b.Name) })
	return those
}

// ActivateRules activates a version.
func (s *Store) ActivateRules(ctx context.Context, w database.RulesWish) (a database.RulesActivation, err error) {
	_, err = s.do(ctx, func(t *tx) (err error) {
		d := t.disk
		state := database.RulesState{Active: d.activeRules(), Newest: int64(len(d.rules)), Readers: d.rulesReaders(t.now())}
		if state.Active.Before > 0 {
			state.Before = d.activations[state.Active.Before-1]
		}
		state.BeforeFormat, state.Format = d.rulesOf(state.Before.Version).Format, d.rulesOf(w.Version).Format
		if a, err = w.Decide(state); err != nil {
			return err
		}
		a.At = millis(t.now())
		if w.New != nil {
			v := *w.New
			v.Version, v.Author, v.CreatedAt = a.Version, w.Author, a.At
			set(t, &d.rules, append(d.rules, v))
		}
		set(t, &d.activations, append(d.activations, a))
		return nil
	})
	return a, err
}

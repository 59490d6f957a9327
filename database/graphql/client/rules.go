package client

import (
	"context"

	"acme.example/webshop/database"
)

// ActiveRules returns the version that is active.
func (s *Store) ActiveRules(ctx context.Context) (int64, error) {
	answer, err := readActiveRules(ctx, s)
	if err != nil {
		return 0, err
	}
	return answer.ActiveRules, nil
}

// RulesOf returns a version with its text.
func (s *Store) RulesOf(ctx context.Context, version int64) (database.RulesVersion, error) {
	answer, err := readRules(ctx, s, version)
	if err != nil {
		return database.RulesVersion{}, err
	}
	return answer.Rules, nil
}

// AttendRules notes until when a process reads rules.
func (s *Store) AttendRules(ctx context.Context, r database.RulesReader) error {
	_, err := attendRules(ctx, s, RulesReader{Name: r.Name, Format: r.Format, Level: r.Level, Until: r.Until})
	return err
}

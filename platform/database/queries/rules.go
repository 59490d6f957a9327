package queries

import (
	"context"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// ActiveRules returns the active version.
func (q *Queries) ActiveRules(ctx context.Context) (int64, error) {
	return one(ctx, q, value[int64], nil, `SELECT version FROM rules_activations ORDER BY id DESC LIMIT 1`)
}

// RulesOf returns a version with its text, or NotFound.
func (q *Queries) RulesOf(ctx context.Context, version int64) (database.RulesVersion, error) {
	return one(ctx, q, scanRules, fault.New(fault.NotFound, "there is no version %d of the rules", version),
		`SELECT `+database.RulesVersions.Names("")+` FROM rules WHERE version = $1`, version)
}

// ListRules returns versions without their texts.
func (q *Queries) ListRules(ctx context.Context, limit int) ([]database.RulesVersion, error) {
	return all(ctx, q, scanRules, `SELECT version, '', format, author, note, created_at FROM rules ORDER BY version DESC LIMIT $1`, limit)
}

// Activations returns the activations.
func (q *Queries) Activations(ctx context.Context, limit int) ([]database.RulesActivation, error) {
	return all(ctx, q, scanActivation, `SELECT `+database.RulesActivations.Names("")+` FROM rules_activations ORDER BY id DESC LIMIT $1`, limit)
}

// RulesReaders returns the processes that read rules.
func (q *Queries) RulesReaders(ctx context.Context, at time.Time) ([]database.RulesReader, error) {
	return all(ctx, q, scanReader, `SELECT `+database.RulesReaders.Names("")+` FROM rules_readers WHERE until > $1 ORDER BY name`, at.UnixMilli())
}

func scanRules(row Row) (v database.RulesVersion, err error) {
	err = database.RulesVersions.Scan(row, &v)
	return v, err
}

func scanActivation(row Row) (a database.RulesActivation, err error) {
	err = database.RulesActivations.Scan(row, &a)
	return a, err
}

func scanReader(row Row) (r database.RulesReader, err error) {
	err = database.RulesReaders.Scan(row, &r)
	return r, err
}

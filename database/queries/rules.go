package queries

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/fault"
)

// The columns of the tables, as they are scanned.
const (
	RulesColumns      = `version, text, format, author, note, created_at`
	ActivationColumns = `id, version, author, activated_at, before`
	ReaderColumns     = `name, format, level, until`
)

// ActiveRules returns the version that is active.
func (q *Queries) ActiveRules(ctx context.Context) (int64, error) {
	return one(ctx, q, value[int64], nil, `SELECT version FROM rules_activations ORDER BY id DESC LIMIT 1`)
}

// RulesOf returns a version with its text. NotFound if it does not exist.
func (q *Queries) RulesOf(ctx context.Context, version int64) (database.RulesVersion, error) {
	return one(ctx, q, scanRules, fault.New(fault.NotFound, "there is no version %d of the rules", version),
		`SELECT `+RulesColumns+` FROM rules WHERE version = $1`, version)
}

// ListRules returns versions without their texts.
func (q *Queries) ListRules(ctx context.Context, limit int) ([]database.RulesVersion, error) {
	return all(ctx, q, scanRules, `SELECT version, '', format, author, note, created_at FROM rules ORDER BY version DESC LIMIT $1`, limit)
}

// Activations returns what was activated.
func (q *Queries) Activations(ctx context.Context, limit int) ([]database.RulesActivation, error) {
	return all(ctx, q, ScanActivation, `SELECT `+ActivationColumns+` FROM rules_activations ORDER BY id DESC LIMIT $1`, limit)
}

// RulesReaders returns the processes that read rules.
func (q *Queries) RulesReaders(ctx context.Context, at time.Time) ([]database.RulesReader, error) {
	return all(ctx, q, ScanReader, `SELECT `+ReaderColumns+` FROM rules_readers WHERE until > $1 ORDER BY name`, at.UnixMilli())
}

func scanRules(row Row) (v database.RulesVersion, err error) {
	err = row.Scan(&v.Version, &v.Text, &v.Format, &v.Author, &v.Note, (*database.Millis)(&v.CreatedAt))
	return v, err
}

// ScanActivation reads the ActivationColumns.
func ScanActivation(row Row) (a database.RulesActivation, err error) {
	err = row.Scan(&a.ID, &a.Version, &a.Author, (*database.Millis)(&a.At), &a.Before)
	return a, err
}

// ScanReader reads the ReaderColumns.
func ScanReader(row Row) (r database.RulesReader, err error) {
	err = row.Scan(&r.Name, &r.Format, &r.Level, (*database.Millis)(&r.Until))
	return r, err
}

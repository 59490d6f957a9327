package database

import "context"

// RulesVersions is the table of the versions of the rules.
var RulesVersions = &Table[RulesVersion]{Name: "rules", Key: 1, Columns: []Column[RulesVersion]{
	{"version", func(v *RulesVersion) any { return &v.Version }},
	{"text", func(v *RulesVersion) any { return &v.Text }},
	{"format", func(v *RulesVersion) any { return &v.Format }},
	{"author", func(v *RulesVersion) any { return &v.Author }},
	{"note", func(v *RulesVersion) any { return &v.Note }},
	{"created_at", func(v *RulesVersion) any { return (*Millis)(&v.CreatedAt) }},
}}

// RulesActivations is the table of what was activated.
var RulesActivations = &Table[RulesActivation]{Name: "rules_activations", Key: 1, Columns: []Column[RulesActivation]{
	{"id", func(a *RulesActivation) any { return &a.ID }},
	{"version", func(a *RulesActivation) any { return &a.Version }},
	{"author", func(a *RulesActivation) any { return &a.Author }},
	{"activated_at", func(a *RulesActivation) any { return (*Millis)(&a.At) }},
	{"before", func(a *RulesActivation) any { return &a.Before }},
}}

// RulesReaders is the table of the processes that use the rules.
var RulesReaders = &Table[RulesReader]{Name: "rules_readers", Key: 1, Columns: []Column[RulesReader]{
	{"name", func(r *RulesReader) any { return &r.Name }},
	{"format", func(r *RulesReader) any { return &r.Format }},
	{"level", func(r *RulesReader) any { return &r.Level }},
	{"until", func(r *RulesReader) any { return (*Millis)(&r.Until) }},
}}

// rulesLock is the lock under which one activation at a time is decided.
const rulesLock = "rules"

// AttendRules records until when a process uses the rules. It waits for a running activation.
func (u UseCases) AttendRules(ctx context.Context, r RulesReader) error {
	var older bool
	_, err := u.do(ctx, Rows{Lock: rulesLock, Older: Level}, func(t *Tx) error {
		older = t.Older
		t.add(Change{SQL: `DELETE FROM rules_readers WHERE until <= $1`, Args: []any{t.now.UnixMilli()}}, nil)
		t.add(RulesReaders.change(saveReader, &r))
		return nil
	})
	if err == nil {
		u.Keeper.whole.Store(older)
	}
	return err
}

// ActivateRules activates a version.
func (u UseCases) ActivateRules(ctx context.Context, w RulesWish) (a RulesActivation, err error) {
	_, err = u.do(ctx, Rows{Lock: rulesLock, Rules: &w}, func(t *Tx) (err error) {
		if a, err = w.Decide(*t.Rules); err != nil {
			return err
		}
		a.At = FromMillis(t.now.UnixMilli())
		if w.New != nil {
			v := RulesVersion{Version: a.Version, Text: w.New.Text, Format: w.New.Format, Author: w.Author, Note: w.New.Note, CreatedAt: a.At}
			t.add(RulesVersions.change(insertRules, &v))
		}
		t.add(RulesActivations.change(insertActivation, &a))
		return nil
	})
	return a, err
}

var (
	saveReader       = RulesReaders.SaveSQL()
	insertRules      = RulesVersions.InsertSQL(1)
	insertActivation = RulesActivations.InsertSQL(1)
)

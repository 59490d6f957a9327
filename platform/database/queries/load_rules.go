package queries

import (
	"time"

	"acme.example/webshop/platform/database"
)

// rules finds the state in which a wish is decided. The first reader returned is one with the lowest format.
func (l *loading) rules(d *Dialect, now time.Time) {
	const last = `(SELECT before FROM rules_activations ORDER BY id DESC LIMIT 1)`
	activations, s := `SELECT `+database.RulesActivations.Names("")+` FROM rules_activations `, new(database.RulesState)
	l.found.Rules = s
	l.activation(&s.Active, activations+`ORDER BY id DESC LIMIT 1`)
	l.activation(&s.Before, activations+`WHERE id = `+last)
	l.one(&s.BeforeFormat, `SELECT coalesce((SELECT format FROM rules JOIN rules_activations USING (version) WHERE id = `+last+`), 0)`)
	l.one(&s.Format, `SELECT coalesce((SELECT format FROM rules WHERE version = $1), 0)`, l.rows.Rules.Version)
	l.one(&s.Newest, d.newestRules)
	l.reads = append(l.reads, Read{
		SQL:  `SELECT ` + database.RulesReaders.Names("") + ` FROM rules_readers WHERE until > $1 ORDER BY format, name LIMIT 1`,
		Args: []any{now.UnixMilli()}, Scan: func(row Row) error {
			var r database.RulesReader
			err := database.RulesReaders.Scan(row, &r)
			if s.Readers = nil; err == nil {
				s.Readers = []database.RulesReader{r}
			}
			return UnlessNone(err)
		},
	})
}

func (l *loading) activation(a *database.RulesActivation, sql string) {
	l.reads = append(l.reads, Read{SQL: sql, Scan: func(row Row) error {
		*a = database.RulesActivation{}
		return UnlessNone(database.RulesActivations.Scan(row, a))
	}})
}

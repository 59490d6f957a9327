package queries

import (
	"regexp"
	"sync"

	"acme.example/webshop/platform/database"
)

// Dialect is where an engine's SQL differs. The queries are written for both engines: with PostgreSQL's names of
// functions and its locks, and with the indexes and join orders that SQLite must be given. Each engine removes what it
// does not know.
type Dialect struct {
	// AwaitsStep is the condition that an order o waits for the review step $1.
	AwaitsStep string

	hasWords    func(terms []database.Term, beginnings bool) (condition, argument string) // orders s of the index that have the words
	newestRules string                                                                    // the newest version of the rules
	taxes       string                                                                    // the taxes of the orders in booked (database.LedgerFaultsQuery)
	rewrite     []rewrite
	known       sync.Map // from the text of a query to its text in this dialect; there are few texts
}

type rewrite struct {
	from *regexp.Regexp
	to   string
}

// SQL returns a query in this dialect.
func (d *Dialect) SQL(text string) string {
	if known, ok := d.known.Load(text); ok {
		return known.(string)
	}
	sql := text
	for _, r := range d.rewrite {
		sql = r.from.ReplaceAllString(sql, r.to)
	}
	d.known.Store(text, sql)
	return sql
}

// PostgreSQL is the dialect of PostgreSQL.
var PostgreSQL = &Dialect{
	hasWords: tsquery,
	AwaitsStep: `(o.reviews::jsonb @> jsonb_build_array(jsonb_build_object('step', $1::text, 'state', 'open'))
		AND NOT o.reviews::jsonb @> '[{"state": "refused"}]')`,
	newestRules: `SELECT greatest((SELECT max(version) FROM rules), (SELECT rules_from FROM installation), 0)`,
	taxes: `SELECT b.order_id, CASE kind WHEN 'sale' THEN 'tax:' ELSE 'tax-reversal:' END || (tax->>'name')
			|| coalesce('@' || replace(CASE WHEN tax->>'treatment' <> '' THEN tax->>'rate' END, '.', ','), ''),
		(tax->>'amount')::bigint, b.currency
		FROM booked b CROSS JOIN LATERAL json_array_elements(nullif(b.terms, '')::json->'taxes') tax`,
	rewrite: []rewrite{
		{regexp.MustCompile(` INDEXED BY \w+`), ""},
		{regexp.MustCompile(`CROSS JOIN (\w+ \w+ ON)`), "JOIN $1"},
	},
}

// SQLite is the dialect of SQLite. It counts in its indexes, which is cheap without a limit.
var SQLite = &Dialect{
	hasWords: match,
	AwaitsStep: `(EXISTS (SELECT 1 FROM json_each(o.reviews) WHERE value ->> 'step' = $1 AND value ->> 'state' = 'open')
		AND NOT EXISTS (SELECT 1 FROM json_each(o.reviews) WHERE value ->> 'state' = 'refused'))`,
	newestRules: `SELECT coalesce(max(version), 0) FROM rules`,
	taxes: `SELECT b.order_id, CASE kind WHEN 'sale' THEN 'tax:' ELSE 'tax-reversal:' END || json_extract(tax.value, '$.name')
			|| coalesce('@' || replace(CASE WHEN json_extract(tax.value, '$.treatment') <> '' THEN json_extract(tax.value, '$.rate') END, '.', ','), ''),
		json_extract(tax.value, '$.amount'), b.currency FROM booked b, json_each(b.terms, '$.taxes') tax WHERE b.terms <> ''`,
	rewrite: []rewrite{
		{regexp.MustCompile(`\bILIKE\b`), "LIKE"},
		{regexp.MustCompile(`\bgreatest\(`), "max("},
		{regexp.MustCompile(`\bleast\(`), "min("},
		{regexp.MustCompile(`\s+FOR (NO KEY )?UPDATE( OF \w+)?( SKIP LOCKED)?`), ""},
		{regexp.MustCompile(`\bj\.seq\b`), "j.event_id"},
		{regexp.MustCompile(regexp.QuoteMeta(countBound)), ""},
	},
}

// countBound limits a count: any larger number means too far behind.
const countBound = ` LIMIT 200000`

package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// The tables whose rows a user may not change. All of them get new rows. Only archived events and old test orders are
// deleted; triggers prevent the rest.
var (
	keptTables  = []string{"actions", "rules", "rules_activations", "book_entries", "book_documents", "book_periods"}
	leftByTests = []string{"journal", "ledger", "archive"}
	versions    = "goose_db_version"
	// scrubbed are the columns that personal data of earlier releases is taken out of; triggers see to the rest.
	scrubbed = map[string]string{"journal": "data", "archive": "history"}
)

// Grant allows a database user to work with the shop's tables, which the connected user owns, and no more: it cannot
// change append-only rows, tables or triggers.
func Grant(ctx context.Context, url, user string) error {
	return asOwner(ctx, url, func(tx pgx.Tx) error {
		o, err := ownedBy(ctx, tx)
		if err != nil {
			return err
		}
		name := pgx.Identifier{user}.Sanitize()
		grants := []string{fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", pgx.Identifier{o.schema}.Sanitize(), name)}
		for table, sequence := range o.tables {
			grants = append(grants, grantOf(table, allowedToShop(table, sequence), name)...)
		}
		return run(ctx, tx, grants)
	})
}

// allowedToShop returns what the whole shop does with a table or sequence, as GRANT takes it.
func allowedToShop(name string, sequence bool) string {
	switch {
	case sequence:
		return "USAGE"
	case name == versions:
		return reads
	case scrubbed[name] != "":
		return forgets + ", UPDATE (" + scrubbed[name] + ")"
	case slices.Contains(leftByTests, name):
		return forgets
	case slices.Contains(keptTables, name):
		return adds
	}
	return owns
}

// grantOf grants privileges on one table, and revokes what an earlier version granted.
func grantOf(name, allowed, user string) []string {
	table := pgx.Identifier{name}.Sanitize()
	all := []string{fmt.Sprintf("REVOKE ALL ON %s FROM %s", table, user)}
	if allowed != "" {
		all = append(all, fmt.Sprintf("GRANT %s ON %s TO %s", allowed, table, user))
	}
	return all
}

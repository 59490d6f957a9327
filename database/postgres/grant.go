package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// The tables of which a user may not change what is written. New rows come into all of them. Old events leave the journal for
// the archive, and old test orders leave for good; triggers keep all else.
var (
	keptTables  = []string{"actions", "rules", "rules_activations"}
	leftByTests = []string{"journal", "ledger", "archive"}
	versions    = "goose_db_version"
)

// Grant lets a user of the server work with the tables of the shop that this one owns, and no more than that: it may not
// change what is append-only, nor tables or their triggers.
func Grant(ctx context.Context, url, user string) (err error) {
	config, err := parse(url)
	if err != nil {
		return err
	}
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return grantAll(ctx, tx, pgx.Identifier{user}.Sanitize()) })
}

// owned are the tables and sequences of the shop: those of this user in the schema.
const owned = `SELECT relname, relkind = 'S' FROM pg_class
	WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S') AND pg_get_userbyid(relowner) = current_user`

func grantAll(ctx context.Context, tx pgx.Tx, user string) error {
	var schema string
	if err := tx.QueryRow(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	grants := []string{fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", pgx.Identifier{schema}.Sanitize(), user)}
	found, err := tx.Query(ctx, owned)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	var name string
	var sequence bool
	if _, err := pgx.ForEachRow(found, []any{&name, &sequence}, func() error {
		grants = append(grants, grantOf(name, sequence, user)...)
		return nil
	}); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	for _, grant := range grants {
		if _, err := tx.Exec(ctx, grant); err != nil {
			return fmt.Errorf("postgres: %s: %w", grant, err)
		}
	}
	return nil
}

// grantOf gives a user what the shop does with one table, and takes what an earlier version gave.
func grantOf(name string, sequence bool, user string) []string {
	allowed := "SELECT, INSERT, UPDATE, DELETE"
	switch {
	case sequence:
		allowed = "USAGE"
	case name == versions:
		allowed = "SELECT"
	case slices.Contains(leftByTests, name):
		allowed = "SELECT, INSERT, DELETE"
	case slices.Contains(keptTables, name):
		allowed = "SELECT, INSERT"
	}
	table := pgx.Identifier{name}.Sanitize()
	return []string{
		fmt.Sprintf("REVOKE ALL ON %s FROM %s", table, user),
		fmt.Sprintf("GRANT %s ON %s TO %s", allowed, table, user),
	}
}

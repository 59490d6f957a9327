package app

import (
	"context"
	"fmt"
	"io"

	"acme.example/webshop/database/postgres"
)

// MigrateTables makes the tables in a PostgreSQL database, or brings them to this version, and lets a user work with them.
func MigrateTables(ctx context.Context, url Secret, user string, out io.Writer) error {
	if err := postgres.Migrate(ctx, string(url), postgres.Options{}); err != nil {
		return err
	}
	fmt.Fprintln(out, "The tables have the version of this program.")
	if user == "" {
		return nil
	}
	if err := postgres.Grant(ctx, string(url), user); err != nil {
		return err
	}
	fmt.Fprintf(out, "The user %s may work with them.\n", user)
	return nil
}

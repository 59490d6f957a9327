package app

import (
	"context"
	"fmt"
	"io"

	"acme.example/webshop/platform/database/postgres"
)

// MigrateTables makes the tables in a PostgreSQL database, or updates them to this version. It grants a user the use of
// them, and with roles each service's role that of its tables.
func MigrateTables(ctx context.Context, url Secret, user string, roles bool, out io.Writer) error {
	if err := postgres.Migrate(ctx, string(url), postgres.Options{}); err != nil {
		return err
	}
	fmt.Fprintln(out, "The tables have the version of this program.")
	if roles {
		if err := postgres.GrantServices(ctx, string(url)); err != nil {
			return err
		}
		fmt.Fprintln(out, "Each service's role may do what its service does.")
	}
	if user == "" {
		return nil
	}
	if err := postgres.Grant(ctx, string(url), user); err != nil {
		return err
	}
	fmt.Fprintf(out, "The user %s may work with them.\n", user)
	return nil
}

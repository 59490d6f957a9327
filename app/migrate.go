package app

import (
	"context"
	"fmt"
	"io"

	"acme.example/webshop/platform/database/postgres"
)

// MigrateTables makes the tables in a PostgreSQL database, or updates them to this version, and grants each service's role
// that exists the use of its tables. With roles it makes those that do not exist. It grants a user the use of all tables.
func MigrateTables(ctx context.Context, url Secret, user string, roles bool, out io.Writer) error {
	if roles {
		if err := postgres.MakeRoles(ctx, string(url)); err != nil {
			return err
		}
		fmt.Fprintln(out, "Each service has its role.")
	}
	if err := postgres.Migrate(ctx, string(url), postgres.Options{}); err != nil {
		return err
	}
	fmt.Fprintln(out, "The tables have the version of this program, and the roles of the services may do with them what their services do.")
	if user == "" {
		return nil
	}
	if err := postgres.Grant(ctx, string(url), user); err != nil {
		return err
	}
	fmt.Fprintf(out, "The user %s may work with them.\n", user)
	return nil
}

package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Role returns the PostgreSQL role of a service: a group without login. Its members may do what the service does; a
// process with several services logs in as a member of several roles.
func Role(service string) string { return "webshop_" + service }

// rolesLock serializes MakeRoles: of two that make a role at once, one fails.
const rolesLock = 0x77656273686f70

// MakeRoles makes missing roles of the services. Migrations grant them their privileges.
func MakeRoles(ctx context.Context, url string) error {
	return asOwner(ctx, url, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(rolesLock)); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
		return makeRoles(ctx, tx)
	})
}

// makeRoles makes the missing roles.
func makeRoles(ctx context.Context, tx pgx.Tx) error {
	var missing []string
	for _, service := range services() {
		exists, err := hasRole(ctx, tx, service)
		if err != nil {
			return err
		}
		if !exists {
			missing = append(missing, "CREATE ROLE "+Role(service)+" NOLOGIN")
		}
	}
	err := run(ctx, tx, missing)
	if code(err) == notAllowed {
		return fmt.Errorf("this user may not create roles (CREATEROLE); have one that may run: %s; (%w)", strings.Join(missing, "; "), err)
	}
	return err
}

// services are the services in the table of privileges, sorted.
func services() []string { return slices.Sorted(maps.Keys(privileges)) }

// hasRole reports whether the role of a service exists.
func hasRole(ctx context.Context, tx pgx.Tx, service string) (exists bool, err error) {
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, Role(service)).Scan(&exists); err != nil {
		return false, fmt.Errorf("postgres: %w", err)
	}
	return exists, nil
}

// grantServices grants each role that exists the privileges of its service, and no more.
func grantServices(ctx context.Context, tx pgx.Tx) error {
	owned, err := ownedBy(ctx, tx)
	if err != nil {
		return err
	}
	for _, service := range services() {
		exists, err := hasRole(ctx, tx, service)
		if err != nil {
			return err
		}
		if !exists {
			continue
		}
		if err := run(ctx, tx, grantsOf(service, owned)); err != nil {
			return err
		}
	}
	return nil
}

// grantsOf revokes what an earlier version granted to a service's role, and grants what the table of privileges says.
func grantsOf(service string, o owned) []string {
	all := []string{"GRANT USAGE ON SCHEMA " + pgx.Identifier{o.schema}.Sanitize() + " TO " + Role(service)}
	for _, name := range slices.Sorted(maps.Keys(o.tables)) {
		all = append(all, grantOf(name, allowedTo(service, name, o.tables[name]), Role(service))...)
	}
	return all
}

// allowedTo returns a service's privileges on a table or sequence, as GRANT takes them; "" is none.
func allowedTo(service, name string, sequence bool) string {
	if service == "database" {
		return allowedToShop(name, sequence)
	}
	return cmp.Or(privileges[service][name], everyone[name])
}

// run runs statements, one after the other.
func run(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("postgres: %s: %w", sql, err)
		}
	}
	return nil
}

// owned are the tables and sequences of this user in a schema, by name: whether each is a sequence.
type owned struct {
	schema string
	tables map[string]bool
}

func ownedBy(ctx context.Context, tx pgx.Tx) (o owned, err error) {
	o.tables = map[string]bool{}
	if err := tx.QueryRow(ctx, `SELECT current_schema()`).Scan(&o.schema); err != nil {
		return o, fmt.Errorf("postgres: %w", err)
	}
	rows, err := tx.Query(ctx, `SELECT relname, relkind = 'S' FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S') AND pg_get_userbyid(relowner) = current_user`)
	if err != nil {
		return o, fmt.Errorf("postgres: %w", err)
	}
	var name string
	var sequence bool
	_, err = pgx.ForEachRow(rows, []any{&name, &sequence}, func() error {
		o.tables[name] = sequence
		return nil
	})
	return o, err
}

// asOwner runs a function in a transaction as the owner of the tables.
func asOwner(ctx context.Context, url string, do func(pgx.Tx) error) (err error) {
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
	return pgx.BeginFunc(ctx, conn, do)
}

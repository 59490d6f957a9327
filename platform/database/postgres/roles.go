package postgres

import (
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

// grantLock serializes grants, which fail in PostgreSQL if they are concurrent.
const grantLock = 0x77656273686f70

// GrantServices makes missing roles of the services, and grants each the privileges of its service, and no more.
func GrantServices(ctx context.Context, url string) error {
	return asOwner(ctx, url, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(grantLock)); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
		if err := makeRoles(ctx, tx); err != nil {
			return err
		}
		owned, err := ownedBy(ctx, tx)
		if err != nil {
			return err
		}
		for _, service := range services() {
			if err := run(ctx, tx, grantsOf(service, owned)); err != nil {
				return err
			}
		}
		return nil
	})
}

// services are the services in the table of privileges, sorted.
func services() []string { return slices.Sorted(maps.Keys(privileges)) }

// makeRoles makes the missing roles.
func makeRoles(ctx context.Context, tx pgx.Tx) error {
	var missing []string
	for _, service := range services() {
		var there bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, Role(service)).Scan(&there); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
		if !there {
			missing = append(missing, "CREATE ROLE "+Role(service)+" NOLOGIN")
		}
	}
	err := run(ctx, tx, missing)
	if code(err) == notAllowed {
		return fmt.Errorf("this user may not make roles (CREATEROLE); have one who may run: %s; (%w)", strings.Join(missing, "; "), err)
	}
	return err
}

// grantsOf revokes what an earlier version granted to a service's role, and grants what the table of privileges says.
func grantsOf(service string, o owned) []string {
	role := Role(service)
	all := []string{"GRANT USAGE ON SCHEMA " + pgx.Identifier{o.schema}.Sanitize() + " TO " + role}
	for _, name := range slices.Sorted(maps.Keys(o.tables)) {
		if service == "database" {
			all = append(all, grantOf(name, o.tables[name], role)...)
			continue
		}
		table := pgx.Identifier{name}.Sanitize()
		all = append(all, "REVOKE ALL ON "+table+" FROM "+role)
		if allowed := allowedTo(service, name); allowed != "" {
			all = append(all, "GRANT "+allowed+" ON "+table+" TO "+role)
		}
	}
	return all
}

// allowedTo returns a service's privileges on a table, as GRANT takes them; "" is none.
func allowedTo(service, table string) string {
	if allowed := privileges[service][table]; allowed != "" {
		return allowed
	}
	return everyone[table]
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

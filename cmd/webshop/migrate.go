package main

import (
	"context"
	"os"

	"acme.example/webshop/app"
)

type migrateCommand struct {
	DatabaseURL  app.Secret `name:"database-url" required:"" help:"PostgreSQL database, postgres://OWNER:PASSWORD@HOST/DATABASE, as the user who owns the tables, or is to own them." placeholder:"@FILE"`
	ServiceRoles bool       `help:"Make the role of each service (webshop_order, …) that has none. Every migration grants these roles what their services do with the tables. Users of processes are members of the roles of their services."`
	GrantTo      string     `name:"grant-to" help:"User as whom the shop runs: it may work with the tables, and not change them." placeholder:"USER"`
}

// Help is shown by webshop migrate -h.
func (migrateCommand) Help() string {
	return `Makes the tables of a shop on PostgreSQL, or brings them to the version of this program; the shop may run meanwhile.
A shop that owns its tables does so by itself when it starts. One that does not needs this before each new version. So does one whose services log in with roles of their own.`
}

func (c *migrateCommand) Run(ctx context.Context) error {
	return app.MigrateTables(ctx, c.DatabaseURL, c.GrantTo, c.ServiceRoles, os.Stdout)
}

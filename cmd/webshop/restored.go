package main

import (
	"context"
	"os"

	"acme.example/webshop/app"
)

type restoredCommand struct {
	DataDir     string     `default:"./data" help:"Data folder of the shop, which must not run." type:"path"`
	DatabaseURL app.Secret `name:"database-url" help:"Address of the PostgreSQL database instead, postgres://…; the shop may run." placeholder:"@FILE"`
}

// Help is shown by webshop restored -h.
func (restoredCommand) Help() string {
	return `Tells a database that it is an older copy of itself, so that new orders leave out the numbers of those that were made
since and are lost. Do this before the shop is started, after a restore that the shop cannot see by itself: a snapshot
of a disk, or a file that was copied by other means than webshop backup. A backup of webshop backup, a dump, a
point-in-time recovery and a promoted standby of PostgreSQL are seen by themselves; doing it there too does no harm.`
}

func (c *restoredCommand) Run(ctx context.Context) error {
	return app.Restored(ctx, c.DataDir, c.DatabaseURL, os.Stdout)
}

package main

import (
	"context"
	"errors"
	"os"

	"acme.example/webshop/app"
)

type backupCommand struct {
	Dir     string `arg:"" help:"New folder for the backup." type:"path"`
	DataDir string `default:"./data" help:"Data folder of the shop, whether it runs or not." type:"path"`

	// A shop on PostgreSQL has this set for all its commands.
	DatabaseURL app.Secret `name:"database-url" hidden:""`
}

var errNotAFile = errors.New("backup: --database-url is set, and a PostgreSQL database is backed up with its own tools: " +
	"pg_dump, or a base backup with its write-ahead log; keep the secrets of the data folder with it")

// Help is shown by webshop backup -h.
func (backupCommand) Help() string {
	return `Copies the shop's database as it is at one moment, and the secrets that keep its links valid, to a new folder.
This is for a shop whose data is an SQLite file. PostgreSQL is backed up with its own tools, e.g. pg_dump.
The shop may run meanwhile and does not wait. The copy is checked as a whole and synced to disk before it gets its
name; a backup that fails or is interrupted leaves no folder of that name.

To restore, stop the shop, copy the backup, and start with the copy: webshop serve --data-dir COPY`
}

func (c *backupCommand) Run(ctx context.Context) error {
	if c.DatabaseURL != "" {
		return errNotAFile
	}
	return app.Backup(ctx, c.DataDir, c.Dir, os.Stdout)
}

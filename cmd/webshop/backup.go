package main

import (
	"context"
	"os"

	"acme.example/webshop/app"
)

type backupCommand struct {
	Dir     string `arg:"" help:"New folder for the backup." type:"path"`
	DataDir string `default:"./data" help:"Data folder of the shop, whether it runs or not." type:"path"`
}

// Help is shown by webshop backup -h.
func (backupCommand) Help() string {
	return `Copies the shop's database as it is at one moment, and the secrets that keep its links valid, to a new folder.
The shop may run meanwhile and does not wait. The copy is checked as a whole and synced to disk before it gets its
name; a backup that fails or is interrupted leaves no folder of that name.

To restore, stop the shop, copy the backup, and start with the copy: webshop serve --data-dir COPY`
}

func (c *backupCommand) Run(ctx context.Context) error {
	return app.Backup(ctx, c.DataDir, c.Dir, os.Stdout)
}

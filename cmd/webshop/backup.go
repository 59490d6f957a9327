package main

import (
	"context"
	"errors"
	"os"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/datafolder"
)

type backupCommand struct {
	Dir     string `arg:"" help:"New folder for the backup." type:"path"`
	DataDir string `default:"./data" help:"Data folder of the shop, whether it runs or not." type:"path"`

	Recipient []string `help:"Public key of age (age1…) that the backup is encrypted to; may be given more than once. Default: not encrypted." placeholder:"KEY"`

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

With --recipient, each file is encrypted with age (age-encryption.org), and the shop's disk needs room for one more copy of
the database meanwhile. Make a pair of keys with age-keygen, and keep the secret one away from the shop.

To restore, stop the shop, copy the backup, and start with the copy: webshop serve --data-dir COPY
One that is encrypted: webshop restore --identity FILE --data-dir COPY DIR`
}

func (c *backupCommand) Run(ctx context.Context) error {
	if c.DatabaseURL != "" {
		return errNotAFile
	}
	return datafolder.Backup(ctx, c.DataDir, c.Dir, c.Recipient, os.Stdout)
}

type restoreCommand struct {
	Backup   string `arg:"" help:"Folder of the backup." type:"existingdir"`
	DataDir  string `default:"./data" help:"New data folder." type:"path"`
	Identity string `help:"File with the secret key, as age-keygen makes it, of a backup that is encrypted." type:"existingfile" placeholder:"FILE"`
}

// Help is shown by webshop restore -h.
func (restoreCommand) Help() string {
	return `Makes a new data folder of a backup, and decrypts it if it is encrypted. Stop the shop and move its data folder away first:
a folder that is there is never written over.`
}

func (c *restoreCommand) Run() error {
	return datafolder.Restore(c.Backup, c.DataDir, c.Identity, os.Stdout)
}

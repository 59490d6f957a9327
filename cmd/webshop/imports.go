package main

import (
	"context"
	"errors"
	"os"

	"acme.example/webshop/app"
)

type importCommand struct {
	File        string     `arg:"" help:"Dump of MySQL or MariaDB with the table Orders, or CSV with its columns; may be compressed with gzip." type:"existingfile"`
	DataDir     string     `default:"./data" help:"Data folder of the shop, whether it runs or not." type:"path"`
	DatabaseURL app.Secret `name:"database-url" help:"PostgreSQL database of the shop instead, postgres://…" placeholder:"@FILE"`
	ShopFile    string     `help:"Rules of a shop that has none yet. Default: the built-in ones." type:"existingfile" placeholder:"FILE"`
	DryRun      bool       `help:"Write nothing: tell what is wrong or questionable, row by row, and what would be imported."`
	SkipBad     bool       `help:"Leave out rows that cannot be read, and import the others."`
	CSVEscapes  bool       `name:"csv-escapes" help:"In CSV a backslash escapes, as SELECT … INTO OUTFILE writes it."`
	JSON        bool       `name:"json" help:"Print the report as JSON, and nothing else."`
}

// Help is shown by webshop import -h.
func (importCommand) Help() string {
	return `Brings the orders of the system that this shop takes over from into it, with their numbers, statuses, delivery times, prices and
tests. No mail is sent, no partner is called and no money is booked. New orders are numbered above the highest one.

It can be done again and again, while the old system still takes orders and the shop runs: what is new or has moved on in the
old system is written, and what this shop did with an order stays. A row that differs from that is told as a conflict.

The whole file is looked at before anything is written. With a row that cannot be read nothing is imported, unless --skip-bad leaves
it out. Orders are written by the thousand; after an interruption, import the file again.

The exit code is 0 when all rows could be read, 1 when some could not, and 2 when the import failed.`
}

func (c *importCommand) Run(ctx context.Context) error {
	err := app.Import(ctx, app.Importing{
		File: c.File, DataDir: c.DataDir, DatabaseURL: c.DatabaseURL, ShopFile: c.ShopFile,
		DryRun: c.DryRun, SkipBad: c.SkipBad, Escapes: c.CSVEscapes, JSON: c.JSON, Out: os.Stdout,
	})
	if err != nil && !errors.Is(err, app.ErrUnreadable) {
		return exit{err, 2}
	}
	return err
}

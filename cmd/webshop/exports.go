package main

import (
	"context"
	"os"

	"acme.example/webshop/app"
)

type exportCommand struct {
	DataDir     string     `default:"./data" help:"Data folder of the shop, whether it runs or not." type:"path"`
	DatabaseURL app.Secret `name:"database-url" help:"PostgreSQL database of the shop instead, postgres://…" placeholder:"@FILE"`
	Above       int64      `help:"Only orders with a higher number, e.g. those that the shop took itself after an import." placeholder:"N"`
}

// Help is shown by webshop export -h.
func (exportCommand) Help() string {
	return `Prints orders as rows of the table that webshop import reads, so that the system before this one can go on with them. It is CSV as
MySQL's SELECT … INTO OUTFILE writes it, which LOAD DATA reads (docs/migrating.md).

The table has the statuses PLACED, STOCKED and DELIVERY_BOOKED. How many orders in another status are left out is told on the
standard error, and which texts are too long for the table's columns.`
}

func (c *exportCommand) Run(ctx context.Context) error {
	return app.Export(ctx, app.Exporting{DataDir: c.DataDir, DatabaseURL: c.DatabaseURL, Above: c.Above, Out: os.Stdout, Report: os.Stderr})
}

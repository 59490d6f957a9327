package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"acme.example/webshop/imports"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Exporting configures an export.
type Exporting struct {
	DataDir     string // of a shop on SQLite, running or not
	DatabaseURL Secret // of a shop on PostgreSQL instead
	Above       int64  // only orders with a higher number
	Out         io.Writer
	Report      io.Writer
}

var errNoShop = errors.New("there is no shop in this data folder")

// Export writes orders as rows of the table that Import reads, newest first, and reports the ones that it left out.
func Export(ctx context.Context, e Exporting) (err error) {
	from, err := Importing{DataDir: e.DataDir, DatabaseURL: e.DatabaseURL, DryRun: true}.open(ctx)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer func() { err = errors.Join(err, from.close()) }()
	if from.store == nil {
		return fmt.Errorf("export: %w", errNoShop)
	}
	run := &export{Exporting: e, w: imports.NewWriter(e.Out), left: map[order.Status]int{}}
	if err := run.all(ctx, from.store); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

type export struct {
	Exporting
	w       *imports.Writer
	written int
	left    map[order.Status]int
}

func (x *export) all(ctx context.Context, from database.Store) error {
	for below := int64(0); ; {
		found, err := from.Search(ctx, database.OrderQuery{Below: below, Limit: database.MaxFound})
		if err != nil {
			return err
		}
		for _, o := range found.Orders {
			if o.ID > x.Above {
				err = errors.Join(err, x.one(o))
			}
		}
		if below = found.Next; err != nil || below == 0 || below <= x.Above+1 {
			return errors.Join(err, x.w.Flush(), x.end())
		}
	}
}

func (x *export) one(o order.Order) error {
	if !imports.Has(o.Status) {
		x.left[o.Status]++
		return nil
	}
	narrow, err := x.w.Write(o)
	x.written++
	for _, column := range narrow {
		_, told := fmt.Fprintf(x.Report, "order %d: %s is longer than the table's column\n", o.ID, column)
		err = errors.Join(err, told)
	}
	return err
}

func (x *export) end() error {
	_, err := fmt.Fprintf(x.Report, "%d orders written, %s\n", x.written, time.Now().UTC().Format(time.RFC3339))
	for _, s := range order.Statuses {
		if n := x.left[s]; n > 0 {
			_, told := fmt.Fprintf(x.Report, "%d left out that are %s: the table does not have this status\n", n, s)
			err = errors.Join(err, told)
		}
	}
	return err
}

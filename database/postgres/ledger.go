package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

var entriesOf = `SELECT ` + database.Entries.Names("") + ` FROM ledger WHERE order_id = $1`

func scanEntry(row scanner) (e database.LedgerEntry, err error) {
	return e, database.Entries.Scan(row, &e)
}

// Correct writes a correction into the ledger.
func (s *Store) Correct(ctx context.Context, e finance.Entry) error {
	var there database.LedgerEntry
	var known bool
	_, err := s.onOrder(ctx, e.OrderID, func(t *tx, _ order.Order) error {
		if known {
			return e.Sameness(there.Entry)
		}
		return t.enter(s.now(), e)
	}, read{sql: entriesOf + ` AND kind = $2`, args: []any{e.OrderID, string(e.Kind)}, scan: func(row scanner) (err error) {
		there, err = scanEntry(row)
		if known = err == nil; errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	}})
	return err
}

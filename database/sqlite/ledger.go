package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

// Enter writes an entry into the ledger with its taxes, once.
func (s *Store) Enter(ctx context.Context, e finance.Entry) error {
	_, err := s.do(ctx, func(t *tx) error {
		var o order.Order
		if err := t.load(e.OrderID, &o); err != nil {
			return err
		}
		return t.enter(s.now(), finance.WithTaxes(e, o.Market, o.Terms.Taxes)...)
	})
	return err
}

// enter writes entries that are not there yet. Nothing is owed for what costs nothing.
func (t *tx) enter(now time.Time, entries ...finance.Entry) error {
	for _, e := range entries {
		if e.Amount.Minor == 0 {
			continue
		}
		entry := database.LedgerEntry{Entry: e, Time: now}
		args, err := database.Entries.Args(&entry)
		if err != nil {
			return err
		}
		if err := t.exec(insertEntry, args...); err != nil {
			return err
		}
	}
	return nil
}

// insertEntry passes over an entry that is there: by the trigger, no entry may be replaced.
var insertEntry = `INSERT INTO ledger (` + database.Entries.Names("") + `)
	SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE order_id = $1 AND kind = $2)`

// Correct writes a correction into the ledger.
func (s *Store) Correct(ctx context.Context, e finance.Entry) error {
	_, err := s.do(ctx, func(t *tx) error {
		var o order.Order
		if err := t.load(e.OrderID, &o); err != nil {
			return err
		}
		there, err := scanEntry(t.row(entriesOf+` AND kind = ?`, e.OrderID, e.Kind))
		if errors.Is(err, sql.ErrNoRows) {
			return t.enter(s.now(), e)
		}
		return cmp.Or(err, e.Sameness(there.Entry))
	})
	return err
}

// Refunded keeps the reference of an order's refund, and enters it in the ledger.
func (s *Store) Refunded(ctx context.Context, id int64, reference string) error {
	_, err := s.do(ctx, func(t *tx) error {
		var o order.Order
		if err := t.load(id, &o); err != nil {
			return err
		}
		if err := t.exec(`UPDATE orders SET refund_reference = ? WHERE order_id = ?`, reference, id); err != nil {
			return err
		}
		if o.RefundReference == "" {
			database.Changed(ctx, o)
		}
		o.RefundReference = reference
		t.keep(o)
		return t.enter(s.now(), finance.Refund(id, o.PaymentProvider, o.Total, o.TestID != 0))
	})
	return err
}

var entriesOf = `SELECT ` + database.Entries.Names("") + ` FROM ledger WHERE order_id = ?`

func scanEntry(row scanner) (e database.LedgerEntry, err error) {
	return e, database.Entries.Scan(row, &e)
}

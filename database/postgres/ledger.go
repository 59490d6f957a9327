package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/database"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

// Balances returns what each account has.
func (s *Store) Balances(ctx context.Context) ([]database.Balance, error) {
	return collect(ctx, s, func(row scanner) (b database.Balance, err error) {
		err = row.Scan(&b.Account, &b.Amount.Currency, &b.Amount.Minor)
		return b, err
	}, `SELECT account, currency, sum(amount)::bigint FROM (
			SELECT debit AS account, currency, amount FROM ledger WHERE NOT test
			UNION ALL SELECT credit, currency, -amount FROM ledger WHERE NOT test) entries
		GROUP BY account, currency ORDER BY account, currency`)
}

var entriesOf = `SELECT ` + database.Entries.Names("") + ` FROM ledger WHERE order_id = $1`

// EntriesOf returns the entries of an order.
func (s *Store) EntriesOf(ctx context.Context, orderID int64) ([]database.LedgerEntry, error) {
	return collect(ctx, s, scanEntry, entriesOf+` ORDER BY time, kind`, orderID)
}

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

var ledgerFaults = database.LedgerFaultsQuery(`SELECT b.order_id, CASE kind WHEN 'sale' THEN 'tax:' ELSE 'tax-reversal:' END || (tax->>'name'), (tax->>'amount')::bigint, b.currency
	FROM booked b CROSS JOIN LATERAL json_array_elements(nullif(b.terms, '')::json->'taxes') tax`)

// LedgerFaults compares the ledger with the newest orders.
func (s *Store) LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error) {
	return collect(ctx, s, func(row scanner) (database.LedgerFault, error) { return database.ScanLedgerFault(row) }, ledgerFaults, newest)
}

package queries

import (
	"context"

	"acme.example/webshop/platform/database"
)

// Balances returns the balance of each account of money. That an order was handed over moves none.
func (q *Queries) Balances(ctx context.Context) ([]database.Balance, error) {
	return all(ctx, q, scanBalance, `SELECT account, currency, CAST(sum(amount) AS bigint) FROM (
			SELECT debit AS account, currency, amount FROM ledger WHERE NOT test AND kind <> 'handover'
			UNION ALL SELECT credit, currency, -amount FROM ledger WHERE NOT test AND kind <> 'handover') entries
		GROUP BY account, currency ORDER BY account, currency`)
}

// EntriesOf returns the entries of an order.
func (q *Queries) EntriesOf(ctx context.Context, orderID int64) ([]database.LedgerEntry, error) {
	return all(ctx, q, func(row Row) (e database.LedgerEntry, err error) {
		err = database.Entries.Scan(row, &e)
		return e, err
	}, `SELECT `+database.Entries.Names("")+` FROM ledger WHERE order_id = $1 ORDER BY time, kind`, orderID)
}

// LedgerFaultsQuery is the query of LedgerFaults.
func (d *Dialect) LedgerFaultsQuery() string { return database.LedgerFaultsQuery(d.taxes) }

// LedgerFaults compares the ledger with the newest orders.
func (q *Queries) LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error) {
	return all(ctx, q, func(row Row) (database.LedgerFault, error) { return database.ScanLedgerFault(row) }, q.dialect.LedgerFaultsQuery(), newest)
}

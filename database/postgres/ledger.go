package postgres

import (
	"context"

	"acme.example/webshop/database"
	"acme.example/webshop/money"
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

// EntriesOf returns the entries of an order.
func (s *Store) EntriesOf(ctx context.Context, orderID int64) ([]database.LedgerEntry, error) {
	return collect(ctx, s, func(row scanner) (e database.LedgerEntry, err error) {
		var at int64
		err = row.Scan(&e.OrderID, &e.Kind, &e.Debit, &e.Credit, &e.Amount.Minor, &e.Amount.Currency, &e.Test, &at)
		e.Time = fromMillis(at)
		return e, err
	}, `SELECT order_id, kind, debit, credit, amount, currency, test, time FROM ledger WHERE order_id = $1 ORDER BY time, kind`, orderID)
}

// LedgerFaults compares the ledger with the newest orders: what is called for, by whom, and what is there.
func (s *Store) LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error) {
	return collect(ctx, s, func(row scanner) (f database.LedgerFault, err error) {
		var is, want money.Amount
		if err = row.Scan(&f.OrderID, &f.Kind, &want.Minor, &want.Currency, &is.Minor, &is.Currency); err != nil {
			return f, err
		}
		f.What = "is " + is.String() + ", must be " + want.String()
		if is.Minor == 0 {
			f.What = "is missing, must be " + want.String()
		}
		return f, nil
	}, ledgerFaults, newest)
}

// ledgerFaults takes the newest orders by a LIMIT, whose number the planner knows. Of a range that begins at a subquery's
// answer it expects a third of all orders, and reads the whole journal and all receipts for them.
const ledgerFaults = `WITH newest AS (SELECT * FROM orders ORDER BY order_id DESC LIMIT $1),
	booked AS (SELECT o.order_id, CASE j.type WHEN 'OrderPlaced' THEN 'sale' ELSE 'reversal' END AS kind, o.total_price, o.currency, o.terms
		FROM newest o JOIN journal j ON j.order_id = o.order_id AND (j.type = 'OrderPlaced' OR j.type = 'OrderCancelled'
			AND EXISTS (SELECT 1 FROM journal p WHERE p.order_id = o.order_id AND p.type = 'OrderPlaced'))
		JOIN receipts r ON r.event_id = j.event_id AND r.subscriber = 'finance.' || j.type AND r.state = 'done'),
	called_for (order_id, kind, amount, currency) AS (
		SELECT order_id, 'payment', total_price, currency FROM newest WHERE payment_reference <> ''
		UNION ALL SELECT order_id, 'refund', total_price, currency FROM newest WHERE refund_reference <> ''
		UNION ALL SELECT order_id, kind, total_price, currency FROM booked
		UNION ALL SELECT b.order_id, CASE kind WHEN 'sale' THEN 'tax:' ELSE 'tax-reversal:' END || (tax->>'name'), (tax->>'amount')::bigint, b.currency
			FROM booked b CROSS JOIN LATERAL json_array_elements(nullif(b.terms, '')::json->'taxes') tax)
	SELECT c.order_id, c.kind, c.amount, c.currency, coalesce(l.amount, 0), coalesce(l.currency, c.currency)
	FROM called_for c LEFT JOIN ledger l ON l.order_id = c.order_id AND l.kind = c.kind
	WHERE c.amount > 0 AND (l.amount IS NULL OR l.amount <> c.amount OR l.currency <> c.currency) LIMIT 100`

package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
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
		if err := t.exec(`INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			e.OrderID, e.Kind, e.Debit, e.Credit, e.Amount.Minor, e.Amount.Currency, e.Test, now.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
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

// Balances returns what each account has.
func (s *Store) Balances(ctx context.Context) ([]database.Balance, error) {
	return collect(ctx, s.read, func(row scanner) (b database.Balance, err error) {
		err = row.Scan(&b.Account, &b.Amount.Currency, &b.Amount.Minor)
		return b, err
	}, `SELECT account, currency, sum(amount) FROM (
			SELECT debit AS account, currency, amount FROM ledger WHERE test = 0
			UNION ALL SELECT credit, currency, -amount FROM ledger WHERE test = 0)
		GROUP BY account, currency ORDER BY account, currency`)
}

// EntriesOf returns the entries of an order.
func (s *Store) EntriesOf(ctx context.Context, orderID int64) ([]database.LedgerEntry, error) {
	return collect(ctx, s.read, func(row scanner) (e database.LedgerEntry, err error) {
		var at int64
		err = row.Scan(&e.OrderID, &e.Kind, &e.Debit, &e.Credit, &e.Amount.Minor, &e.Amount.Currency, &e.Test, &at)
		e.Time = fromMillis(at)
		return e, err
	}, `SELECT order_id, kind, debit, credit, amount, currency, test, time FROM ledger WHERE order_id = ? ORDER BY time, kind`, orderID)
}

// LedgerFaults compares the ledger with the newest orders: what is called for, by whom, and what is there.
func (s *Store) LedgerFaults(ctx context.Context, newest int) ([]database.LedgerFault, error) {
	return collect(ctx, s.read, func(row scanner) (f database.LedgerFault, err error) {
		var is money.Amount
		var want money.Amount
		if err = row.Scan(&f.OrderID, &f.Kind, &want.Minor, &want.Currency, &is.Minor, &is.Currency); err != nil {
			return f, err
		}
		f.What = "is " + is.String() + ", must be " + want.String()
		if is.Minor == 0 {
			f.What = "is missing, must be " + want.String()
		}
		return f, nil
	}, `WITH newest AS (SELECT * FROM orders WHERE order_id > (SELECT max(order_id) FROM orders) - ?1),
		booked AS (SELECT o.order_id, CASE j.type WHEN 'OrderPlaced' THEN 'sale' ELSE 'reversal' END AS kind, o.total_price, o.currency, o.terms
			FROM newest o JOIN journal j ON j.order_id = o.order_id AND (j.type = 'OrderPlaced' OR j.type = 'OrderCancelled'
				AND EXISTS (SELECT 1 FROM journal p WHERE p.order_id = o.order_id AND p.type = 'OrderPlaced'))
			JOIN receipts r ON r.event_id = j.event_id AND r.subscriber = 'finance.' || j.type AND r.state = 'done'),
		called_for (order_id, kind, amount, currency) AS (
			SELECT order_id, 'payment', total_price, currency FROM newest WHERE payment_reference <> ''
			UNION ALL SELECT order_id, 'refund', total_price, currency FROM newest WHERE refund_reference <> ''
			UNION ALL SELECT order_id, kind, total_price, currency FROM booked
			UNION ALL SELECT b.order_id, replace(replace(kind, 'sale', 'tax:'), 'reversal', 'tax-reversal:') || json_extract(tax.value, '$.name'),
				json_extract(tax.value, '$.amount'), b.currency FROM booked b, json_each(b.terms, '$.taxes') tax WHERE b.terms <> '')
		SELECT c.order_id, c.kind, c.amount, c.currency, coalesce(l.amount, 0), coalesce(l.currency, c.currency)
		FROM called_for c LEFT JOIN ledger l ON l.order_id = c.order_id AND l.kind = c.kind
		WHERE c.amount > 0 AND (l.amount IS NULL OR l.amount <> c.amount OR l.currency <> c.currency) LIMIT 100`, newest)
}

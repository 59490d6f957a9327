package queries

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/finance"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// BookTotals adds up days.
func (q *Queries) BookTotals(ctx context.Context, from, to books.Day) ([]database.BookTotal, error) {
	return all(ctx, q, func(row Row) (t database.BookTotal, err error) {
		err = row.Scan(&t.Account, &t.Currency, &t.Debit, &t.Credit, &t.Own, &t.Base)
		return t, err
	}, `SELECT account, currency, CAST(sum(debit) AS bigint), CAST(sum(credit) AS bigint), CAST(sum(own) AS bigint), CAST(sum(base) AS bigint)
		FROM book_totals WHERE day >= $1 AND day <= $2 GROUP BY account, currency ORDER BY account, currency`, string(from), string(to))
}

// BookEntries returns entries of days.
func (q *Queries) BookEntries(ctx context.Context, from, to books.Day, above int64, limit int) ([]books.Entry, error) {
	return all(ctx, q, scanBookEntry, `SELECT data, hash FROM book_entries WHERE day >= $1 AND day <= $2 AND number > $3 ORDER BY number LIMIT $4`,
		string(from), string(to), above, limit)
}

// StoredEntries returns entries as they are stored.
func (q *Queries) StoredEntries(ctx context.Context, above int64, limit int) ([]database.StoredEntry, error) {
	return all(ctx, q, func(row Row) (e database.StoredEntry, err error) {
		err = database.BookEntryRows.Scan(row, &e)
		return e, err
	}, `SELECT `+database.BookEntryRows.Names("")+` FROM book_entries WHERE number > $1 ORDER BY number LIMIT $2`, above, limit)
}

// BookEntry returns an entry.
func (q *Queries) BookEntry(ctx context.Context, number int64) (books.Entry, error) {
	return one(ctx, q, scanBookEntry, fault.New(fault.NotFound, "the books have no entry %d", number), `SELECT data, hash FROM book_entries WHERE number = $1`, number)
}

// BookEntryOf returns the entry of a key.
func (q *Queries) BookEntryOf(ctx context.Context, key string) (e books.Entry, found bool, err error) {
	found, err = q.db.QueryRow(ctx, func(row Row) (err error) {
		e, err = scanBookEntry(row)
		return err
	}, q.dialect.SQL(`SELECT data, hash FROM book_entries WHERE entry_key = $1`), key)
	return e, found, err
}

// EntriesOfOrder returns the entries of an order.
func (q *Queries) EntriesOfOrder(ctx context.Context, orderID int64) ([]books.Entry, error) {
	return all(ctx, q, scanBookEntry, `SELECT data, hash FROM book_entries WHERE order_id = $1 AND order_id > 0 ORDER BY number`, orderID)
}

var documents = `SELECT ` + database.BookDocumentRows.Names("") + ` FROM book_documents WHERE `

func scanDocument(row Row) (d books.Document, err error) {
	return d, database.BookDocumentRows.Scan(row, &d)
}

// BookDocuments returns documents of days.
func (q *Queries) BookDocuments(ctx context.Context, from, to books.Day, after books.Document, limit int) ([]books.Document, error) {
	return all(ctx, q, scanDocument, documents+`day >= $1 AND day <= $2 AND (series > $3 OR series = $3 AND number > $4) ORDER BY series, number LIMIT $5`,
		string(from), string(to), after.Series, after.Number, limit)
}

// DocumentsOf returns the documents of an order, that of the sale first.
func (q *Queries) DocumentsOf(ctx context.Context, orderID int64) ([]books.Document, error) {
	return all(ctx, q, scanDocument, documents+`order_id = $1 ORDER BY about <> 'sale', day, number`, orderID)
}

// owedOf is what the customer of a document owes for its order.
const owedOf = `(SELECT CAST(coalesce(sum(CASE WHEN l.debit = 'receivable' THEN l.amount ELSE 0 END - CASE WHEN l.credit = 'receivable' THEN l.amount ELSE 0 END), 0) AS bigint)
	FROM ledger l WHERE l.order_id = d.order_id)`

// invoices selects the invoices after a given one that have at least an open amount.
func invoices(which string) string {
	return `WITH invoices AS (SELECT d.*, ` + owedOf + ` AS owed FROM book_documents d
		WHERE d.kind = 'invoice' AND (d.series > $1 OR d.series = $1 AND d.number > $2)` + which + `)
	SELECT ` + database.BookDocumentRows.Names("") + `, owed FROM invoices WHERE owed >= $3 ORDER BY series, number LIMIT $4`
}

var openInvoices, dueInvoices = invoices(""), invoices(" AND d.due <> '' AND d.due = $5")

// Invoices returns invoices with what is open of them.
func (q *Queries) Invoices(ctx context.Context, least int64, after books.Document, limit int) ([]database.Invoice, error) {
	return all(ctx, q, scanInvoice, openInvoices, after.Series, after.Number, least, limit)
}

// InvoicesDue returns invoices that were due on a day and are open.
func (q *Queries) InvoicesDue(ctx context.Context, day books.Day, after books.Document, limit int) ([]database.Invoice, error) {
	return all(ctx, q, scanInvoice, dueInvoices, after.Series, after.Number, 1, limit, string(day))
}

func scanInvoice(row Row) (i database.Invoice, err error) {
	err = database.BookDocumentRows.Scan(row, &i.Document, &i.Open)
	return i, err
}

// BankReceipts returns the bank receipts of invoices.
func (q *Queries) BankReceipts(ctx context.Context) ([]finance.Entry, error) {
	entries, err := all(ctx, q, func(row Row) (e database.LedgerEntry, err error) {
		return e, database.Entries.Scan(row, &e)
	}, `SELECT `+database.Entries.Names("l")+` FROM book_documents d JOIN ledger l ON l.order_id = d.order_id
		WHERE d.kind = 'invoice' AND l.debit = $1 ORDER BY l.order_id, l.kind`, string(finance.Bank))
	plain := make([]finance.Entry, len(entries))
	for i, e := range entries {
		plain[i] = e.Entry
	}
	return finance.BankReceipts(plain), err
}

// ClosedPeriods returns the closed periods.
func (q *Queries) ClosedPeriods(ctx context.Context) ([]database.ClosedPeriod, error) {
	return all(ctx, q, func(row Row) (p database.ClosedPeriod, err error) {
		return p, database.ClosedPeriodRows.Scan(row, &p)
	}, `SELECT `+database.ClosedPeriodRows.Names("")+` FROM book_periods ORDER BY period`)
}

// WaitingForBooks counts the orders that wait for the bookkeeper.
func (q *Queries) WaitingForBooks(ctx context.Context) (int, error) {
	return one(ctx, q, value[int], nil, fmt.Sprintf(`SELECT count(*) FROM (SELECT DISTINCT order_id FROM unbooked%s) w`, countBound))
}

// OldestUnbooked returns the order that comes next in the books.
func (q *Queries) OldestUnbooked(ctx context.Context) (w database.Waiting, waits bool, err error) {
	waits, err = q.db.QueryRow(ctx, func(row Row) error { return row.Scan(&w.OrderID, (*database.Millis)(&w.Since)) }, q.dialect.SQL(
		`SELECT u.order_id, l.time FROM unbooked u JOIN ledger l ON l.order_id = u.order_id AND l.kind = u.kind ORDER BY u.order_id, u.kind LIMIT 1`))
	return w, waits, err
}

// BookRates returns the exchange rates.
func (q *Queries) BookRates(ctx context.Context) ([]database.BookRate, error) {
	return all(ctx, q, func(row Row) (r database.BookRate, err error) {
		return r, database.BookRateRows.Scan(row, &r)
	}, `SELECT `+database.BookRateRows.Names("")+` FROM book_rates ORDER BY currency, day`)
}

// DueHandovers returns orders whose window has ended.
func (q *Queries) DueHandovers(ctx context.Context, before time.Time, limit int) ([]int64, error) {
	return all(ctx, q, value[int64], `SELECT order_id FROM handovers WHERE due <= $1 ORDER BY due, order_id LIMIT $2`, before.UnixMilli(), limit)
}

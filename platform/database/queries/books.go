package queries

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/finance"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const lastBooked = `SELECT coalesce(e.number, 0), coalesce(e.hash, ''), (SELECT count(*) FROM book_periods)
	FROM (SELECT 1 AS one) o LEFT JOIN (SELECT number, hash FROM book_entries ORDER BY number DESC LIMIT 1) e ON true`

// ofBatch is the condition that a row is of one of the orders of a batch.
var ofBatch = func() string {
	numbers := make([]string, database.BooksBatch)
	for i := range numbers {
		numbers[i] = "$" + strconv.Itoa(i+1)
	}
	return ` IN (` + strings.Join(numbers, ", ") + `)`
}()

// LastBooked returns the last entry of the books.
func (q *Queries) LastBooked(ctx context.Context) (h database.BooksHead, err error) {
	_, err = q.db.QueryRow(ctx, func(row Row) error { return row.Scan(&h.Number, &h.Hash, &h.Closed) }, q.dialect.SQL(lastBooked))
	return h, err
}

// Unbooked returns orders that wait for the bookkeeper. Which entries of the ledger the books have is read with those entries, in one
// query, since orders go on meanwhile.
func (q *Queries) Unbooked(ctx context.Context, above int64) ([]database.Unbooked, error) {
	ids, err := all(ctx, q, value[int64], `SELECT DISTINCT order_id FROM unbooked WHERE order_id > $1 ORDER BY order_id LIMIT $2`, above, database.BooksBatch)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	args := make([]any, database.BooksBatch)
	for i := range args {
		args[i] = int64(-1)
		if i < len(ids) {
			args[i] = ids[i]
		}
	}
	found := map[int64]*database.Unbooked{}
	if err := q.ledgerOf(ctx, found, args); err != nil {
		return nil, err
	}
	if err := q.bookedOf(ctx, found, args); err != nil {
		return nil, err
	}
	orders, err := all(ctx, q, scanOrder, orders+` FROM orders o WHERE o.order_id`+ofBatch+` ORDER BY o.order_id`, args...)
	batch := make([]database.Unbooked, 0, len(orders))
	for _, o := range orders {
		if u := found[o.ID]; u != nil {
			u.Order = o
			batch = append(batch, *u)
		}
	}
	return batch, err
}

// ledgerOf reads the ledger of the orders of a batch.
func (q *Queries) ledgerOf(ctx context.Context, found map[int64]*database.Unbooked, args []any) error {
	type row struct {
		database.LedgerEntry
		waits bool
	}
	rows, err := all(ctx, q, func(r Row) (e row, err error) {
		err = database.Entries.Scan(r, &e.LedgerEntry, &e.waits)
		return e, err
	}, `SELECT `+database.Entries.Names("l")+`, EXISTS (SELECT 1 FROM unbooked u WHERE u.order_id = l.order_id AND u.kind = l.kind)
		FROM ledger l WHERE l.order_id`+ofBatch+` ORDER BY l.order_id, l.time, l.kind`, args...)
	for _, r := range rows {
		u := found[r.OrderID]
		if u == nil {
			u = &database.Unbooked{Entered: map[finance.Kind]bool{}}
			found[r.OrderID] = u
		}
		u.Entries, u.Entered[r.Kind] = append(u.Entries, r.LedgerEntry), !r.waits
	}
	return err
}

// bookedOf reads what the books have of the orders of a batch.
func (q *Queries) bookedOf(ctx context.Context, found map[int64]*database.Unbooked, args []any) error {
	entries, err := all(ctx, q, scanBookEntry, `SELECT data, hash FROM book_entries WHERE order_id`+ofBatch+` AND order_id > 0 ORDER BY number`, args...)
	for _, e := range entries {
		if u := found[e.Order]; u != nil {
			u.Earlier = append(u.Earlier, e)
		}
	}
	return err
}

func scanBookEntry(row Row) (books.Entry, error) {
	var data, hash string
	if err := row.Scan(&data, &hash); err != nil {
		return books.Entry{}, err
	}
	return books.Read(data, hash)
}

// LedgerBefore returns the balances of the ledger from before the books began.
func (q *Queries) LedgerBefore(ctx context.Context) ([]database.Balance, error) {
	const before = ` FROM ledger l WHERE NOT test AND NOT EXISTS (SELECT 1 FROM unbooked u WHERE u.order_id = l.order_id AND u.kind = l.kind)`
	return all(ctx, q, scanBalance, `WITH moved (order_id, account, currency, amount) AS (
			SELECT order_id, debit, currency, amount`+before+` UNION ALL SELECT order_id, credit, currency, -amount`+before+`),
		owed (currency, amount) AS (SELECT currency, sum(amount) FROM moved WHERE account = 'receivable' GROUP BY order_id, currency)
		SELECT account, currency, CAST(sum(amount) AS bigint) FROM moved WHERE account <> 'receivable' GROUP BY account, currency
		UNION ALL SELECT 'receivable', currency, CAST(sum(amount) AS bigint) FROM owed WHERE amount > 0 GROUP BY currency
		UNION ALL SELECT 'deposits', currency, CAST(sum(amount) AS bigint) FROM owed WHERE amount < 0 GROUP BY currency
		ORDER BY 1, 2`)
}

func scanBalance(row Row) (b database.Balance, err error) {
	err = row.Scan(&b.Account, &b.Amount.Currency, &b.Amount.Minor)
	return b, err
}

// LastDocuments returns the last number of each series.
func (q *Queries) LastDocuments(ctx context.Context) (map[string]int64, error) {
	type last struct {
		series string
		number int64
	}
	found, err := all(ctx, q, func(row Row) (l last, err error) {
		err = row.Scan(&l.series, &l.number)
		return l, err
	}, `WITH RECURSIVE s (series) AS (
			SELECT (SELECT min(series) FROM book_documents)
			UNION ALL SELECT (SELECT min(d.series) FROM book_documents d WHERE d.series > s.series) FROM s WHERE s.series IS NOT NULL)
		SELECT s.series, (SELECT max(d.number) FROM book_documents d WHERE d.series = s.series) FROM s WHERE s.series IS NOT NULL`)
	numbers := map[string]int64{}
	for _, l := range found {
		numbers[l.series] = l.number
	}
	return numbers, err
}

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

var invoices = `WITH invoices AS (SELECT d.*, ` + owedOf + ` AS owed FROM book_documents d
		WHERE d.kind = 'invoice' AND (d.series > $1 OR d.series = $1 AND d.number > $2))
	SELECT ` + database.BookDocumentRows.Names("") + `, owed FROM invoices WHERE owed >= $3 ORDER BY series, number LIMIT $4`

// Invoices returns invoices with what is open of them.
func (q *Queries) Invoices(ctx context.Context, least int64, after books.Document, limit int) ([]database.Invoice, error) {
	return all(ctx, q, func(row Row) (i database.Invoice, err error) {
		err = database.BookDocumentRows.Scan(row, &i.Document, &i.Open)
		return i, err
	}, invoices, after.Series, after.Number, least, limit)
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

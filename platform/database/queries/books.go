package queries

import (
	"context"
	"strconv"
	"strings"

	"acme.example/webshop/books"
	"acme.example/webshop/finance"
	"acme.example/webshop/platform/database"
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

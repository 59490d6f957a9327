package queries

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Read is a query that a transaction runs before its use case.
type Read struct {
	Lock Lock
	Key  string // what is locked
	SQL  string // "": it only locks
	Args []any
	Scan func(Row) error // scans the result, again if the transaction is retried
}

// Lock says what a read locks, in an engine whose transactions run concurrently. They lock in the order of Lock and Key.
// Reads without a lock come last, when all that depends on the locks is fixed.
type Lock int

// The kinds of locks.
const (
	Nothing Lock = iota
	Receipt
	Name // of rows that may not exist yet
	Order
)

// loading is the rows of a use case, and their contents.
type loading struct {
	rows  *database.Rows
	found *database.Loaded
	reads []Read
}

// LoadOrder returns the read that finds an order. Its lock lets other transactions refer to the order, as new events and
// entries do, but not change it.
func LoadOrder(id int64, found *order.Order) Read {
	return Read{Lock: Order, Key: strconv.FormatInt(id, 10), SQL: lockedOrder, Args: []any{id}, Scan: func(row Row) error {
		*found = order.Order{}
		return UnlessNone(database.Orders.Scan(row, found))
	}}
}

// Load returns the reads that find the rows of a use case (Loaded.Rows), except its order and what New reserves.
func (d *Dialect) Load(now time.Time, found *database.Loaded) []Read {
	rows := &found.Rows
	l := &loading{rows: rows, found: found}
	if rows.Lock != "" {
		l.lock(Name, rows.Lock, Read{})
	}
	l.key()
	l.counts()
	l.stock()
	l.slot()
	l.ofOrder()
	if rows.Receipt != nil {
		l.receipt()
	}
	if rows.Rules != nil {
		l.rules(d, now)
	}
	if rows.Books {
		l.reads = append(l.reads, Read{SQL: lastBooked, Scan: func(row Row) error {
			return row.Scan(&found.Books.Number, &found.Books.Hash, &found.Books.Closed)
		}})
	}
	if rows.Older != 0 {
		l.one(&found.Older, `SELECT EXISTS (SELECT 1 FROM rules_readers WHERE until > $1 AND level < $2)`, now.UnixMilli(), rows.Older)
	}
	return l.reads
}

func (l *loading) lock(what Lock, key string, r Read) {
	r.Lock, r.Key = what, key
	l.reads = append(l.reads, r)
}

// one adds a read that always returns a row.
func (l *loading) one(dest any, sql string, args ...any) {
	l.reads = append(l.reads, Read{SQL: sql, Args: args, Scan: func(row Row) error { return row.Scan(dest) }})
}

// key locks the idempotency key, and finds the order that has it.
func (l *loading) key() {
	if l.rows.Key == "" {
		return
	}
	l.lock(Name, "claim "+l.rows.Key, Read{})
	l.reads = append(l.reads, Read{SQL: heldKey, Args: []any{l.rows.Key}, Scan: func(row Row) error {
		var held order.StoredKey
		err := database.Orders.Scan(row, &held.Order, &held.Fingerprint, (*database.Millis)(&held.Expires))
		if l.found.Key = nil; err == nil {
			l.found.Key = &held
		}
		return UnlessNone(err)
	}})
}

// counts counts the uses of codes, and the tallies of parties.
func (l *loading) counts() {
	l.found.Uses, l.found.Tallies = make([]order.Count, len(l.rows.Uses)), make([]order.Count, len(l.rows.Caps)) // those that are not counted stay 0
	for i, u := range l.rows.Uses {
		if u.Limit > 0 || u.PerCustomer > 0 { // without a limit there is nothing to lock
			l.count(&l.found.Uses[i], "code "+u.Code, countUses, useArgs(u)...)
		}
	}
	for i, c := range l.rows.Caps {
		l.count(&l.found.Tallies[i], "tally "+c.Kind+" "+c.Party, countTallies, c.Kind, c.Party, c.Since.UnixMilli(), c.Most)
	}
	if l.rows.Party != "" {
		l.one(&l.found.Approved, `SELECT EXISTS (SELECT 1 FROM tallies WHERE kind = $1 AND party = $2)`, order.TallyApproved, l.rows.Party)
	}
}

// count locks a name, and counts.
func (l *loading) count(n *order.Count, name, sql string, args ...any) {
	l.lock(Name, name, Read{})
	l.reads = append(l.reads, Read{SQL: sql, Args: args, Scan: func(row Row) error { return row.Scan(&n.All, &n.Part) }})
}

// stock locks the counts of products, and finds them. One that has not begun is as it begins.
func (l *loading) stock() {
	l.found.Stock = slices.Clone(l.rows.Stock)
	for i, s := range l.rows.Stock {
		found := &l.found.Stock[i]
		l.lock(Name, "stock "+s.SKU, Read{})
		l.reads = append(l.reads, Read{SQL: stockOf, Args: []any{s.SKU}, Scan: func(row Row) error {
			*found = s
			return UnlessNone(database.StockCounts.Scan(row, found))
		}})
	}
}

func (l *loading) slot() {
	for _, s := range []*database.Slot{l.rows.Slot, l.rows.Freed} {
		if s != nil {
			l.lock(Name, fmt.Sprintf("slot %s %d", s.Market, s.Start.UnixMilli()), Read{})
		}
	}
	if s := l.rows.Slot; s != nil {
		l.one(&l.found.Booked, `SELECT coalesce((SELECT booked FROM slots WHERE market = $1 AND starts_at = $2), 0)`, s.Market, s.Start.UnixMilli())
	}
}

// ofOrder finds the rows that belong to the order.
func (l *loading) ofOrder() {
	id := l.rows.Order
	if l.rows.Asked != "" {
		l.one(&l.found.Asked, `SELECT EXISTS (SELECT 1 FROM asked WHERE order_id = $1 AND asker = $2)`, id, l.rows.Asked)
	}
	if l.rows.Event != "" {
		l.one(&l.found.Stated, `SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = $1 AND type = $2)`, id, string(l.rows.Event))
	}
	if l.rows.Unheard {
		l.one(&l.found.Unheard, `SELECT EXISTS (SELECT 1 FROM journal j JOIN receipts r ON r.event_id = j.event_id
			WHERE j.order_id = $1 AND r.state IN ('pending', 'parked'))`, id)
	}
	if l.rows.Corrections {
		l.one(&l.found.Corrections, `SELECT count(*) FROM corrections WHERE order_id = $1`, id)
	}
	if l.rows.Entry != "" {
		l.reads = append(l.reads, Read{SQL: entryOf, Args: []any{id, string(l.rows.Entry)}, Scan: func(row Row) error {
			var entry database.LedgerEntry
			err := database.Entries.Scan(row, &entry)
			if l.found.Entry = nil; err == nil {
				l.found.Entry = &entry
			}
			return UnlessNone(err)
		}})
	}
}

// receipt finds and locks a receipt.
func (l *loading) receipt() {
	r := l.rows.Receipt
	l.lock(Receipt, r.EventID+" "+r.Subscriber, Read{SQL: receiptOf, Args: []any{EventID(r.EventID), r.Subscriber}, Scan: func(row Row) error {
		l.found.Receipt = new(database.ReceiptRow)
		return UnlessNone(database.ReceiptRows.Scan(row, l.found.Receipt))
	}})
}

var (
	stockOf      = `SELECT ` + database.StockCounts.Names("") + ` FROM stock WHERE sku = $1`
	lockedOrder  = `SELECT ` + orderColumns + ` FROM orders o WHERE o.order_id = $1 FOR NO KEY UPDATE`
	receiptOf    = `SELECT ` + database.ReceiptRows.Names("") + ` FROM receipts WHERE event_id = $1 AND subscriber = $2 FOR UPDATE`
	orderColumns = database.Orders.Names("o")
	heldKey      = `SELECT ` + orderColumns + `, c.fingerprint, c.expires_at FROM claims c JOIN orders o ON o.order_id = c.order_id WHERE c.key = $1`
	entryOf      = `SELECT ` + database.Entries.Names("") + ` FROM ledger WHERE order_id = $1 AND kind = $2`
)

// countTallies counts the tallies of a party and adds up their amounts, up to the limit.
const countTallies = `SELECT count(*), CAST(coalesce(sum(amount), 0) AS bigint)
	FROM (SELECT amount FROM tallies WHERE kind = $1 AND party = $2 AND at > $3 LIMIT $4) t`

// UnlessNone returns err, or nil if it means that there was no row.
func UnlessNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

package queries

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// History returns the journal of an order, oldest first. It reads the archive last, to find what is moved there
// meanwhile.
func (q *Queries) History(ctx context.Context, id int64) ([]event.Envelope, error) {
	history, err := all(ctx, q, func(row Row) (env event.Envelope, err error) {
		return env, database.ScanEvent(row, &env)
	}, `SELECT `+database.Events+` FROM journal j JOIN orders o ON o.order_id = j.order_id WHERE j.order_id = $1 ORDER BY j.seq`, id)
	if err != nil || whole(history) {
		return history, err
	}
	a, err := q.archived(ctx, id)
	if err != nil || len(a.History) == 0 {
		return history, err
	}
	o, err := q.Order(ctx, id)
	if err != nil {
		return nil, err
	}
	err = a.Complete(&o)
	return a.With(history, nil).History, err
}

// whole reports whether a history has its beginning, so that none of it is in the archive.
func whole(history []event.Envelope) bool {
	return len(history) > 0 && (history[0].Type == event.TypeOrderCreated || history[0].Type == event.TypeOrderImported)
}

// Journalled returns the events of an order that are not archived, as they are kept: not completed.
func (q *Queries) Journalled(ctx context.Context, id int64) ([]event.Envelope, error) {
	return all(ctx, q, func(row Row) (env event.Envelope, err error) {
		return env, database.Journal.Scan(row, &env)
	}, `SELECT `+database.Journal.Names("j")+` FROM journal j WHERE j.order_id = $1 ORDER BY j.seq`, id)
}

// ReceiptsOf returns the receipts of all events of an order. It reads the archive last, as History does.
func (q *Queries) ReceiptsOf(ctx context.Context, orderID int64) ([]database.ReceiptState, error) {
	receipts, err := q.JournalledReceipts(ctx, orderID)
	if err != nil || slices.ContainsFunc(receipts, ofBeginning) {
		return receipts, err
	}
	a, err := q.archived(ctx, orderID)
	return a.With(nil, receipts).Receipts, err
}

// ofBeginning reports whether a receipt is of the event that the history of most orders begins with.
func ofBeginning(r database.ReceiptState) bool { return r.Subscriber == "order.OrderCreated" }

// ReceiptsFrom selects receipts with their events, in the columns that ScanReceipt reads.
const ReceiptsFrom = `SELECT r.event_id, r.subscriber, r.state, r.attempts, r.last_error, r.changed_at
	FROM receipts r JOIN journal j ON j.event_id = r.event_id `

// JournalledReceipts returns the receipts of an order's events that are not archived.
func (q *Queries) JournalledReceipts(ctx context.Context, orderID int64) ([]database.ReceiptState, error) {
	return all(ctx, q, ScanReceipt, ReceiptsFrom+`WHERE j.order_id = $1 ORDER BY j.seq, r.subscriber`, orderID)
}

// ScanReceipt reads a row of ReceiptsFrom.
func ScanReceipt(row Row) (r database.ReceiptState, err error) {
	err = row.Scan(&r.EventID, &r.Subscriber, &r.State, &r.Attempts, &r.LastError, (*database.Millis)(&r.ChangedAt))
	return r, err
}

// archived returns the history of an order from the archive, or an empty one.
func (q *Queries) archived(ctx context.Context, id int64) (database.Archived, error) {
	packed, err := one(ctx, q, value[[]byte], nil, `SELECT history FROM archive WHERE order_id = $1`, id)
	if err != nil || packed == nil {
		return database.Archived{}, err
	}
	return database.Unpack(id, packed)
}

// OldestEvent returns the time of the oldest event in the journal.
func (q *Queries) OldestEvent(ctx context.Context) (time.Time, error) {
	at, err := one(ctx, q, value[int64], nil, `SELECT coalesce((SELECT time FROM journal ORDER BY event_id LIMIT 1), 0)`)
	return database.FromMillis(at), err
}

// ReceiptOpen reports whether the receipt is still pending.
func (q *Queries) ReceiptOpen(ctx context.Context, r *event.Receipt) (bool, error) {
	state, err := one(ctx, q, value[string], NoReceipt(r), `SELECT state FROM receipts WHERE event_id = $1 AND subscriber = $2`,
		EventID(r.EventID), r.Subscriber)
	return state == "pending", err
}

// Mailed returns the order and the time of the event that a receipt is of.
func (q *Queries) Mailed(ctx context.Context, r *event.Receipt) (database.Waiting, error) {
	return one(ctx, q, scanWaiting, order.ErrNotSent, `SELECT j.order_id, j.event_id, j.time FROM receipts r JOIN journal j ON j.event_id = r.event_id
		WHERE r.event_id = $1 AND r.subscriber = $2`, EventID(r.EventID), r.Subscriber)
}

// Attempts returns the number of failed tries so far.
func (q *Queries) Attempts(ctx context.Context, r *event.Receipt) (int, error) {
	return one(ctx, q, value[int], NoReceipt(r), `SELECT attempts FROM receipts WHERE event_id = $1 AND subscriber = $2`,
		EventID(r.EventID), r.Subscriber)
}

// NoReceipt is the error for a receipt that does not exist.
func NoReceipt(r *event.Receipt) error {
	return fault.New(fault.NotFound, "there is no receipt of %s for event %s", r.Subscriber, r.EventID)
}

package database

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// ReceiptRow is a receipt as it is stored.
type ReceiptRow struct {
	ReceiptState
	Sends   int       // how often its event was published again
	NextTry time.Time // when it is due again
}

// FirstTry reports whether the receipt waits for its first try.
func (r *ReceiptRow) FirstTry() bool { return r.State == "pending" && r.Attempts == 0 }

// ReceiptRows is the table of receipts.
var ReceiptRows = &Table[ReceiptRow]{Name: "receipts", Key: 2, Columns: []Column[ReceiptRow]{
	{"event_id", func(r *ReceiptRow) any { return &r.EventID }},
	{"subscriber", func(r *ReceiptRow) any { return &r.Subscriber }},
	{"state", func(r *ReceiptRow) any { return &r.State }},
	{"attempts", func(r *ReceiptRow) any { return &r.Attempts }},
	{"sends", func(r *ReceiptRow) any { return &r.Sends }},
	{"next_try", func(r *ReceiptRow) any { return (*Millis)(&r.NextTry) }},
	{"last_error", func(r *ReceiptRow) any { return &r.LastError }},
	{"changed_at", func(r *ReceiptRow) any { return (*Millis)(&r.ChangedAt) }},
}}

// Retry records a failed try and makes the receipt due again.
func (u UseCases) Retry(ctx context.Context, r *event.Receipt, failure string, next time.Time) error {
	return u.onReceipt(ctx, r, func(row *ReceiptRow, now time.Time) error {
		if row.State == "pending" {
			row.fail("pending", failure, now)
			row.NextTry = next
		}
		return nil
	})
}

// Park makes a pending receipt a dead letter.
func (u UseCases) Park(ctx context.Context, r *event.Receipt, failure string) error {
	return u.onReceipt(ctx, r, func(row *ReceiptRow, now time.Time) error {
		if row.State == "pending" {
			row.fail("parked", failure, now)
			row.NextTry = now
		}
		return nil
	})
}

// Unsettle makes a done receipt a dead letter, and reports whether it did.
func (u UseCases) Unsettle(ctx context.Context, r *event.Receipt, failure string) (unsettled bool, err error) {
	err = u.onReceipt(ctx, r, func(row *ReceiptRow, now time.Time) error {
		if unsettled = row.State == "done"; unsettled {
			row.fail("parked", failure, now)
		}
		return nil
	})
	return unsettled, err
}

// fail records a failed try.
func (r *ReceiptRow) fail(state, failure string, now time.Time) {
	r.State, r.LastError, r.ChangedAt = state, failure, now
	r.Attempts++
}

// Hold postpones a pending receipt.
func (u UseCases) Hold(ctx context.Context, r *event.Receipt, until time.Time) error {
	until = FromMillis(ToMillis(until)) // as it is stored
	return u.onReceipt(ctx, r, func(row *ReceiptRow, _ time.Time) error {
		if row.State == "pending" && row.NextTry.Before(until) {
			row.NextTry = until
		}
		return nil
	})
}

// Replay makes a dead letter due again at once.
func (u UseCases) Replay(ctx context.Context, r *event.Receipt) error {
	return u.onReceipt(ctx, r, func(row *ReceiptRow, now time.Time) error {
		row.Attempts, row.Sends, row.NextTry = 0, max(row.Sends, 1), now
		return row.unpark(r, "pending", now)
	})
}

// Discard gives up a dead letter.
func (u UseCases) Discard(ctx context.Context, r *event.Receipt, reason string) error {
	return u.onReceipt(ctx, r, func(row *ReceiptRow, now time.Time) error {
		row.LastError += " | discarded: " + reason
		return row.unpark(r, "discarded", now)
	})
}

// unpark moves a dead letter to another state; Conflict if the receipt is not parked.
func (r *ReceiptRow) unpark(key *event.Receipt, state string, now time.Time) error {
	if r.State != "parked" {
		return fault.New(fault.Conflict, "%s has no dead letter for event %s", key.Subscriber, key.EventID)
	}
	r.State, r.ChangedAt = state, now
	return nil
}

// onReceipt changes a receipt. A receipt that does not exist has no state.
func (u UseCases) onReceipt(ctx context.Context, r *event.Receipt, change func(*ReceiptRow, time.Time) error) error {
	_, err := u.do(event.WithReceipt(ctx, nil), Rows{Receipt: r}, func(t *Tx) error {
		after := *t.Receipt
		if err := change(&after, t.now); err != nil {
			return err
		}
		if c, changed, err := ReceiptRows.Update(t.Receipt, &after); changed {
			t.add(c, err)
		}
		return nil
	})
	return err
}

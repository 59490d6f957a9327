package memory

import (
	"context"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Do runs a use case under the disk's lock.
func (s *Store) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (duplicate bool, err error) {
	var id string
	if rows.New {
		if id, err = s.disk.id(); err != nil {
			return false, err
		}
	}
	return s.do(ctx, func(t *tx) error {
		use := database.NewTx(ctx, t.now(), &t.ids)
		use.Order, _ = t.disk.order(rows.Order)
		use.Rows = rows.With(&use.Order)
		t.load(id, &use.Loaded)
		if err := useCase(use); err != nil {
			return err
		}
		for _, c := range use.Changes {
			t.make(c)
		}
		for _, env := range use.Events {
			if err := t.journal(env); err != nil {
				return err
			}
		}
		return nil
	})
}

// load finds what a use case has named, besides the order.
func (t *tx) load(id string, l *database.Loaded) {
	rows, d := &l.Rows, t.disk
	if rows.New {
		l.Number, l.Unique = int64(len(d.orders))+1, d.unique(id, t.now())
	}
	if held, ok := d.keys[rows.Key]; ok && rows.Key != "" {
		o, _ := d.order(held.orderID)
		l.Key = &order.StoredKey{Fingerprint: held.fingerprint, Expires: held.expires, Order: o}
	}
	for _, u := range rows.Uses {
		l.Uses = append(l.Uses, d.counted(u))
	}
	for _, c := range rows.Caps {
		l.Tallies = append(l.Tallies, d.weighed(c))
	}
	l.Approved = rows.Party != "" && d.approved(rows.Party)
	if rows.Slot != nil {
		l.Booked = d.slots[slot{rows.Slot.Market, rows.Slot.Start.UnixMilli()}]
	}
	_, l.Asked = d.asked[askedKey{rows.Order, rows.Asked}]
	l.Stated = rows.Event != "" && d.stated(rows.Order, rows.Event)
	l.Entry = d.entry(rows.Order, rows.Entry)
	if key := rows.Receipt; key != nil {
		l.Receipt = &database.ReceiptRow{}
		if r, ok := d.receipts[receiptKey{key.EventID, key.Subscriber}]; ok {
			l.Receipt.ReceiptState = database.ReceiptState{
				EventID: r.eventID, Subscriber: r.subscriber, State: r.state, Attempts: r.attempts, LastError: r.lastError, ChangedAt: r.changedAt,
			}
			l.Receipt.Sends, l.Receipt.NextTry = r.sends, r.nextTry
		}
	}
}

// make makes a change.
func (t *tx) make(c database.Change) {
	switch row := c.Record.(type) {
	case *order.Order:
		t.keep(*row, c.Deleted)
	case *database.Key:
		if c.Deleted {
			remove(t, t.disk.keys, row.Key)
			return
		}
		put(t, t.disk.keys, row.Key, storedKey{row.Fingerprint, row.OrderID, row.Expires})
	case *database.CodeUse:
		use := codeUse{row.Code, row.Customer, row.OrderID}
		if c.Deleted {
			remove(t, t.disk.uses, use)
			return
		}
		put(t, t.disk.uses, use, true)
	case *database.Tally:
		t.tally(row, c.Deleted)
	case *database.Slot:
		at := slot{row.Market, row.Start.UnixMilli()}
		put(t, t.disk.slots, at, t.disk.slots[at]+int(row.Booked))
	case *database.ReceiptRow:
		r := *t.disk.receipts[receiptKey{row.EventID, row.Subscriber}]
		r.state, r.attempts, r.sends, r.lastError = row.State, row.Attempts, row.Sends, row.LastError
		r.nextTry, r.changedAt = millis(row.NextTry), millis(row.ChangedAt)
		t.expect(&r)
	case *database.LedgerEntry:
		if t.disk.entry(row.OrderID, row.Kind) == nil {
			entry := *row
			entry.Time = millis(entry.Time)
			set(t, &t.disk.ledger, append(t.disk.ledger, entry))
		}
	}
}

// keep stores an order at its number, or forgets it.
func (t *tx) keep(o order.Order, deleted bool) {
	if deleted {
		set(t, &t.disk.orders[o.ID-1], order.Order{})
		return
	}
	o.StatusAt, o.CreatedAt, o.DeliveryTime = millis(o.StatusAt), millis(o.CreatedAt), millis(o.DeliveryTime)
	if o.ID <= int64(len(t.disk.orders)) {
		set(t, &t.disk.orders[o.ID-1], o)
		return
	}
	set(t, &t.disk.orders, append(t.disk.orders, o))
}

// tally keeps a tally, or forgets those of its order and kind.
func (t *tx) tally(row *database.Tally, deleted bool) {
	if !deleted {
		row.At = millis(row.At)
		put(t, t.disk.tallies, tallied{row.OrderID, row.Tally}, true)
		return
	}
	for of := range t.disk.tallies {
		if of.orderID == row.OrderID && of.Kind == row.Kind {
			remove(t, t.disk.tallies, of)
		}
	}
}

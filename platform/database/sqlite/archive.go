package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// Archive moves the histories of finished orders from the journal to the archive. They are read and packed outside the
// writer, since finished orders do not change.
func (s *Store) Archive(ctx context.Context, before time.Time, limit int) (archived int, err error) {
	old, err := collect(ctx, s.read, func(row scanner) (o database.Old, err error) {
		err = row.Scan(&o.OrderID, &o.FirstEvent)
		return o, err
	}, database.Finished+` LIMIT $4`, before.UnixMilli(), database.FirstEventID(before), s.archive.After(), limit)
	if err != nil {
		return 0, err
	}
	s.archive.Found(old, limit)
	return s.archiveAll(ctx, old)
}

func (s *Store) archiveAll(ctx context.Context, old []database.Old) (archived int, err error) {
	if len(old) == 0 {
		return 0, nil
	}
	packed := map[int64]history{}
	for _, o := range old {
		if packed[o.OrderID], err = s.pack(ctx, o.OrderID); err != nil {
			return 0, err
		}
	}
	_, err = s.do(event.WithReceipt(ctx, nil), func(t *tx) error {
		archived = 0
		for _, o := range old {
			moved, err := t.archive(o.OrderID, packed[o.OrderID], s.now())
			if err != nil {
				return err
			}
			archived += moved
		}
		return nil
	})
	return archived, err
}

// history is the packed history of an order. An open one has receipts that are not done: the order was paid too late after it was found
// finished.
type history struct {
	events int64
	packed []byte
	open   bool
}

func (s *Store) pack(ctx context.Context, id int64) (h history, err error) {
	a := database.Archived{OrderID: id}
	if a.History, err = s.Journalled(ctx, id); err != nil {
		return h, err
	}
	if a.Receipts, err = s.JournalledReceipts(ctx, id); err != nil {
		return h, err
	}
	h.events = int64(len(a.History))
	h.open = slices.ContainsFunc(a.Receipts, func(r database.ReceiptState) bool { return r.State == "pending" || r.State == "parked" })
	h.packed, err = a.Pack()
	return h, err
}

// archive moves one history, and returns how many it moved: 0 if another process has moved it, a receipt was open when it was packed, or
// one has become a dead letter since.
func (t *tx) archive(id int64, h history, now time.Time) (int, error) {
	if h.open {
		return 0, nil
	}
	var open bool
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM journal j JOIN receipts r ON r.event_id = j.event_id
		WHERE j.order_id = ? AND (r.state = 'pending' OR r.state = 'parked'))`, id).Scan(&open); err != nil || open {
		return 0, err
	}
	written, err := t.change(`INSERT INTO archive (order_id, archived_at, history) SELECT ?1, ?2, ?3
		WHERE NOT EXISTS (SELECT 1 FROM archive WHERE order_id = ?1)`, id, now.UnixMilli(), h.packed)
	if err != nil || written == 0 {
		return 0, err
	}
	if err := t.exec(`DELETE FROM receipts WHERE event_id IN (SELECT event_id FROM journal WHERE order_id = ?)`, id); err != nil {
		return 0, err
	}
	gone, err := t.change(`DELETE FROM journal WHERE order_id = ?`, id)
	if err == nil && gone != h.events {
		err = fmt.Errorf("sqlite: order %d has %d events, and %d were packed", id, gone, h.events)
	}
	return 1, err
}

package database

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
)

// Finished is the query for orders that can be archived, in SQL that each engine knows. $1 is a time in milliseconds
// since 1970, and $2 the first id of events from that time on: nothing may have happened to the order since. The search
// begins after the event $3 and goes by the orders' first events, oldest first, so that it reads no younger order. It
// returns the order and its first event.
//
// An order is finished when it has ended, or is delivered or refunded; no payment or refund of it is open, nor a dispute; no
// receipt of it is pending or parked; and no entry is missing in the ledger, where an operator may have corrected it. Only a service that journals another event
// makes it unfinished again, so the caller must check once more with the order locked. What few orders get after they were
// archived, such as a refund, stays in the journal.
const Finished = `SELECT o.order_id, j.event_id FROM journal j JOIN orders o ON o.order_id = j.order_id
	WHERE j.event_id > $3 AND j.event_id < $2 AND NOT EXISTS (SELECT 1 FROM journal e WHERE e.order_id = j.order_id AND e.event_id < j.event_id)
	AND NOT EXISTS (SELECT 1 FROM archive a WHERE a.order_id = o.order_id)
	AND o.final AND o.status_at < $1 AND o.delivery_time < $1 AND NOT o.unsettled AND NOT o.disputed
	AND NOT (o.status = 'CANCELLED' AND o.payment_reference <> '' AND o.total_price > 0 AND o.refund_reference = '')
	AND NOT EXISTS (SELECT 1 FROM journal e LEFT JOIN receipts r ON r.event_id = e.event_id WHERE e.order_id = o.order_id
		AND (e.time >= $1 OR r.state IS NULL AND e.type <> 'OrderImported' OR r.state NOT IN ('done', 'discarded') OR r.changed_at >= $1))
	AND NOT EXISTS (SELECT 1 FROM journal e WHERE e.order_id = o.order_id AND o.total_price > 0
		AND (e.type = 'OrderPlaced' OR e.type = 'OrderCancelled'
			AND EXISTS (SELECT 1 FROM journal p WHERE p.order_id = o.order_id AND p.type = 'OrderPlaced'))
		AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.order_id = o.order_id AND l.author <> '')
		AND o.total_price <> (SELECT coalesce(sum(l.amount), 0) FROM ledger l WHERE l.order_id = o.order_id AND l.currency = o.currency
			AND CASE e.type WHEN 'OrderPlaced' THEN l.kind = 'sale' ELSE l.kind = 'reversal' OR l.kind LIKE 'reversal.%' END))
	ORDER BY j.event_id`

// Old is an order that can be archived.
type Old struct {
	OrderID    int64
	FirstEvent string
}

// Cursor remembers where the search for old orders continues, so that old orders that never end are read once in each
// pass and not once for each batch. The zero value is ready; it is safe for concurrent use.
type Cursor struct{ after atomic.Pointer[string] }

// After is the event after which the search continues.
func (c *Cursor) After() string {
	if after := c.after.Load(); after != nil {
		return *after
	}
	return uuid.Nil.String()
}

// Found records the result of a search for at most limit orders. Fewer than limit end the pass, and the next search
// begins anew.
func (c *Cursor) Found(old []Old, limit int) {
	if len(old) < limit || limit == 0 {
		c.after.Store(nil)
		return
	}
	c.after.Store(&old[len(old)-1].FirstEvent)
}

// Archived is the whole history of an order whose events have left the journal.
type Archived struct {
	OrderID  int64
	History  []event.Envelope // oldest first
	Receipts []ReceiptState   // in the order of the events, and by subscriber
}

// With returns a history with what came after it was archived: those events and receipts that are not in it.
func (a Archived) With(events []event.Envelope, receipts []ReceiptState) Archived {
	kept := map[string]bool{}
	for _, env := range a.History {
		kept[env.ID] = true
	}
	for _, env := range events {
		if !kept[env.ID] {
			a.History = append(a.History, env)
		}
	}
	for _, r := range receipts {
		if !kept[r.EventID] {
			a.Receipts = append(a.Receipts, r)
		}
	}
	return a
}

// Has reports whether an event of a type is in the history.
func (a Archived) Has(t event.Type) bool {
	for _, env := range a.History {
		if env.Type == t {
			return true
		}
	}
	return false
}

// Complete completes the events of the history from their order.
func (a Archived) Complete(o *order.Order) error {
	for i := range a.History {
		if err := complete(&a.History[i], o); err != nil {
			return err
		}
	}
	return nil
}

// packedEvent is an event in the archive. docs/architecture.md describes its form, which stays readable for ever.
type packedEvent struct {
	ID          string          `json:"id"`
	Type        event.Type      `json:"type"`
	Source      string          `json:"source"`
	Time        int64           `json:"time"`
	TraceParent string          `json:"traceparent,omitempty"`
	Data        string          `json:"data"`
	Receipts    []packedReceipt `json:"receipts"`
}

type packedReceipt struct {
	Subscriber string `json:"subscriber"`
	State      string `json:"state"`
	Attempts   int    `json:"attempts,omitempty"`
	LastError  []byte `json:"lastError,omitempty"` // any bytes: it may be the answer of a mail server
	ChangedAt  int64  `json:"changedAt"`
}

// packers are reused, since making one costs more than using it.
var packers = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// largestHistory bounds an unpacked history, in bytes.
const largestHistory = 16 << 20

// Pack returns the history as a row of the archive: JSON, compressed with zlib (RFC 1950).
func (a Archived) Pack() ([]byte, error) {
	of := map[string][]packedReceipt{}
	for _, r := range a.Receipts {
		of[r.EventID] = append(of[r.EventID], packedReceipt{Subscriber: r.Subscriber, State: r.State, Attempts: r.Attempts, LastError: []byte(r.LastError), ChangedAt: r.ChangedAt.UnixMilli()})
	}
	events := make([]packedEvent, len(a.History))
	for i, env := range a.History {
		events[i] = packedEvent{ID: env.ID, Type: env.Type, Source: env.Source, Time: env.Time.UnixMilli(), TraceParent: env.TraceParent, Data: string(env.Data), Receipts: of[env.ID]}
	}
	text, err := json.Marshal(events)
	if err != nil {
		return nil, fmt.Errorf("pack order %d: %w", a.OrderID, err)
	}
	var packed bytes.Buffer
	w := packers.Get().(*zlib.Writer)
	defer packers.Put(w)
	w.Reset(&packed)
	if _, err = w.Write(text); err == nil {
		err = w.Close()
	}
	return packed.Bytes(), err
}

// Unpack reads a row of the archive.
func Unpack(orderID int64, packed []byte) (Archived, error) {
	a := Archived{OrderID: orderID}
	var events []packedEvent
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(io.LimitReader(r, largestHistory)).Decode(&events)
	}
	if err != nil {
		return a, fmt.Errorf("unpack order %d: %w", orderID, err)
	}
	for _, e := range events {
		a.History = append(a.History, event.Envelope{
			ID: e.ID, Type: e.Type, OrderID: orderID, Source: e.Source, Time: time.UnixMilli(e.Time).UTC(), TraceParent: e.TraceParent, Data: []byte(e.Data),
		})
		for _, r := range e.Receipts {
			a.Receipts = append(a.Receipts, ReceiptState{EventID: e.ID, Subscriber: r.Subscriber, State: r.State, Attempts: r.Attempts, LastError: string(r.LastError), ChangedAt: time.UnixMilli(r.ChangedAt).UTC()})
		}
	}
	return a, nil
}

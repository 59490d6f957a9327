package database

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
)

// Privacy is how an operator's process finds, hands over and erases what the shop has of a person.
type Privacy interface {
	// CorrectionsOf returns what stood in an order before it was corrected, oldest first (order.Order.AsOf).
	CorrectionsOf(ctx context.Context, id int64) ([]order.Correction, error)
	// OrdersOfPerson returns orders of a person among the numbers from one on, at most limit, by number; and where to go on: 0 at the end. One call
	// reads at most SearchDepth numbers.
	OrdersOfPerson(ctx context.Context, p Person, from int64, limit int) (found []order.Order, next int64, err error)
	// Erase takes the personal data of an order away for good (order.Erase). It can be repeated; what was interrupted goes on.
	Erase(ctx context.Context, id int64, by, why string) error
	// Erasable returns why an order cannot be erased yet (order.Order.Erasable), as a fault.Conflict; nil if it can.
	Erasable(ctx context.Context, id int64) error
	// EndedOrders returns orders that have ended before a time and still have personal data, among the numbers from one on, at most
	// limit, by number; and where to go on: 0 at the end. One call covers at most RetentionDepth numbers.
	EndedOrders(ctx context.Context, from int64, before time.Time, limit int) (found []order.Order, next int64, err error)
	// Erasures returns which orders are erased, from a number on, at most limit, by number.
	Erasures(ctx context.Context, from int64, limit int) ([]Erasure, error)
}

// Erasure is an order whose personal data is erased. It tells nothing of whose it was.
type Erasure struct {
	OrderID int64
	Unique  string // of its reference
	At      time.Time
}

// Person is a person whose orders are looked for: by mail address, in either case, or by telephone number.
type Person struct{ Email, Phone string }

// Corrected is the table of corrections.
var Corrected = &Table[order.Correction]{Name: "corrections", Key: 2, Columns: []Column[order.Correction]{
	{"order_id", func(c *order.Correction) any { return &c.OrderID }},
	{"number", func(c *order.Correction) any { return &c.Number }},
	{"at", func(c *order.Correction) any { return (*Millis)(&c.At) }},
	{"who", func(c *order.Correction) any { return &c.By }},
	{"why", func(c *order.Correction) any { return &c.Why }},
	{"was", func(c *order.Correction) any { return jsonText[order.Whose]{&c.Was} }},
}}

// erasure is an order that is erased.
type erasure struct {
	OrderID int64
	At      time.Time
	By, Why string
}

// erasures is the table of erased orders.
var erasures = &Table[erasure]{Name: "erasures", Key: 1, Columns: []Column[erasure]{
	{"order_id", func(e *erasure) any { return &e.OrderID }},
	{"at", func(e *erasure) any { return (*Millis)(&e.At) }},
	{"who", func(e *erasure) any { return &e.By }},
	{"why", func(e *erasure) any { return &e.Why }},
}}

// privacyTx is a transaction as order.Correct and order.Erase see it. Its Booked is of the slot that the order is to get.
type privacyTx struct{ orderTx }

func (t privacyTx) Unheard() bool { return t.Loaded.Unheard }

func (t privacyTx) Corrections() int64 { return t.Loaded.Corrections }

func (t privacyTx) Keep(c order.Correction) { t.add(Corrected.change(insertCorrection, &c)) }

// Booked counts a slot that was named before the order was locked: ErrStale if it is another one now.
func (t privacyTx) Booked(zone string) (int, error) {
	if t.Rows.Slot == nil || t.Rows.Slot.Market != delivery.Pool(t.Loaded.Order.Market, zone) {
		return 0, ErrStale
	}
	return t.Loaded.Booked, nil
}

func (t privacyTx) TakeRoom() { t.count(*t.Rows.Slot, 1) }

func (t privacyTx) Note(orderID int64, by, why string) {
	t.add(erasures.change(insertErasure, &erasure{OrderID: orderID, At: t.now, By: by, Why: why}))
}

func (t privacyTx) Forget(orderID int64) {
	for _, sql := range forgets {
		t.add(Change{SQL: sql, Args: []any{orderID}}, nil)
	}
}

// forgets are the statements that delete what is kept of an order's customer outside its row and its events.
var forgets = []string{
	`DELETE FROM corrections WHERE order_id = $1`,
	`DELETE FROM complaint_photos WHERE order_id = $1`,
	`DELETE FROM claims WHERE order_id = $1`,
	`DELETE FROM tallies WHERE order_id = $1`,
	`DELETE FROM asked WHERE order_id = $1`,
	`UPDATE code_uses SET customer = '' WHERE order_id = $1`,
	`UPDATE receipts SET last_error = '' WHERE last_error <> '' AND event_id IN (SELECT event_id FROM journal WHERE order_id = $1)`,
}

var (
	insertCorrection = Corrected.InsertSQL(1)
	insertErasure    = erasures.AbsentSQL()
)

// CorrectCustomer corrects an order's customer. Events of earlier releases have the old one, which is taken out of them.
func (u UseCases) CorrectCustomer(ctx context.Context, w order.CorrectionWish) (after order.Order, err error) {
	rows := Rows{Order: w.OrderID, Corrections: true, Frees: true, More: func(o order.Order) (*Slot, []order.Cap) { return u.slotCorrected(o, w), nil }}
	_, err = u.do(ctx, rows, func(t *Tx) (err error) {
		after, err = order.Correct(privacyTx{orderTx{t}}, w)
		return err
	})
	if err == nil {
		err = u.Engine.Scrub(ctx, w.OrderID, false)
	}
	return after, err
}

// slotCorrected is the slot that an order takes once it is corrected; nil where that is the one that it has.
func (u UseCases) slotCorrected(o order.Order, w order.CorrectionWish) *Slot {
	after, _, err := o.Corrected(w, u.Now())
	has := slotOf(&o)
	if err != nil || has == nil || after.DeliveryZone == o.DeliveryZone {
		return nil
	}
	return &Slot{Market: delivery.Pool(o.Market, after.DeliveryZone), Start: has.Start}
}

// Erase takes the personal data of an order away: first out of its events, which are completed from the order meanwhile.
func (u UseCases) Erase(ctx context.Context, id int64, by, why string) error {
	rows := Rows{Order: id, Unheard: true}
	if _, err := u.do(ctx, rows, func(t *Tx) error { return order.BeginErasure(privacyTx{orderTx{t}}, by, why) }); err != nil {
		return err
	}
	if err := u.Engine.Scrub(ctx, id, true); err != nil {
		return err
	}
	_, err := u.do(ctx, rows, func(t *Tx) error { return order.Erase(privacyTx{orderTx{t}}) })
	return err
}

// Erasable returns why an order cannot be erased yet.
func (u UseCases) Erasable(ctx context.Context, id int64) error {
	_, err := u.do(ctx, Rows{Order: id, Unheard: true}, func(t *Tx) error {
		tx := privacyTx{orderTx{t}}
		o, err := tx.Order()
		if err == nil {
			err = o.Erasable(tx.Now(), tx.Unheard())
		}
		return err
	})
	return err
}

// Scrubbed returns a history as it is kept of an order that is corrected or erased, and whether that differs. Errors are what partners
// answered, which may name the customer.
func (a Archived) Scrubbed(errors bool) (after Archived, differs bool, err error) {
	var k Keeper
	after = Archived{OrderID: a.OrderID}
	for _, env := range a.History {
		kept, err := k.Row(env)
		if err != nil {
			return a, false, err
		}
		differs = differs || string(kept.Data) != string(env.Data)
		after.History = append(after.History, kept)
	}
	for _, r := range a.Receipts {
		if errors && r.LastError != "" {
			r.LastError, differs = "", true
		}
		after.Receipts = append(after.Receipts, r)
	}
	return after, differs, nil
}

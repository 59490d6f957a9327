package database

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// Rows names what a use case works on. The engine locks it and loads it before the use case runs.
type Rows struct {
	Order   int64 // 0: none
	New     bool  // a number and a unique part for a new order
	Key     string
	Uses    []order.Use // counted
	Caps    []order.Cap // their tallies counted
	Party   string      // whether it has a tally that a person approved an order of it
	Slot    *Slot
	Asked   string       // whether this asker was handed out the order
	Event   event.Type   // whether the journal has it of the order
	Archive bool         // the order's archived history
	Entry   finance.Kind // the order's entry of this kind
	Receipt *event.Receipt
	Rules   *RulesWish // what it meets
	Lock    string     // a name under which one use case at a time is run
	// More names rows that follow from what never changes of the order: its market, its customer and whether it is a test. An
	// engine may read the order for it before it locks anything.
	More func(order.Order) (*Slot, []order.Cap)
}

// With names more rows, given the order.
func (r Rows) With(o *order.Order) Rows {
	if r.More != nil && o.ID != 0 {
		r.Slot, r.Caps = r.More(*o)
	}
	return r
}

// Loaded is what was loaded of what was named. What does not exist is zero.
type Loaded struct {
	Rows     Rows // what was named
	Order    order.Order
	Number   int64
	Unique   string
	Key      *order.StoredKey
	Uses     []order.Count
	Tallies  []order.Count
	Approved bool
	Booked   int // of the slot
	Asked    bool
	Stated   bool
	Archived []byte // history of the order
	Entry    *LedgerEntry
	Receipt  *ReceiptRow // without a state if it does not exist
	Rules    *RulesState
}

// Tx is a transaction of one use case: what was found, and what it writes. It is the same in all engines. It is what each
// service's use cases see of the database.
type Tx struct {
	Loaded
	Changes []Change         // in the order in which they are to be made
	Events  []event.Envelope // to be journalled after them

	ctx context.Context
	now time.Time
	ids *EventIDs
	err error
}

// NewTx begins the transaction of a use case. The engine sets what it loads.
func NewTx(ctx context.Context, now time.Time, ids *EventIDs) *Tx {
	return &Tx{ctx: ctx, now: now, ids: ids}
}

// Run runs the use case. After an error, the caller must store nothing of it.
func (t *Tx) Run(useCase func(*Tx) error) error {
	if err := useCase(t); err != nil {
		return err
	}
	return t.err
}

// add adds a change to those that are to be made.
func (t *Tx) add(c Change, err error) {
	if err != nil {
		t.err = err
	}
	t.Changes = append(t.Changes, c)
}

// Now is the time of the transaction.
func (t *Tx) Now() time.Time { return t.now }

// Journal states events.
func (t *Tx) Journal(events ...event.Event) error {
	for _, e := range events {
		env, err := t.ids.NewEnvelope(t.ctx, e, t.now)
		if err != nil {
			return err
		}
		t.Events = append(t.Events, env)
	}
	return nil
}

// order returns the order that was named.
func (t *Tx) order() (order.Order, error) {
	if t.Loaded.Order.ID == 0 {
		return order.Order{}, NoOrder(t.Rows.Order)
	}
	return t.Loaded.Order, nil
}

// NoOrder is the error of an order that does not exist.
func NoOrder(id int64) error { return fault.New(fault.NotFound, "there is no order %d", id) }

// update stores a changed order, its tallies, and what the change means for the shop's money.
func (t *Tx) update(after order.Order) {
	before := &t.Loaded.Order
	c, changed, err := Orders.Update(before, &after)
	if !changed {
		return
	}
	t.add(c, err)
	t.changed(before, &after)
}

// changed writes what follows from a change of an order.
func (t *Tx) changed(before, after *order.Order) {
	if before.Status != after.Status {
		t.post(EntriesOf(before.Status, *after)...)
	}
	if before.RefundReference != after.RefundReference {
		t.post(finance.Refund(after.ID, after.PaymentProvider, after.Total, after.TestID != 0))
	}
	if before.Status != after.Status || before.RefundReference != after.RefundReference || !slices.Equal(before.Reviews, after.Reviews) {
		Changed(t.ctx, *after)
	}
	t.retally(*before, *after)
}

func (t *Tx) retally(before, after order.Order) {
	lost, got := order.TallyChanges(before, after)
	for _, kind := range lost {
		t.add(Tallies.delete(deleteTallies, &Tally{OrderID: before.ID, Tally: order.Tally{Kind: kind}}, 2))
	}
	for _, tally := range got {
		t.add(Tallies.change(insertTally, &Tally{after.ID, tally}))
	}
}

// post writes entries that are not there yet. Nothing is owed for what costs nothing.
func (t *Tx) post(entries ...finance.Entry) {
	for _, e := range entries {
		if e.Amount.Minor != 0 {
			t.add(Entries.change(insertEntry, &LedgerEntry{Entry: e, Time: t.now}))
		}
	}
}

// The statements that are made of a table's columns once.
var (
	insertOrder   = Orders.InsertSQL(1)
	deleteOrder   = Orders.DeleteSQL(Orders.Key)
	insertUse     = CodeUses.InsertSQL(1)
	deleteUse     = CodeUses.DeleteSQL(CodeUses.Key)
	insertTally   = Tallies.AbsentSQL()
	deleteTallies = Tallies.DeleteSQL(2)
	deleteKey     = Keys.DeleteSQL(Keys.Key)
	insertEntry   = Entries.AbsentSQL()
	saveKey       = Keys.SaveSQL()
	countInSlot   = Slots.SaveSQL("+booked")
)

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

// Rows names the rows that a use case works on. The engine locks and loads them before the use case runs.
type Rows struct {
	Order   int64 // 0: none
	New     bool  // reserves a number and a unique part for a new order
	Key     string
	Uses    []order.Use // to be counted
	Caps    []order.Cap // caps whose tallies are counted
	Party   string      // loads whether a person has approved an order of this party
	Slot    *Slot
	Asked   string       // loads whether the order was handed out to this poller
	Event   event.Type   // loads whether the journal has this event of the order
	Entry   finance.Kind // loads the order's entry of this kind
	Receipt *event.Receipt
	Rules   *RulesWish // loads the state in which the wish is decided
	Lock    string     // a lock under which one use case at a time runs
	// More names rows that depend on immutable properties of the order: its market, its customer and whether it is a
	// test. An engine may read the order for it before it locks anything.
	More func(order.Order) (*Slot, []order.Cap)
}

// With adds the rows that More names for an order.
func (r Rows) With(o *order.Order) Rows {
	if r.More != nil && o.ID != 0 {
		r.Slot, r.Caps = r.More(*o)
	}
	return r
}

// Loaded is what the named rows contain. Rows that do not exist are zero.
type Loaded struct {
	Rows     Rows // the request
	Order    order.Order
	Number   int64
	Unique   string
	Key      *order.StoredKey
	Uses     []order.Count
	Tallies  []order.Count
	Approved bool
	Booked   int // bookings of the slot
	Asked    bool
	Stated   bool
	Entry    *LedgerEntry
	Receipt  *ReceiptRow // its State is empty if it does not exist
	Rules    *RulesState
}

// Tx is the transaction of one use case: the rows it loaded and the changes it makes. It is the same in all engines. The
// use cases of each service see a part of it.
type Tx struct {
	Loaded
	Changes []Change         // in the order in which they are written
	Events  []event.Envelope // journalled after the changes

	ctx context.Context
	now time.Time
	ids *EventIDs
	err error
}

// NewTx starts the transaction of a use case. The engine sets Loaded.
func NewTx(ctx context.Context, now time.Time, ids *EventIDs) *Tx {
	return &Tx{ctx: ctx, now: now, ids: ids}
}

// Run runs the use case. After an error, the caller must store nothing of the transaction.
func (t *Tx) Run(useCase func(*Tx) error) error {
	if err := useCase(t); err != nil {
		return err
	}
	return t.err
}

// add adds a change.
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

// order returns the named order.
func (t *Tx) order() (order.Order, error) {
	if t.Loaded.Order.ID == 0 {
		return order.Order{}, NoOrder(t.Rows.Order)
	}
	return t.Loaded.Order, nil
}

// NoOrder is the error of an order that does not exist.
func NoOrder(id int64) error { return fault.New(fault.NotFound, "there is no order %d", id) }

// update stores a changed order, its tallies and its ledger entries.
func (t *Tx) update(after order.Order) {
	before := &t.Loaded.Order
	c, changed, err := Orders.Update(before, &after)
	if !changed {
		return
	}
	t.add(c, err)
	t.changed(before, &after)
}

// changed stores what follows from a change of an order.
func (t *Tx) changed(before, after *order.Order) {
	if before.Status != after.Status {
		t.post(EntriesOf(before.Status, *after)...)
	}
	t.post(PaymentEntriesOf(*before, *after)...)
	if before.Status != after.Status || !slices.Equal(before.Refunds, after.Refunds) || !slices.Equal(before.Reviews, after.Reviews) {
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

// post writes entries that do not exist yet. An amount of zero needs no entry.
func (t *Tx) post(entries ...finance.Entry) {
	for _, e := range entries {
		if e.Amount.Minor != 0 {
			t.add(Entries.change(insertEntry, &LedgerEntry{Entry: e, Time: t.now}))
		}
	}
}

// The statements made from the tables' columns, once.
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

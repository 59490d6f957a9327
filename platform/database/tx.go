package database

import (
	"context"
	"slices"
	"time"

	"acme.example/webshop/delivery"
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
	Uses    []order.Use   // to be counted
	Caps    []order.Cap   // caps whose tallies are counted
	Stock   []order.Stock // counted products, as their counts begin
	Party   string        // loads whether a person has approved an order of this party
	Slot    *Slot         // that the order is to get: its bookings are counted
	Frees   bool          // whether the order leaves the slot that it has: that is Freed
	Freed   *Slot         // set by With
	Asked   string        // loads whether the order was handed out to this poller
	Event   event.Type    // loads whether the journal has this event of the order
	Entry   finance.Kind  // loads the order's entry of this kind
	Receipt *event.Receipt
	Rules   *RulesWish // loads the state in which the wish is decided
	Lock    string     // a lock under which one use case at a time runs
	Older   int64      // loads whether a process below this level runs
	Unheard bool       // loads whether an event of the order is not handled
	Books   bool       // loads the last entry of the books
	// Corrections loads how often the order was corrected.
	Corrections bool
	// More names rows that depend on immutable properties of the order: its market, its customer and whether it is a
	// test. An engine may read the order for it, and for Frees, before it locks anything.
	More func(order.Order) (*Slot, []order.Cap)
}

// ErrStale means that an order got another slot after it was read to name the rows of a use case. The engine begins again.
var ErrStale = fault.New(fault.Unavailable, "someone else is changing this order; please try again")

// NeedsOrder reports whether some rows depend on the order.
func (r Rows) NeedsOrder() bool { return r.More != nil || r.Frees }

// With adds the rows that depend on an order.
func (r Rows) With(o *order.Order) Rows {
	if r.More != nil && o.ID != 0 {
		r.Slot, r.Caps = r.More(*o)
	}
	if r.Frees {
		r.Freed = slotOf(o)
	}
	return r
}

// slotOf is the slot that a real order has; nil for none.
func slotOf(o *order.Order) *Slot {
	if o.DeliveryTime.IsZero() || o.TestID != 0 {
		return nil
	}
	return &Slot{Market: delivery.Pool(o.Market, o.DeliveryZone), Start: o.DeliveryTime}
}

// stale reports whether a use case is to free another slot than the order has.
func (t *Tx) stale() bool {
	if !t.Rows.Frees {
		return false
	}
	has, named := slotOf(&t.Loaded.Order), t.Rows.Freed
	if has == nil || named == nil {
		return has != named
	}
	return has.Market != named.Market || !has.Start.Equal(named.Start)
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
	Stock    []order.Stock // as Rows.Stock
	Approved bool
	Booked   int // bookings of the slot
	Asked    bool
	Stated   bool
	Entry    *LedgerEntry
	Receipt  *ReceiptRow // its State is empty if it does not exist
	Rules    *RulesState
	Older    bool
	Books    BooksHead

	Unheard     bool
	Corrections int64
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
	if t.stale() {
		return ErrStale
	}
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
	if Reworded(before, &after) {
		t.reword(&after)
	}
	t.changed(before, &after)
}

// changed stores what follows from a change of an order.
func (t *Tx) changed(before, after *order.Order) {
	if before.Status != after.Status {
		t.post(EntriesOf(before.Status, *after)...)
		t.awaitHandOver(*after)
	}
	t.post(PaymentEntriesOf(*before, *after)...)
	if before.Status != after.Status || before.DeliveryMoves != after.DeliveryMoves || !slices.Equal(before.Refunds, after.Refunds) || !slices.Equal(before.Reviews, after.Reviews) {
		Changed(t.ctx, *after)
	}
	t.retally(*before, *after)
	t.restock(*before, *after)
}

// count adds to the bookings of a slot.
func (t *Tx) count(s Slot, n int64) {
	s.Booked = n
	t.add(Slots.change(countInSlot, &s))
}

// freeRoom takes the order out of the slot that it has, if it is a real one that has one.
func (t *Tx) freeRoom() {
	if t.Rows.Freed != nil {
		t.count(*t.Rows.Freed, -1)
	}
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

// restock changes the counts of the products that an order takes, or gives back.
func (t *Tx) restock(before, after order.Order) {
	for _, p := range order.StockTaken(before, after) {
		row := order.Stock{SKU: p.SKU, Taken: p.Quantity}
		for _, s := range t.Loaded.Stock {
			if s.SKU == p.SKU {
				row.Received = s.Received // of a count that begins
			}
		}
		c, err := StockCounts.change(takeStock, &row)
		if p.Quantity < 0 {
			c, err = Change{SQL: giveBackStock, Args: []any{-p.Quantity, p.SKU}, Record: &row}, nil
		}
		c.Last = p.SKU
		t.add(c, err)
	}
}

// post writes entries that do not exist yet. An amount of zero needs no entry.
func (t *Tx) post(entries ...finance.Entry) { t.postAt(t.now, entries...) }

func (t *Tx) postAt(at time.Time, entries ...finance.Entry) {
	for _, e := range entries {
		if e.Amount.Minor != 0 {
			t.add(Entries.change(insertEntry, &LedgerEntry{Entry: e, Time: at}))
		}
	}
}

// giveBackStock gives pieces back. It needs no lock that keeps others from taking: they see fewer left, never more.
const giveBackStock = `UPDATE stock SET taken = taken - $1 WHERE sku = $2`

// The statements made from the tables' columns, once.
var (
	insertOrder   = Orders.InsertSQL(1)
	deleteOrder   = Orders.DeleteSQL(Orders.Key)
	insertUse     = CodeUses.InsertSQL(1)
	deleteUse     = CodeUses.DeleteSQL(CodeUses.Key)
	insertTally   = Tallies.AbsentSQL()
	deleteTallies = Tallies.DeleteSQL(2)
	insertPhoto   = Photos.InsertSQL(1)
	deleteKey     = Keys.DeleteSQL(Keys.Key)
	insertEntry   = Entries.AbsentSQL()
	saveKey       = Keys.SaveSQL()
	takeStock     = StockCounts.SaveSQL("+taken")
	insertWords   = SearchRows.InsertSQL(1)
	deleteWords   = SearchRows.DeleteSQL(SearchRows.Key)
	countInSlot   = Slots.SaveSQL("+booked")
)

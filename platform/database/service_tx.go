package database

import (
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// orderTx is a transaction as the use cases of the order service see it.
type orderTx struct{ *Tx }

func (t orderTx) Order() (order.Order, error) { return t.order() }
func (t orderTx) Uses() []order.Count         { return t.Loaded.Uses }
func (t orderTx) Tallies() []order.Count      { return t.Loaded.Tallies }
func (t orderTx) Stock() []order.Stock        { return t.Loaded.Stock }
func (t orderTx) Approved() bool              { return t.Loaded.Approved }
func (t orderTx) Asked() bool                 { return t.Loaded.Asked }
func (t orderTx) Update(after order.Order)    { t.update(after) }

func (t orderTx) StoredKey() (order.StoredKey, bool) {
	if t.Loaded.Key == nil {
		return order.StoredKey{}, false
	}
	return *t.Loaded.Key, true
}

func (t orderTx) Insert(o order.Order) (order.Order, error) {
	o.ID, o.Unique = t.Number, t.Unique
	t.add(Orders.change(insertOrder, &o))
	before := o
	before.Status = ""
	t.changed(&before, &o)
	return o, nil
}

func (t orderTx) Delete(o order.Order) {
	t.retally(o, order.Order{ID: o.ID, TestID: o.TestID})
	t.restock(o, order.Order{Terms: o.Terms})
	t.add(Orders.delete(deleteOrder, &o, Orders.Key))
	t.add(SearchRows.delete(deleteWords, &SearchRow{OrderID: o.ID}, SearchRows.Key))
}

func (t orderTx) SaveKey(c order.IdempotencyKey, orderID int64) {
	if c.Key != "" {
		t.add(Keys.change(saveKey, &Key{Key: c.Key, Fingerprint: c.Fingerprint, OrderID: orderID, Expires: t.now.Add(c.ValidFor)}))
	}
}

func (t orderTx) DeleteKey(c order.IdempotencyKey) {
	t.add(Keys.delete(deleteKey, &Key{Key: c.Key}, Keys.Key))
}

func (t orderTx) AddUse(u order.Use, orderID int64) {
	t.add(CodeUses.change(insertUse, &CodeUse{u.Code, u.Customer, orderID}))
}

func (t orderTx) RemoveUse(u order.Use, orderID int64) {
	t.add(CodeUses.delete(deleteUse, &CodeUse{u.Code, u.Customer, orderID}, CodeUses.Key))
	if u.Older != u.Customer {
		t.add(CodeUses.delete(deleteUse, &CodeUse{u.Code, u.Older, orderID}, CodeUses.Key))
	}
}

// FreeSlot takes the order out of the slot that it has.
func (t orderTx) FreeSlot() { t.freeRoom() }

// KeepPhoto stores a photo of a complaint.
func (t orderTx) KeepPhoto(p order.ComplaintPhoto) { t.add(Photos.change(insertPhoto, &p)) }

// deliveryTx is a transaction as the use cases of the delivery service see it.
type deliveryTx struct{ *Tx }

func (t deliveryTx) Booking() (delivery.Booking, error) {
	o, err := t.order()
	return BookingOf(o), err
}

func (t deliveryTx) Booked() int { return t.Loaded.Booked }

func (t deliveryTx) MayBook() error { return order.Within(t.Rows.Caps, t.Loaded.Tallies) }

func (t deliveryTx) SetBooking(b delivery.Booking) {
	after := t.Loaded.Order
	after.DeliveryTime, after.DeliveryUntil, after.DeliveryZone, after.DeliveryMoves = b.Time, b.Until, b.Zone, b.Moves
	t.update(after.Rebooked(t.now))
}

func (t deliveryTx) TakeRoom() { t.count(*t.Rows.Slot, 1) }
func (t deliveryTx) FreeRoom() { t.freeRoom() }

// stockTx is a transaction as stock.State sees it.
type stockTx struct{ *Tx }

func (t stockTx) Order() (stock.Order, string, error) {
	o, err := t.order()
	return StockOrder(o), string(o.Status), err
}

func (t stockTx) Stated() bool { return t.Loaded.Stated }

// financeTx is a transaction as the use cases of the finance service see it.
type financeTx struct{ *Tx }

func (t financeTx) Taxes() (string, []event.Tax, error) {
	o, err := t.order()
	return o.Market, o.Terms.Taxes, err
}

func (t financeTx) Entry() (finance.Entry, bool) {
	if t.Loaded.Entry == nil {
		return finance.Entry{}, false
	}
	return t.Loaded.Entry.Entry, true
}

func (t financeTx) Post(entries ...finance.Entry) { t.post(entries...) }

// bankTx writes entries with the time at which the money came.
type bankTx struct {
	financeTx
	at time.Time
}

func (t bankTx) Post(entries ...finance.Entry) { t.postAt(t.at, entries...) }

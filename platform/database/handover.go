package database

import (
	"context"
	"time"

	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

// Handover is an order that counts as handed over when its window has ended: its market's carrier reports nothing.
type Handover struct {
	OrderID int64
	Due     time.Time
}

// Handovers is the table of such orders.
var Handovers = &Table[Handover]{Name: "handovers", Key: 1, Columns: []Column[Handover]{
	{"order_id", func(h *Handover) any { return &h.OrderID }},
	{"due", func(h *Handover) any { return (*Millis)(&h.Due) }},
}}

// awaitHandOver keeps when an order will count as handed over.
func (t *Tx) awaitHandOver(o order.Order) {
	if o.Status == order.DeliveryBooked && !o.Terms.Tracked && o.TestID == 0 && o.Total.Minor > 0 && o.Terms.Imported == nil {
		t.add(Handovers.change(saveHandover, &Handover{o.ID, windowEnd(o)}))
	}
}

// windowEnd is when the order's delivery is over.
func windowEnd(o order.Order) time.Time {
	if o.DeliveryUntil.IsZero() {
		return o.DeliveryTime
	}
	return o.DeliveryUntil
}

// HandOver enters in the ledger that an order was handed over.
func (u UseCases) HandOver(ctx context.Context, orderID int64) error {
	_, err := u.do(ctx, Rows{Order: orderID}, func(t *Tx) error {
		o, err := t.order()
		if err != nil {
			return err
		}
		h := Handover{orderID, windowEnd(o)}
		if o.Status == order.DeliveryBooked && h.Due.After(t.now) { // it was moved
			t.add(Handovers.change(saveHandover, &h))
			return nil
		}
		if o.Status == order.DeliveryBooked {
			t.post(finance.HandedOver(o.ID, o.Total, false))
		}
		t.add(Handovers.delete(deleteHandover, &h, 1))
		return nil
	})
	return err
}

var (
	saveHandover   = Handovers.SaveSQL()
	deleteHandover = Handovers.DeleteSQL(1)
)

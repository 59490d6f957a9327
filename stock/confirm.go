package stock

import (
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Tx is a transaction that confirms an order's plants. The order is locked and loaded before Confirm runs.
type Tx interface {
	// Order returns the order as stock sees it, and its status; or fault.NotFound.
	Order() (o Order, status string, err error)
	// Stated reports whether the order has its StockCreated.
	Stated() bool
	// Journal journals events, with a pending receipt for each of their subscribers.
	Journal(...event.Event) error
}

// waiting is the status of an order that waits for its plants.
const waiting = "PLACED"

// Confirm journals that an order's plants are there (Store.StockCreated).
func Confirm(tx Tx) error {
	o, status, err := tx.Order()
	switch {
	case err != nil, tx.Stated():
		return err
	case status == waiting:
		return tx.Journal(event.StockCreated{OrderID: o.ID, TestID: o.TestID})
	case o.Placed, o.Cancelled:
		return nil
	}
	return fault.New(fault.Conflict, "order %d is %s; it is not in the order book yet", o.ID, status)
}

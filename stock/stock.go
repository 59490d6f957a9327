// Package stock ensures that the plants of an order are there: it asks the stockist to produce and deliver them. The
// answer may come at once, or later by a signed callback.
//
// It guarantees: the stockist is asked with one key for each order; StockCreated is journalled once for each order,
// however often the stockist answers; and an order whose plants the stockist refuses is cancelled or, if that is no
// longer possible, reported to an operator.
package stock

import (
	"context"
	"time"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Order is an order as stock sees it.
type Order struct {
	ID        int64
	Ref       ref.Order
	Products  event.Items
	Placed    bool // whether it is placed, or further
	Cancelled bool
	TestID    int64 // 0: a real order
}

// Store is what the stock service needs of the database. If the context carries an event.Receipt, a change marks it done
// in its transaction, and a call whose receipt is already done changes nothing.
type Store interface {
	// StockOrder returns the order as stock sees it, or fault.NotFound.
	StockOrder(ctx context.Context, orderID int64) (Order, error)
	// RefuseStock cancels an order whose plants cannot be had, as order.OutOfStock. If it is CANCELLED already, nothing
	// changes. If its delivery is booked, it can no longer be cancelled: a subscriber gets fault.Conflict, for which its
	// receipt is parked; otherwise the receipt of stock.OrderPlaced becomes a dead letter, once.
	RefuseStock(ctx context.Context, orderID int64) error
	// StockCreated journals StockCreated for an order that is PLACED. If it is further, or CANCELLED, nothing changes; if
	// it is not PLACED yet, the error is fault.Conflict; if it does not exist, fault.NotFound.
	StockCreated(ctx context.Context, orderID int64) error
	// TakeUnanswered returns orders that have been PLACED since before the given time and are due to be polled, at most
	// limit, longest due first, and reschedules each: by some minutes, doubled each time, up to again. Only one of many
	// callers gets an order.
	TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]Order, error)
	// PutOff sets the time of an order's next poll, and stores why.
	PutOff(ctx context.Context, asker string, orderID int64, until time.Time, why string) error
}

// Poller names the schedule on which the stockist is asked again.
const Poller = "stock"

// Refill is a request to the stockist.
type Refill struct {
	Key     string // idempotency key
	OrderID int64
	SKUs    []string
	Test    bool // produce nothing real
}

// Stockist is the partner that produces the plants. Its calls are bounded in time.
type Stockist interface {
	// Refill requests the order's plants, once for each key. It returns true if they are there, false if the stockist
	// will call back, and fault.Refused if it cannot produce them.
	Refill(ctx context.Context, r Refill) (ready bool, err error)
}

// Service is the stock service. All exported fields must be set.
type Service struct {
	Store    Store
	Stockist Stockist
	Verify   callbacks.Verifier
	// RemindAfter returns how long an order may be PLACED before the stockist is asked again; 0: for ever.
	RemindAfter func() time.Duration
	Now         func() time.Time
}

// RefillOrder asks the stockist for an order's plants and, if they are there at once, journals StockCreated. It returns
// false if the stockist will call back, or the order is cancelled because the plants cannot be had.
func (s *Service) RefillOrder(ctx context.Context, o Order) (bool, error) {
	ready, err := s.Stockist.Refill(ctx, Refill{
		Key: o.Ref.Key(ref.Refill), OrderID: o.ID,
		SKUs: o.Products.SKUs(), Test: o.TestID != 0,
	})
	switch {
	case fault.CodeOf(err) == fault.Refused:
		return false, s.Store.RefuseStock(ctx, o.ID)
	case err != nil || !ready:
		return false, err
	}
	crash.At("stock.after-refill")
	return true, s.Store.StockCreated(ctx, o.ID)
}

// RefillByHand asks the stockist for an order's plants because an operator wants it. For an order that is not placed
// (unpaid, declined or cancelled) nothing is produced, and the error is fault.Conflict.
func (s *Service) RefillByHand(ctx context.Context, orderID int64) (bool, error) {
	o, err := s.Store.StockOrder(ctx, orderID)
	if err == nil && !o.Placed {
		err = fault.New(fault.Conflict, "order %d is not in the order book; there is nothing to produce", orderID)
	}
	if err != nil {
		return false, err
	}
	return s.RefillOrder(ctx, o)
}

// OnOrderPlaced asks the stockist for the plants of a placed order, unless it was cancelled.
func (s *Service) OnOrderPlaced(ctx context.Context, e event.OrderPlaced) error {
	o, err := s.Store.StockOrder(ctx, e.OrderID)
	if err != nil || o.Cancelled {
		return err
	}
	_, err = s.RefillOrder(ctx, o)
	return err
}

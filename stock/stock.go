// Package stock sees to it that the plants of an order are there: it asks the stockist to produce and deliver them.
// The answer may come at once, or later as a signed callback.
//
// It guarantees: the stockist is asked under one key for each order; StockCreated is stated once for each order, however
// often the stockist answers; and an order whose plants the stockist refuses is cancelled, not forgotten: when it cannot be
// cancelled any more, an operator is told.
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
	Placed    bool // whether it is in the order book, or further
	Cancelled bool
	TestID    int64 // 0: a real order
}

// Store is what the stock service needs of the database. When the context carries an event.Receipt, a change marks it
// in its transaction, and a call whose receipt is done already changes nothing.
type Store interface {
	// StockOrder returns the order as stock sees it, or fault.NotFound.
	StockOrder(ctx context.Context, orderID int64) (Order, error)
	// RefuseStock cancels an order whose plants cannot be had, as order.OutOfStock. For one that is CANCELLED it changes
	// nothing. One whose delivery is booked cannot be cancelled any more: that is fault.Conflict for a subscriber, whose
	// receipt is parked for it; else the receipt of stock.OrderPlaced becomes a dead letter, once.
	RefuseStock(ctx context.Context, orderID int64) error
	// StockCreated journals StockCreated for an order that is PLACED. For one that is further, or CANCELLED, it
	// changes nothing; for one that is not PLACED yet it is fault.Conflict; for none, fault.NotFound.
	StockCreated(ctx context.Context, orderID int64) error
	// TakeUnanswered returns orders that are PLACED since before the given time and are to be asked about now, at most
	// limit, those first that have waited longest for it, and puts each off: by some minutes, and twice as long each time,
	// up to again. Of many callers one gets an order.
	TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int) ([]Order, error)
	// PutOff lets an order be asked about at a time, and keeps why.
	PutOff(ctx context.Context, asker string, orderID int64, until time.Time, why string) error
}

// Poller names the schedule on which the stockist is asked again.
const Poller = "stock"

// Refill is what the stockist is asked for.
type Refill struct {
	Key     string // idempotency key
	OrderID int64
	SKUs    []string
	Test    bool // produce nothing real
}

// Stockist is the third party that produces the plants. Its calls are bounded in time.
type Stockist interface {
	// Refill asks for the order's plants, once for each key. It returns true when they are there, false when the
	// stockist will call back. What it cannot produce is fault.Refused.
	Refill(ctx context.Context, r Refill) (ready bool, err error)
}

// Service is the stock service. All exported fields must be set.
type Service struct {
	Store    Store
	Stockist Stockist
	Verify   callbacks.Verifier
	// RemindAfter tells how long an order may be PLACED before the stockist is asked again; 0: for ever.
	RemindAfter func() time.Duration
	Now         func() time.Time
}

// RefillOrder asks the stockist for an order's plants and, when they are there at once, states StockCreated. It
// returns false when the stockist will call back, or when the order is cancelled because the plants cannot be had.
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

// RefillByHand asks the stockist for an order's plants because an operator wants so. For an order that is not in the
// order book, because it is not paid yet, declined or cancelled, nothing is produced: that is fault.Conflict.
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

// OnOrderPlaced asks the stockist for the plants of an order that is in the order book, unless it was cancelled.
func (s *Service) OnOrderPlaced(ctx context.Context, e event.OrderPlaced) error {
	o, err := s.Store.StockOrder(ctx, e.OrderID)
	if err != nil || o.Cancelled {
		return err
	}
	_, err = s.RefillOrder(ctx, o)
	return err
}

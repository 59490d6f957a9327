package database

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/stock"
)

// Engine runs the transactions of use cases.
type Engine interface {
	// Do runs a use case in a transaction, with the rows that it names locked and loaded, and returns when its writes are
	// durable. It may run the use case more than once. If the context carries a receipt, it is marked done in the same
	// transaction; if it was neither pending nor parked, the use case is a duplicate: nothing is stored, and Do returns
	// true.
	Do(ctx context.Context, rows Rows, useCase func(*Tx) error) (duplicate bool, err error)
	// Order returns an order, or fault.NotFound.
	Order(ctx context.Context, id int64) (order.Order, error)
	// ReceiptsOf returns the receipts of all events of an order.
	ReceiptsOf(ctx context.Context, orderID int64) ([]ReceiptState, error)
}

// UseCases implements the part of a store that is the same in each engine: each method runs a function of its service's
// package in a transaction. Each engine embeds it in its Store.
type UseCases struct {
	Engine Engine
	Now    func() time.Time
	// Apply applies a move; nil means order.Order.Apply. Tests of the audit replace it to store wrong states.
	Apply order.Apply
}

func (u UseCases) do(ctx context.Context, rows Rows, useCase func(*Tx) error) (duplicate bool, err error) {
	return u.Engine.Do(ctx, rows, func(t *Tx) error { return t.Run(useCase) })
}

// CreateOrder stores a new order under its idempotency key.
func (u UseCases) CreateOrder(ctx context.Context, o order.Order, c order.IdempotencyKey) (stored order.Order, fresh bool, err error) {
	rows := Rows{New: true, Key: c.Key, Uses: c.Uses, Caps: c.Caps, Party: c.Known}
	_, err = u.do(ctx, rows, func(t *Tx) (err error) {
		stored, fresh, err = order.Create(orderTx{t}, o, c)
		return err
	})
	return stored, fresh && err == nil, err
}

// MoveOrder applies a move.
func (u UseCases) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	return u.ofOrder(ctx, m.OrderID, func(tx order.Tx) (order.Order, error) { return order.ApplyMove(tx, m, u.apply()) })
}

func (u UseCases) apply() order.Apply {
	if u.Apply != nil {
		return u.Apply
	}
	return order.Order.Apply
}

// RecordReview stores the decision of a step of an order's review.
func (u UseCases) RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error) {
	duplicate, err := u.do(ctx, Rows{Order: orderID}, func(t *Tx) (err error) {
		holds, err = order.RecordReview(orderTx{t}, order.Decision(step, passed, by, note))
		return err
	})
	return holds || duplicate, err
}

// RecordPayment stores what became of an attempt to pay an order.
func (u UseCases) RecordPayment(ctx context.Context, s order.Settlement) (order.Order, error) {
	return u.ofOrder(ctx, s.OrderID, func(tx order.Tx) (order.Order, error) { return order.RecordPayment(tx, s, u.apply()) })
}

// AddPayment stores one more attempt to pay an order.
func (u UseCases) AddPayment(ctx context.Context, id int64, m order.Method) (order.Order, error) {
	return u.ofOrder(ctx, id, func(tx order.Tx) (order.Order, error) { return order.AddPayment(tx, m) })
}

// RecordDispute keeps what a customer's bank did with the money of a payment.
func (u UseCases) RecordDispute(ctx context.Context, id int64, number int, d payments.Dispute) error {
	_, err := u.do(ctx, Rows{Order: id}, func(t *Tx) error { return order.RecordDispute(orderTx{t}, number, d) })
	return err
}

// RequestRefund stores a refund that is to be made.
func (u UseCases) RequestRefund(ctx context.Context, w order.RefundWish) (order.Order, error) {
	return u.ofOrder(ctx, w.OrderID, func(tx order.Tx) (order.Order, error) { return order.RequestRefund(tx, w) })
}

// ApproveRefund stores the second person's yes to a refund.
func (u UseCases) ApproveRefund(ctx context.Context, id int64, number int, by string) (order.Order, error) {
	return u.ofOrder(ctx, id, func(tx order.Tx) (order.Order, error) { return order.ApproveRefund(tx, number, by) })
}

// RecordRefund keeps what the provider answered for a refund.
func (u UseCases) RecordRefund(ctx context.Context, id int64, number int, out payments.RefundOutcome) error {
	_, err := u.do(ctx, Rows{Order: id}, func(t *Tx) error { return order.RecordRefund(orderTx{t}, number, out) })
	return err
}

// ofOrder runs a use case on an order, and returns the order after it.
func (u UseCases) ofOrder(ctx context.Context, id int64, useCase func(order.Tx) (order.Order, error)) (after order.Order, err error) {
	duplicate, err := u.do(ctx, Rows{Order: id}, func(t *Tx) (err error) {
		after, err = useCase(orderTx{t})
		return err
	})
	if duplicate && err == nil {
		return u.Engine.Order(ctx, id)
	}
	return after, err
}

// DropOrder deletes an order that was certainly not charged.
func (u UseCases) DropOrder(ctx context.Context, id int64, c order.IdempotencyKey) error {
	_, err := u.do(ctx, Rows{Order: id, Key: c.Key, Asked: order.Poller}, func(t *Tx) error { return order.Drop(orderTx{t}, c) })
	return err
}

// Book books a time for an order's delivery. Test orders take no room, and so need not wait for each other.
func (u UseCases) Book(ctx context.Context, orderID int64, at time.Time, room delivery.Room) (booking delivery.Booking, err error) {
	rows := Rows{Order: orderID, More: func(o order.Order) (*Slot, []order.Cap) {
		if o.TestID != 0 {
			return nil, nil
		}
		return &Slot{Market: o.Market, Start: at}, o.DeliveryCaps(u.Now(), room.Customer)
	}}
	duplicate, err := u.do(ctx, rows, func(t *Tx) (err error) {
		booking, err = delivery.Book(deliveryTx{t}, at, room)
		return err
	})
	if duplicate && err == nil {
		o, err := u.Engine.Order(ctx, orderID)
		return BookingOf(o), err
	}
	return booking, err
}

// StockOrder returns the order as stock sees it.
func (u UseCases) StockOrder(ctx context.Context, orderID int64) (stock.Order, error) {
	o, err := u.Engine.Order(ctx, orderID)
	return StockOrder(o), err
}

// StockCreated journals StockCreated for an order that is PLACED.
func (u UseCases) StockCreated(ctx context.Context, orderID int64) error {
	_, err := u.do(ctx, Rows{Order: orderID, Event: event.TypeStockCreated}, func(t *Tx) error { return stock.Confirm(stockTx{t}) })
	return err
}

// RefuseStock cancels an order whose plants cannot be had.
func (u UseCases) RefuseStock(ctx context.Context, orderID int64) error {
	return RefuseStock(ctx, struct {
		UseCases
		Engine
	}{u, u.Engine}, orderID)
}

// PostEntries writes an entry with its taxes into the ledger, once.
func (u UseCases) PostEntries(ctx context.Context, e finance.Entry) error {
	_, err := u.do(ctx, Rows{Order: e.OrderID}, func(t *Tx) error { return finance.Post(financeTx{t}, e) })
	return err
}

// Correct writes a correction into the ledger.
func (u UseCases) Correct(ctx context.Context, e finance.Entry) error {
	_, err := u.do(ctx, Rows{Order: e.OrderID, Entry: e.Kind}, func(t *Tx) error { return finance.Correct(financeTx{t}, e) })
	return err
}

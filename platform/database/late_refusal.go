package database

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
)

// asksStockist is the subscriber that asks the stockist for an order's plants.
const asksStockist = "stock.OrderPlaced"

// refusing is the part of an engine that RefuseStock uses.
type refusing interface {
	MoveOrder(ctx context.Context, m order.Move) (order.Order, error)
	ReceiptsOf(ctx context.Context, orderID int64) ([]ReceiptState, error)
	// Unsettle makes a done receipt a dead letter, and reports whether it did.
	Unsettle(ctx context.Context, r *event.Receipt, failure string) (bool, error)
}

// RefuseStock cancels an order whose plants cannot be had. Once its delivery is booked, an order can no longer be
// cancelled: then the receipt of the request to the stockist becomes a dead letter, so that an operator sees it.
func RefuseStock(ctx context.Context, s refusing, orderID int64) error {
	_, err := s.MoveOrder(ctx, order.Move{OrderID: orderID, To: order.Cancelled, Reason: order.OutOfStock})
	if fault.CodeOf(err) != fault.Conflict || event.ReceiptOf(ctx) != nil { // a subscriber's own failure parks its receipt
		return err
	}
	asked, readErr := askedStockist(ctx, s, orderID)
	switch {
	case readErr != nil:
		return readErr
	case asked.State == "pending":
		return fault.New(fault.InProgress, "the stockist is being asked for order %d; say so again soon", orderID)
	case asked.State == "parked", asked.State == "discarded":
		return nil // an operator has seen it
	}
	told, unsettleErr := s.Unsettle(ctx, &event.Receipt{EventID: asked.EventID, Subscriber: asksStockist},
		"the stockist refused the order when its delivery was booked; call them, and then the customer")
	if unsettleErr != nil || told {
		return unsettleErr
	}
	return err // the stockist was never asked for it, or the order is archived
}

func askedStockist(ctx context.Context, s refusing, orderID int64) (ReceiptState, error) {
	receipts, err := s.ReceiptsOf(ctx, orderID)
	for _, r := range receipts {
		if r.Subscriber == asksStockist {
			return r, err
		}
	}
	return ReceiptState{}, err
}

package postgres

import (
	"context"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// StockOrder returns the order as stock sees it.
func (s *Store) StockOrder(ctx context.Context, orderID int64) (stock.Order, error) {
	o, err := s.Order(ctx, orderID)
	return database.StockOrder(o), err
}

// RefuseStock cancels an order whose plants cannot be had.
func (s *Store) RefuseStock(ctx context.Context, orderID int64) error {
	return database.RefuseStock(ctx, s, orderID)
}

const hasEvent = `SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = $1 AND type = $2)`

// StockCreated journals StockCreated for an order that is PLACED.
func (s *Store) StockCreated(ctx context.Context, orderID int64) error {
	var stated bool
	_, err := s.onOrder(ctx, orderID, func(t *tx, o order.Order) error {
		switch {
		case stated, o.Status == order.Stocked, o.Status == order.DeliveryBooked, o.Status == order.Cancelled:
			return nil
		case o.Status == order.Placed:
			return t.journal(ctx, s.now(), event.StockCreated{OrderID: o.ID, TestID: o.TestID})
		}
		return fault.New(fault.Conflict, "order %d is %s; it is not in the order book yet", o.ID, o.Status)
	}, read{sql: hasEvent, args: []any{orderID, string(event.TypeStockCreated)}, scan: into(&stated)})
	return err
}

// Enter writes an entry into the ledger, once.
func (s *Store) Enter(ctx context.Context, e finance.Entry) error {
	_, err := s.onOrder(ctx, e.OrderID, func(t *tx, o order.Order) error {
		return t.enter(s.now(), finance.WithTaxes(e, o.Market, o.Terms.Taxes)...)
	})
	return err
}

// Refunded keeps the reference of an order's refund, and enters it in the ledger.
func (s *Store) Refunded(ctx context.Context, id int64, reference string) error {
	_, err := s.onOrder(ctx, id, func(t *tx, o order.Order) error {
		if o.RefundReference == "" {
			database.Changed(ctx, o)
		}
		t.exec(`UPDATE orders SET refund_reference = $2 WHERE order_id = $1`, id, reference)
		return t.enter(s.now(), finance.Refund(id, o.PaymentProvider, o.Total, o.TestID != 0))
	})
	return err
}

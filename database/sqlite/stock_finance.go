package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"acme.example/webshop/database"
	"acme.example/webshop/database/queries"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// StockOrder returns the order as stock sees it.
func (s *Store) StockOrder(ctx context.Context, orderID int64) (stock.Order, error) {
	o := order.Order{ID: orderID}
	err := s.read.QueryRowContext(ctx, `SELECT unique_part, status, products, test_id FROM orders WHERE order_id = ?`, orderID).
		Scan(&o.Unique, &o.Status, &o.Products, &o.TestID)
	if errors.Is(err, sql.ErrNoRows) {
		err = queries.NoOrder(orderID)
	}
	return database.StockOrder(o), err
}

// RefuseStock cancels an order whose plants cannot be had.
func (s *Store) RefuseStock(ctx context.Context, orderID int64) error {
	return database.RefuseStock(ctx, s, orderID)
}

// StockCreated journals StockCreated for an order that is PLACED.
func (s *Store) StockCreated(ctx context.Context, orderID int64) error {
	_, err := s.do(ctx, func(t *tx) error {
		var o order.Order
		if err := t.load(orderID, &o); err != nil {
			return err
		}
		switch o.Status {
		case order.Placed:
			return t.state(ctx, s, event.StockCreated{OrderID: o.ID, TestID: o.TestID})
		case order.Stocked, order.DeliveryBooked, order.Cancelled:
			return nil
		}
		return fault.New(fault.Conflict, "order %d is %s; it is not in the order book yet", o.ID, o.Status)
	})
	return err
}

package sqlite

import (
	"context"
	"time"

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

// Unanswered returns orders that are PLACED since before the given time.
func (s *Store) Unanswered(ctx context.Context, before time.Time, limit int) ([]stock.Order, error) {
	late, err := s.orders(ctx, `SELECT `+orderColumns+` FROM orders WHERE status = 'PLACED' AND status_at < ?
		ORDER BY status_at LIMIT ?`, before.UnixMilli(), limit)
	return database.StockOrders(late), err
}

// RefuseStock cancels an order whose plants cannot be had.
func (s *Store) RefuseStock(ctx context.Context, orderID int64) error {
	_, err := s.MoveOrder(ctx, order.Move{OrderID: orderID, To: order.Cancelled, Reason: order.OutOfStock})
	return err
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
			return t.stockCreated(ctx, s, o)
		case order.Stocked, order.DeliveryBooked, order.Cancelled:
			return nil
		}
		return fault.New(fault.Conflict, "order %d is %s; it is not in the order book yet", o.ID, o.Status)
	})
	return err
}

func (t *tx) stockCreated(ctx context.Context, s *Store, o order.Order) error {
	var stated bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = ? AND type = ?)`, o.ID, event.TypeStockCreated).Scan(&stated)
	if err != nil || stated {
		return err
	}
	return t.journal(ctx, s.now(), event.StockCreated{OrderID: o.ID, TestID: o.TestID})
}

// Sale returns an order as finance sees it.
func (s *Store) Sale(ctx context.Context, orderID int64) (finance.Sale, error) {
	o, err := s.Order(ctx, orderID)
	if err != nil {
		return finance.Sale{}, err
	}
	sale := finance.Sale{OrderID: o.ID, Amount: o.Total, Test: o.TestID != 0}
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM journal WHERE order_id = ? AND type = ?)`, o.ID, event.TypeOrderPlaced).
		Scan(&sale.Placed)
	if err != nil || sale.Placed {
		return sale, err
	}
	a, err := s.archived(ctx, orderID)
	sale.Placed = a.Has(event.TypeOrderPlaced)
	return sale, err
}

// Package finance books the money of each order with the bookkeeping system.
//
// It guarantees: an order's sale is booked once, under one key for each order, with the amount that the order has.
package finance

import (
	"context"
	"strconv"

	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/money"
)

// Sale is what the bookkeeping system is told of an order.
type Sale struct {
	Key     string // idempotency key
	OrderID int64
	Amount  money.Amount
	Test    bool // book nothing real
}

// Books is the bookkeeping system. Its calls are bounded in time.
type Books interface {
	// Book books a sale, once for each key.
	Book(ctx context.Context, s Sale) error
}

// Store is what the finance service needs of the database.
type Store interface {
	// Sale returns what the order is to be booked as, without its key, or fault.NotFound.
	Sale(ctx context.Context, orderID int64) (Sale, error)
}

// Service is the finance service. All fields must be set.
type Service struct {
	Store Store
	Books Books
}

// OnOrderPlaced books the order's money.
func (s *Service) OnOrderPlaced(ctx context.Context, e event.OrderPlaced) error {
	amount := money.Amount{Minor: e.TotalPrice, Currency: money.Currency(e.Currency)}
	return s.book(ctx, Sale{OrderID: e.OrderID, Amount: amount, Test: e.TestID != 0})
}

// BookOrder books an order by hand. An amount that is not the order's is fault.Invalid.
func (s *Service) BookOrder(ctx context.Context, orderID, totalPrice int64) error {
	sale, err := s.Store.Sale(ctx, orderID)
	if err != nil {
		return err
	}
	if sale.Amount.Minor != totalPrice {
		return fault.InvalidField("detail.totalPrice", "must be %d (%s), the price of order %d", sale.Amount.Minor, sale.Amount, orderID)
	}
	return s.book(ctx, sale)
}

func (s *Service) book(ctx context.Context, sale Sale) error {
	sale.Key = "sale:" + strconv.FormatInt(sale.OrderID, 10)
	return s.Books.Book(ctx, sale)
}

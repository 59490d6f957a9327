// Package finance books the money of each order: in the shop's own ledger, in double entry, and with the bookkeeping
// system.
//
// It guarantees: an order's sale is booked once, under one key for each order, with the amount that the order has; the
// sale of an order that is called off is reversed once; and every entry in the ledger is one transaction with the
// receipt of the event, or with the change of the order, that is its reason.
package finance

import (
	"context"
	"strconv"

	"acme.example/webshop/crash"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/money"
)

// Sale is an order as finance sees it.
type Sale struct {
	OrderID int64
	Amount  money.Amount
	Placed  bool // whether the order ever was in the order book: only then it is, or was, owed
	Test    bool // book nothing real
}

// Posting is what the bookkeeping system is told.
type Posting struct {
	Key     string // idempotency key
	OrderID int64
	Kind    Kind // KindSale or KindReversal
	Amount  money.Amount
	Test    bool
}

// Books is the bookkeeping system. Its calls are bounded in time.
type Books interface {
	// Book books a posting, once for each key.
	Book(ctx context.Context, p Posting) error
}

// Store is what the finance service needs of the database. When the context carries an event.Receipt, Enter marks it in
// its transaction, and a call whose receipt is done already changes nothing.
type Store interface {
	// Sale returns an order as finance sees it, or fault.NotFound.
	Sale(ctx context.Context, orderID int64) (Sale, error)
	// Enter writes an entry into the ledger, and the taxes that follow from it (WithTaxes). One that the order has already
	// is not written again.
	Enter(ctx context.Context, e Entry) error
}

// Service is the finance service. All fields must be set.
type Service struct {
	Store Store
	Books Books
}

// OnOrderPlaced books the order's money.
func (s *Service) OnOrderPlaced(ctx context.Context, e event.OrderPlaced) error {
	amount := money.Amount{Minor: e.TotalPrice, Currency: money.Currency(e.Currency)}
	return s.book(ctx, Sale{OrderID: e.OrderID, Amount: amount, Test: e.TestID != 0}.sold())
}

// OnOrderCancelled takes the sale of an order back that was called off. One that never was in the order book has none.
func (s *Service) OnOrderCancelled(ctx context.Context, e event.OrderCancelled) error {
	sale, err := s.Store.Sale(ctx, e.OrderID)
	if err != nil || !sale.Placed {
		return err
	}
	return s.book(ctx, sale.reversed())
}

// BookOrder books an order by hand. An amount that is not the order's is fault.Invalid, and an order that never was in
// the order book is fault.Conflict.
func (s *Service) BookOrder(ctx context.Context, orderID, totalPrice int64) error {
	sale, err := s.Store.Sale(ctx, orderID)
	switch {
	case err != nil:
		return err
	case sale.Amount.Minor != totalPrice:
		return fault.InvalidField("detail.totalPrice", "must be %d (%s), the price of order %d", sale.Amount.Minor, sale.Amount, orderID)
	case !sale.Placed:
		return fault.New(fault.Conflict, "order %d is not in the order book; there is nothing to book", orderID)
	}
	return s.book(ctx, sale.sold())
}

// book tells the bookkeeping system, and then enters the same in the ledger.
func (s *Service) book(ctx context.Context, e Entry) error {
	err := s.Books.Book(ctx, Posting{
		Key: string(e.Kind) + ":" + strconv.FormatInt(e.OrderID, 10), OrderID: e.OrderID, Kind: e.Kind, Amount: e.Amount, Test: e.Test,
	})
	if err != nil {
		return err
	}
	crash.At("finance.after-booking")
	return s.Store.Enter(ctx, e)
}

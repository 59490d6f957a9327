// Package finance books the money of each order: in the shop's own ledger, in double entry, and with the bookkeeping
// system.
//
// It guarantees: the store enters what an order's change means for its money in the transaction of that change, so that
// the ledger never waits for the bookkeeping system; that system is told of each sale once, under one key for each order,
// with the order's amount, and of the reversal of a sale only when it has the sale; an order that costs nothing is in no
// books.
package finance

import (
	"context"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// Sale is an order as finance sees it.
type Sale struct {
	OrderID int64
	Ref     ref.Order
	Amount  money.Amount
	// CatalogTotal is the amount in minor units of the catalog's currency.
	CatalogTotal int64
	Placed       bool // whether the order ever was in the order book: only then it is, or was, owed
	Test         bool // book nothing real
	TakenBack    []Part
}

// Part is a part of a sale that was taken back with a refund.
type Part struct {
	Refund int // its number
	Minor  int64
}

func (s Sale) sold() Entry { return Sold(s.OrderID, s.Amount, s.Test) }

// reversed are the parts that were taken back, and the rest.
func (s Sale) reversed() (all []Entry) {
	rest := s.Amount
	for _, p := range s.TakenBack {
		all = append(all, s.part(p))
		rest.Minor -= p.Minor
	}
	return append(all, Reversed(s.OrderID, rest, s.Test))
}

func (s Sale) part(p Part) Entry {
	e := Reversed(s.OrderID, money.Amount{Minor: p.Minor, Currency: s.Amount.Currency}, s.Test)
	e.Kind = e.Kind.Part(p.Refund)
	return e
}

// Posting is what the bookkeeping system is told.
type Posting struct {
	Key     string // idempotency key
	OrderID int64
	Kind    Kind // KindSale or KindReversal
	Amount  money.Amount
	Test    bool
}

// Bookkeeping is the bookkeeping system. Its calls are bounded in time.
type Bookkeeping interface {
	// Record books a posting, once for each key.
	Record(ctx context.Context, p Posting) error
}

// Store is what the finance service needs of the database. When the context carries an event.Receipt, PostEntries marks it in
// its transaction, and a call whose receipt is done already changes nothing.
type Store interface {
	// Sale returns an order as finance sees it, or fault.NotFound.
	Sale(ctx context.Context, orderID int64) (Sale, error)
	// PostEntries writes an entry into the ledger, and the taxes that follow from it (WithTaxes). One that the order has already,
	// as it has since it was placed or cancelled, is not written again: what is left is an order that an older release
	// placed.
	PostEntries(ctx context.Context, e Entry) error
}

// Service is the finance service. All fields must be set.
type Service struct {
	Store       Store
	Bookkeeping Bookkeeping
}

// OnOrderPlaced tells the bookkeeping system of the sale.
func (s *Service) OnOrderPlaced(ctx context.Context, e event.OrderPlaced) error {
	amount := money.Amount{Minor: e.TotalPrice, Currency: money.Currency(e.Currency)}
	return s.book(ctx, e.Ref.Or(e.OrderID), Sale{OrderID: e.OrderID, Amount: amount, Test: e.TestID != 0}.sold())
}

// OnOrderCancelled has the bookkeeping system take back the sale of an order that was cancelled. One that never was in
// the order book has none. The sale is told once more before its reversal, under its key: so the system never has the
// reversal of a sale that it refused, whichever of the two is handled first.
func (s *Service) OnOrderCancelled(ctx context.Context, e event.OrderCancelled) error {
	sale, err := s.Store.Sale(ctx, e.OrderID)
	if err != nil || !sale.Placed {
		return err
	}
	entries := append([]Entry{sale.sold()}, sale.reversed()...)
	if len(sale.TakenBack) > 0 {
		return s.tell(ctx, sale.Ref, entries...) // they are in the ledger: no older release took back a part
	}
	return s.book(ctx, sale.Ref, entries...)
}

// OnRefundDone has the bookkeeping system take back the part of a sale that was given back. The sale is told once more before, as
// in OnOrderCancelled.
func (s *Service) OnRefundDone(ctx context.Context, e event.RefundDone) error {
	if !e.OfSale {
		return nil
	}
	sale := Sale{OrderID: e.OrderID, Amount: money.Amount{Minor: e.TotalPrice, Currency: money.Currency(e.Currency)}, Test: e.TestID != 0}
	return s.tell(ctx, e.Ref.Or(e.OrderID), sale.sold(), sale.part(Part{int(e.Refund), e.Amount}))
}

// BookOrder books an order by hand. The price is in minor units of the catalog's currency, or of the order's where that is
// given. One that is not the order's is fault.Invalid, and an order that never was in the order book is fault.Conflict.
func (s *Service) BookOrder(ctx context.Context, orderID, totalPrice int64, currency money.Currency) error {
	sale, err := s.Store.Sale(ctx, orderID)
	if err != nil {
		return err
	}
	price := sale.CatalogTotal
	if currency != "" {
		price = sale.Amount.Minor
	}
	switch {
	case currency != "" && currency != sale.Amount.Currency:
		return fault.InvalidField("detail.currency", "must be %s, the currency of order %d, or left out for a price in the catalog's", sale.Amount.Currency, orderID)
	case price != totalPrice:
		return fault.InvalidField("detail.totalPrice", "must be %d, the price of order %d (%s); it is %d", price, orderID, sale.Amount, totalPrice)
	case !sale.Placed:
		return fault.New(fault.Conflict, "order %d is not in the order book; there is nothing to book", orderID)
	}
	return s.book(ctx, sale.Ref, sale.sold())
}

// book tells the bookkeeping system of entries, in their order, and enters the last one in the ledger, where it is missing only
// of an order that an older release placed.
func (s *Service) book(ctx context.Context, o ref.Order, entries ...Entry) error {
	if err := s.tell(ctx, o, entries...); err != nil {
		return err
	}
	last := entries[len(entries)-1]
	if last.Amount.Minor == 0 {
		return nil
	}
	return s.Store.PostEntries(ctx, last)
}

// tell tells the bookkeeping system of entries, in their order, but of those of no money.
func (s *Service) tell(ctx context.Context, o ref.Order, entries ...Entry) error {
	for _, e := range entries {
		if e.Amount.Minor == 0 {
			continue
		}
		if err := s.Bookkeeping.Record(ctx, e.posting(o)); err != nil {
			return err
		}
	}
	crash.At("finance.after-booking")
	return nil
}

// effects are the names of what the bookkeeping system does.
var effects = map[Kind]ref.Effect{KindSale: ref.Sale, KindReversal: ref.Reversal}

// posting is an entry in the form that the bookkeeping system receives. If a part of a sale is taken back, the refund's number follows
// the key.
func (e Entry) posting(o ref.Order) Posting {
	kind, _ := e.Kind.Parted()
	return Posting{
		Key: o.Key(effects[kind]) + strings.TrimPrefix(string(e.Kind), string(kind)), OrderID: e.OrderID, Kind: kind, Amount: e.Amount, Test: e.Test,
	}
}

package graphql

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// What follows is the reading half of database.Services, method by method.

func (q query) HeldOrder(ctx context.Context, c order.Claim) (*order.Order, error) {
	o, err := q.Store.Held(ctx, c)
	return &o, err
}

func (q query) StoredOrder(ctx context.Context, id int64) (*order.Order, error) {
	o, err := q.Store.Order(ctx, id)
	return &o, err
}

func (q query) TestOrders(ctx context.Context, testID int64) ([]order.Order, error) {
	return q.Store.TestOrders(ctx, testID)
}

func (q query) UnsettledOrders(ctx context.Context, before time.Time, limit int32) ([]order.Order, error) {
	if err := bounded("limit", limit); err != nil {
		return nil, err
	}
	return q.Store.UnsettledOrders(ctx, before, int(limit))
}

// bounded refuses a list that is too long. Less than none is no bound to some stores.
func bounded(argument string, n int32) error {
	if n < 0 || n > database.MaxTestOrders {
		return fault.InvalidField(argument, "must be 0 to %d", database.MaxTestOrders)
	}
	return nil
}

func (q query) UsedUp(ctx context.Context, uses []order.Use) ([]string, error) {
	return q.Store.UsedUp(ctx, uses)
}

func (q query) Journal(ctx context.Context, orderID int64) ([]event.Envelope, error) {
	return q.Store.History(ctx, orderID)
}

func (q query) Receipts(ctx context.Context, orderID int64) ([]database.ReceiptState, error) {
	return q.Store.ReceiptsOf(ctx, orderID)
}

func (q query) Booking(ctx context.Context, orderID int64) (*delivery.Booking, error) {
	b, err := q.Store.Booking(ctx, orderID)
	return &b, err
}

func (q query) BookedSlots(ctx context.Context, market string, from time.Time) ([]BookedSlot, error) {
	booked, err := q.Store.Booked(ctx, market, from)
	slots := make([]BookedSlot, 0, len(booked))
	for at, n := range booked {
		slots = append(slots, BookedSlot{Time: at, Count: int32(n)})
	}
	return slots, err
}

func (q query) StockOrder(ctx context.Context, id int64) (*stock.Order, error) {
	o, err := q.Store.StockOrder(ctx, id)
	return &o, err
}

// UnansweredOrders is what processes of an earlier version ask for; their newer copies ask the stockist instead.
func (q query) UnansweredOrders(context.Context, time.Time, int32) ([]stock.Order, error) {
	return nil, nil
}

func (q query) OpenReviews(ctx context.Context, step string, before time.Time, limit int32) ([]event.OpenReview, error) {
	if err := bounded("limit", limit); err != nil {
		return nil, err
	}
	return q.Store.OpenReviews(ctx, step, before, int(limit))
}

func (q query) Sale(ctx context.Context, orderID int64) (*finance.Sale, error) {
	s, err := q.Store.Sale(ctx, orderID)
	return &s, err
}

func (q query) Entries(ctx context.Context, orderID int64) ([]database.LedgerEntry, error) {
	return q.Store.EntriesOf(ctx, orderID)
}

func (q query) Balances(ctx context.Context) ([]database.Balance, error) {
	return q.Store.Balances(ctx)
}

func (q query) LedgerFaults(ctx context.Context, newest int32) ([]database.LedgerFault, error) {
	if err := bounded("newest", newest); err != nil {
		return nil, err
	}
	return q.Store.LedgerFaults(ctx, int(newest))
}

func (q query) ReceiptOpen(ctx context.Context, receipt ReceiptKey) (bool, error) {
	return q.Store.ReceiptOpen(ctx, receipt.receipt())
}

func (q query) Attempts(ctx context.Context, receipt ReceiptKey) (int32, error) {
	n, err := q.Store.Attempts(ctx, receipt.receipt())
	return int32(n), err
}

func (q query) DeadLetters(ctx context.Context, limit int32) ([]database.DeadLetter, error) {
	if err := bounded("limit", limit); err != nil {
		return nil, err
	}
	return q.Store.ListDeadLetters(ctx, int(limit))
}

func (q query) DeadLetter(ctx context.Context, receipt ReceiptKey) (*database.DeadLetter, error) {
	d, err := q.Store.DeadLetter(ctx, receipt.receipt())
	return &d, err
}

func (q query) ParkedEvents(ctx context.Context) ([]database.Stuck, error) {
	return q.Store.Parked(ctx)
}

func (q query) Counts(ctx context.Context) (*Counts, error) {
	counts, err := q.Store.Counts(ctx)
	shown := Counts{Pending: int32(counts.Pending), Parked: int32(counts.Parked), Orders: []StatusCount{}}
	for status, n := range counts.Orders {
		shown.Orders = append(shown.Orders, StatusCount{Status: status, Count: int32(n)})
	}
	return &shown, err
}

func (q query) Untried(context.Context) (*database.Untried, error) {
	u := q.Store.Untried()
	return &u, nil
}

// readableWithin is shorter than a caller waits for the answer, so that a database that hangs is told from a process that does.
const readableWithin = 800 * time.Millisecond

func (q query) Readable(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, readableWithin)
	defer cancel()
	err := q.Store.Ping(ctx)
	if err != nil && ctx.Err() != nil {
		err = fault.Wrap(err, fault.Unavailable, "the database does not answer")
	}
	return err == nil, err
}

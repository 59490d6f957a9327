package graphql

import (
	"context"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

func (q query) DeadLetters(ctx context.Context, limit int32) ([]database.DeadLetter, error) {
	if err := bounded("limit", limit); err != nil {
		return nil, err
	}
	return q.Store.ListDeadLetters(ctx, int(limit))
}

// bounded refuses a list that is too long. Some stores treat a negative limit as none.
func bounded(argument string, n int32) error {
	if n < 0 || n > database.MaxTestOrders {
		return fault.InvalidField(argument, "must be 0 to %d", database.MaxTestOrders)
	}
	return nil
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

func (q query) Untried(context.Context) (*database.Backlog, error) {
	u := q.Store.Backlog()
	return &u, nil
}

package graphql

import (
	"context"

	"acme.example/webshop/event"
)

func (k ReceiptKey) receipt() *event.Receipt {
	return &event.Receipt{EventID: k.EventID, Subscriber: k.Subscriber}
}

func (m mutation) DecideReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (*ReviewOutcome, error) {
	if m.By != nil {
		var err error
		if by, err = m.By(ctx, by); err != nil {
			return nil, err
		}
	}
	holds, err := m.Store.RecordReview(ctx, orderID, step, passed, by, note)
	return &ReviewOutcome{Holds: holds}, err
}

func (m mutation) ReplayDeadLetter(ctx context.Context, receipt ReceiptKey) (bool, error) {
	return true, m.Store.Replay(ctx, receipt.receipt())
}

func (m mutation) ReplayDeadLetters(ctx context.Context, subscriber string, limit int32) (int32, error) {
	if err := bounded("limit", limit); err != nil {
		return 0, err
	}
	n, err := m.Store.ReplayAll(ctx, subscriber, int(limit))
	return int32(n), err
}

func (m mutation) DiscardDeadLetter(ctx context.Context, receipt ReceiptKey, reason string) (bool, error) {
	return true, m.Store.Discard(ctx, receipt.receipt(), reason)
}

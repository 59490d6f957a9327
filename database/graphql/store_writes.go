package graphql

import (
	"context"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// What follows is the writing half of database.Services, method by method. The receipt that a write comes with is put
// into the context, as in the process of its subscriber, so that the engine marks it in the same transaction.

func (k ReceiptKey) receipt() *event.Receipt {
	return &event.Receipt{EventID: k.EventID, Subscriber: k.Subscriber}
}

// carried returns a context with the receipt, if there is one. If there is none, no one settles what is returned.
func carried(ctx context.Context, key *ReceiptKey) (context.Context, *event.Receipt) {
	if key == nil {
		return ctx, &event.Receipt{}
	}
	r := key.receipt()
	return event.WithReceipt(ctx, r), r
}

func (m mutation) RecordOrder(ctx context.Context, o order.Order, claim order.Claim, receipt *ReceiptKey) (*OrderRecorded, error) {
	ctx, r := carried(ctx, receipt)
	stored, fresh, err := m.Store.CreateOrder(ctx, o, claim)
	return &OrderRecorded{Order: &stored, Fresh: fresh, Settled: r.Settled()}, err
}

func (m mutation) DropOrder(ctx context.Context, orderID int64, claim order.Claim) (bool, error) {
	return true, m.Store.DropOrder(ctx, orderID, claim)
}

func (m mutation) TakeUnsettled(ctx context.Context, before time.Time, share int32) ([]order.Order, error) {
	if err := bounded("share", share); err != nil {
		return nil, err
	}
	return m.Store.TakeUnsettled(ctx, before, int(share))
}

func (m mutation) TakeDeclined(ctx context.Context, after time.Time, share int32) ([]order.Order, error) {
	if err := bounded("share", share); err != nil {
		return nil, err
	}
	return m.Store.TakeDeclined(ctx, after, int(share))
}

func (m mutation) TakeUnanswered(ctx context.Context, before time.Time, again time.Duration, limit int32) ([]stock.Order, error) {
	if err := bounded("limit", limit); err != nil {
		return nil, err
	}
	return m.Store.TakeUnanswered(ctx, before, again, int(limit))
}

func (m mutation) TakeReviews(ctx context.Context, step string, before time.Time, again time.Duration, limit int32) ([]event.OpenReview, error) {
	if err := bounded("limit", limit); err != nil {
		return nil, err
	}
	return m.Store.TakeReviews(ctx, step, before, again, int(limit))
}

func (m mutation) PutOff(ctx context.Context, asker string, orderID int64, until time.Time, why string) (bool, error) {
	return true, m.Store.PutOff(ctx, asker, orderID, until, why)
}

func (m mutation) MoveOrder(ctx context.Context, move order.Move, receipt *ReceiptKey) (*OrderMoved, error) {
	ctx, r := carried(ctx, receipt)
	moved, err := m.Store.MoveOrder(ctx, move)
	return &OrderMoved{Order: &moved, Settled: r.Settled()}, err
}

func (m mutation) RecordRefund(ctx context.Context, orderID int64, reference string, receipt *ReceiptKey) (bool, error) {
	ctx, r := carried(ctx, receipt)
	err := m.Store.Refunded(ctx, orderID, reference)
	return r.Settled(), err
}

func (m mutation) BookDelivery(ctx context.Context, orderID int64, at time.Time, capacity, perCustomer int32, receipt *ReceiptKey) (*DeliveryBooking, error) {
	ctx, r := carried(ctx, receipt)
	booking, err := m.Store.Book(ctx, orderID, at, delivery.Room{Slot: int(capacity), Customer: int(perCustomer)})
	return &DeliveryBooking{Booking: &booking, Settled: r.Settled()}, err
}

func (m mutation) ConfirmStock(ctx context.Context, orderID int64, receipt *ReceiptKey) (bool, error) {
	ctx, r := carried(ctx, receipt)
	err := m.Store.StockCreated(ctx, orderID)
	return r.Settled(), err
}

func (m mutation) RefuseStock(ctx context.Context, orderID int64, receipt *ReceiptKey) (bool, error) {
	ctx, r := carried(ctx, receipt)
	err := m.Store.RefuseStock(ctx, orderID)
	return r.Settled(), err
}

func (m mutation) DecideReview(ctx context.Context, orderID int64, step string, passed bool, by, note string, receipt *ReceiptKey) (*ReviewOutcome, error) {
	if m.By != nil {
		var err error
		if by, err = m.By(ctx, by); err != nil {
			return nil, err
		}
	}
	ctx, r := carried(ctx, receipt)
	holds, err := m.Store.Reviewed(ctx, orderID, step, passed, by, note)
	return &ReviewOutcome{Holds: holds, Settled: r.Settled()}, err
}

func (m mutation) StateEvent(ctx context.Context, kind, data string, receipt *ReceiptKey) (bool, error) {
	e, err := event.FromJSON(event.Type(kind), []byte(data))
	if err != nil {
		return false, fault.Wrap(err, fault.Invalid, "this is not an event of the shop")
	}
	ctx, r := carried(ctx, receipt)
	err = m.Store.State(ctx, e)
	return r.Settled(), err
}

func (m mutation) EnterInLedger(ctx context.Context, entry finance.Entry, receipt *ReceiptKey) (bool, error) {
	ctx, r := carried(ctx, receipt)
	err := m.Store.Enter(ctx, entry)
	return r.Settled(), err
}

func (m mutation) SettleReceipt(ctx context.Context, receipt ReceiptKey) (bool, error) {
	r := receipt.receipt()
	err := m.Store.MarkDone(ctx, r)
	return r.Settled(), err
}

func (m mutation) HoldEvent(ctx context.Context, receipt ReceiptKey, until time.Time) (bool, error) {
	return true, m.Store.Hold(ctx, receipt.receipt(), until)
}

func (m mutation) RetryEvent(ctx context.Context, receipt ReceiptKey, failure string, next time.Time) (bool, error) {
	return true, m.Store.Retry(ctx, receipt.receipt(), failure, next)
}

func (m mutation) ParkEvent(ctx context.Context, receipt ReceiptKey, failure string) (bool, error) {
	return true, m.Store.Park(ctx, receipt.receipt(), failure)
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

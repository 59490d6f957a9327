package database

import (
	"context"
	"strings"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/ref"
	"acme.example/webshop/stock"
)

// Engine runs the transactions of use cases.
type Engine interface {
	// Do runs a use case in a transaction, with the rows that it names locked and loaded, and returns when its writes are
	// durable. It may run the use case more than once. If the context carries a receipt, it is marked done in the same
	// transaction; if it was neither pending nor parked, the use case is a duplicate: nothing is stored, and Do returns
	// true.
	Do(ctx context.Context, rows Rows, useCase func(*Tx) error) (duplicate bool, err error)
	// Order returns an order, or fault.NotFound.
	Order(ctx context.Context, id int64) (order.Order, error)
	// ReceiptsOf returns the receipts of all events of an order.
	ReceiptsOf(ctx context.Context, orderID int64) ([]ReceiptState, error)
	// Mailed returns the order and the time of the event that a receipt is of, or fault.NotFound. It does not read the archive.
	Mailed(ctx context.Context, r *event.Receipt) (Waiting, error)
	// Scrub takes personal data out of the events of an order that is corrected or erased, and with errors the answers of partners too.
	Scrub(ctx context.Context, orderID int64, errors bool) error
}

// UseCases implements the part of a store that is the same in each engine: each method runs a function of its service's
// package in a transaction. Each engine embeds it in its Store.
type UseCases struct {
	Engine Engine
	Now    func() time.Time
	// Apply applies a move; nil means order.Order.Apply. Tests of the audit replace it to store wrong states.
	Apply order.Apply
	// Keeper makes the rows of the journal.
	Keeper *Keeper
}

func (u UseCases) do(ctx context.Context, rows Rows, useCase func(*Tx) error) (duplicate bool, err error) {
	return u.Engine.Do(ctx, rows, func(t *Tx) error { return t.Run(useCase) })
}

// CreateOrder stores a new order under its idempotency key.
func (u UseCases) CreateOrder(ctx context.Context, o order.Order, c order.IdempotencyKey) (stored order.Order, fresh bool, err error) {
	rows := Rows{New: true, Key: c.Key, Uses: c.Uses, Caps: c.Caps, Stock: c.Stock, Party: c.Known}
	_, err = u.do(ctx, rows, func(t *Tx) (err error) {
		stored, fresh, err = order.Create(orderTx{t}, o, c)
		return err
	})
	return stored, fresh && err == nil, err
}

// MoveOrder applies a move.
func (u UseCases) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	rows := Rows{Order: m.OrderID, Frees: m.To == order.Cancelled}
	return u.withOrder(ctx, rows, func(tx order.Tx) (order.Order, error) { return order.ApplyMove(tx, m, u.apply()) })
}

func (u UseCases) apply() order.Apply {
	if u.Apply != nil {
		return u.Apply
	}
	return order.Order.Apply
}

// RecordReview stores the decision of a step of an order's review.
func (u UseCases) RecordReview(ctx context.Context, orderID int64, step string, passed bool, by, note string) (holds bool, err error) {
	duplicate, err := u.do(ctx, Rows{Order: orderID}, func(t *Tx) (err error) {
		holds, err = order.RecordReview(orderTx{t}, order.Decision(step, passed, by, note))
		return err
	})
	return holds || duplicate, err
}

// RecordPayment stores what became of an attempt to pay an order.
func (u UseCases) RecordPayment(ctx context.Context, s order.Settlement) (order.Order, error) {
	return u.ofOrder(ctx, s.OrderID, func(tx order.Tx) (order.Order, error) { return order.RecordPayment(tx, s, u.apply()) })
}

// AddPayment stores one more attempt to pay an order.
func (u UseCases) AddPayment(ctx context.Context, id int64, m order.Method) (order.Order, error) {
	return u.ofOrder(ctx, id, func(tx order.Tx) (order.Order, error) { return order.AddPayment(tx, m) })
}

// RecordDispute keeps what a customer's bank did with the money of a payment.
func (u UseCases) RecordDispute(ctx context.Context, id int64, number int, d payments.Dispute) error {
	_, err := u.do(ctx, Rows{Order: id}, func(t *Tx) error { return order.RecordDispute(orderTx{t}, number, d) })
	return err
}

// RequestRefund stores a refund that is to be made.
func (u UseCases) RequestRefund(ctx context.Context, w order.RefundWish) (order.Order, error) {
	return u.ofOrder(ctx, w.OrderID, func(tx order.Tx) (order.Order, error) { return order.RequestRefund(tx, w) })
}

// ApproveRefund stores the second person's yes to a refund.
func (u UseCases) ApproveRefund(ctx context.Context, id int64, number int, by string) (order.Order, error) {
	return u.ofOrder(ctx, id, func(tx order.Tx) (order.Order, error) { return order.ApproveRefund(tx, number, by) })
}

// RefuseRefund stores that a refund was withdrawn or refused.
func (u UseCases) RefuseRefund(ctx context.Context, id int64, number int, by, why string) (order.Order, error) {
	return u.ofOrder(ctx, id, func(tx order.Tx) (order.Order, error) { return order.RefuseRefund(tx, number, by, why) })
}

// RecordRefund keeps what the provider answered for a refund.
func (u UseCases) RecordRefund(ctx context.Context, id int64, number int, out payments.RefundOutcome) error {
	_, err := u.do(ctx, Rows{Order: id}, func(t *Tx) error { return order.RecordRefund(orderTx{t}, number, out) })
	return err
}

// MakeComplaint stores a complaint with its photos.
func (u UseCases) MakeComplaint(ctx context.Context, w order.ComplaintWish) (after order.Order, c order.Complaint, err error) {
	_, err = u.do(ctx, Rows{Order: w.OrderID}, func(t *Tx) error {
		after, c, err = order.MakeComplaint(orderTx{t}, w)
		return err
	})
	return after, c, err
}

// AnswerComplaint stores what was decided about a complaint.
func (u UseCases) AnswerComplaint(ctx context.Context, a order.ComplaintAnswer, starts []order.Stock) (order.Order, error) {
	return u.withOrder(ctx, Rows{Order: a.OrderID, New: a.Replacement != nil, Stock: starts}, func(tx order.Tx) (order.Order, error) { return order.AnswerComplaint(tx, a) })
}

// RenewKeys replaces the customer's keys to an order.
func (u UseCases) RenewKeys(ctx context.Context, id int64) (order.Order, error) {
	return u.ofOrder(ctx, id, order.RenewKeys)
}

// ofOrder runs a use case on an order, and returns the order after it.
func (u UseCases) ofOrder(ctx context.Context, id int64, useCase func(order.Tx) (order.Order, error)) (order.Order, error) {
	return u.withOrder(ctx, Rows{Order: id}, useCase)
}

func (u UseCases) withOrder(ctx context.Context, rows Rows, useCase func(order.Tx) (order.Order, error)) (after order.Order, err error) {
	duplicate, err := u.do(ctx, rows, func(t *Tx) (err error) {
		after, err = useCase(orderTx{t})
		return err
	})
	if duplicate && err == nil {
		return u.Engine.Order(ctx, rows.Order)
	}
	return after, err
}

// DropOrder deletes an order that was certainly not charged.
func (u UseCases) DropOrder(ctx context.Context, id int64, c order.IdempotencyKey) error {
	_, err := u.do(ctx, Rows{Order: id, Key: c.Key, Asked: order.Poller}, func(t *Tx) error { return order.Drop(orderTx{t}, c) })
	return err
}

// Book books a time for an order's delivery. Test orders take no room, and so need not wait for each other.
func (u UseCases) Book(ctx context.Context, orderID int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	rows := Rows{Order: orderID, More: func(o order.Order) (*Slot, []order.Cap) {
		return slotIn(o, to), o.DeliveryCaps(u.Now(), room.Customer)
	}}
	return u.deliver(ctx, rows, func(tx delivery.Tx) (delivery.Booking, error) { return delivery.Book(tx, to, room) })
}

// Move gives an order's delivery another time.
func (u UseCases) Move(ctx context.Context, orderID int64, to delivery.Slot, room delivery.Room) (delivery.Booking, error) {
	rows := Rows{Order: orderID, Frees: true, More: func(o order.Order) (*Slot, []order.Cap) { return slotIn(o, to), nil }}
	return u.deliver(ctx, rows, func(tx delivery.Tx) (delivery.Booking, error) { return delivery.Move(tx, to, room) })
}

// slotIn is the slot that an order is to get; none for a test order.
func slotIn(o order.Order, to delivery.Slot) *Slot {
	if o.TestID != 0 {
		return nil
	}
	return &Slot{Market: delivery.Pool(o.Market, to.Zone), Start: to.Start}
}

// deliver runs a use case of the delivery service on an order, and returns the order after it.
func (u UseCases) deliver(ctx context.Context, rows Rows, useCase func(delivery.Tx) (delivery.Booking, error)) (b delivery.Booking, err error) {
	duplicate, err := u.do(ctx, rows, func(t *Tx) (err error) {
		b, err = useCase(deliveryTx{t})
		return err
	})
	if duplicate && err == nil {
		o, err := u.Engine.Order(ctx, rows.Order)
		return BookingOf(o), err
	}
	return b, err
}

// ReportDelivery moves an order to where its delivery company says that it is.
func (u UseCases) ReportDelivery(ctx context.Context, orderID int64, r delivery.Report) error {
	_, err := u.MoveOrder(ctx, order.Move{OrderID: orderID, To: order.Status(r.Status), Event: true, Report: order.Report{
		Number: r.Number, At: r.At, By: order.ByCarrier, ReceivedBy: r.ReceivedBy, LeftAt: r.LeftAt, Photo: r.Photo, Reason: r.Reason,
	}})
	return err
}

// ReportMail keeps what the mail provider reports of a mail about an order.
func (u UseCases) ReportMail(ctx context.Context, r email.Report) error {
	m, err := u.mailed(ctx, r.MessageID)
	if err != nil {
		return err
	}
	report := order.MailReport{ID: r.MessageID, SentAt: m.Since, State: order.MailState(r.State), At: r.At, Reason: r.Reason}
	_, err = u.do(ctx, Rows{Order: m.OrderID}, func(t *Tx) error { return order.ReportMail(orderTx{t}, report) })
	return err
}

// mailed returns the order of a mail, and the time of the event that it is about; the zero time for one that was sent again.
func (u UseCases) mailed(ctx context.Context, messageID string) (Waiting, error) {
	if id, again := ref.SentAgain(messageID); again {
		return Waiting{OrderID: id}, nil
	}
	eventID, subscriber, _ := strings.Cut(messageID, ".")
	if len(eventID) != eventIDLength || !strings.HasPrefix(subscriber, "email.") {
		return Waiting{}, order.ErrNotSent
	}
	m, err := u.Engine.Mailed(ctx, &event.Receipt{EventID: eventID, Subscriber: subscriber})
	if err == nil && m.EventID != eventID { // in other letters, which some engines take for the same
		return Waiting{}, order.ErrNotSent
	}
	return m, err
}

// eventIDLength is the length of an event's id, a UUID, in characters.
const eventIDLength = 36

// MailSentAgain keeps that a mail about an order was sent again by hand.
func (u UseCases) MailSentAgain(ctx context.Context, id int64, m order.Mail) error {
	_, err := u.do(ctx, Rows{Order: id}, func(t *Tx) error { return order.MailSentAgain(orderTx{t}, m) })
	return err
}

// StockOrder returns the order as stock sees it.
func (u UseCases) StockOrder(ctx context.Context, orderID int64) (stock.Order, error) {
	o, err := u.Engine.Order(ctx, orderID)
	return StockOrder(o), err
}

// StockCreated journals StockCreated for an order that is PLACED.
func (u UseCases) StockCreated(ctx context.Context, orderID int64) error {
	_, err := u.do(ctx, Rows{Order: orderID, Event: event.TypeStockCreated}, func(t *Tx) error { return stock.Confirm(stockTx{t}) })
	return err
}

// RefuseStock cancels an order whose plants cannot be had.
func (u UseCases) RefuseStock(ctx context.Context, orderID int64) error {
	return RefuseStock(ctx, struct {
		UseCases
		Engine
	}{u, u.Engine}, orderID)
}

// PostEntries writes an entry with its taxes into the ledger, once.
func (u UseCases) PostEntries(ctx context.Context, e finance.Entry) error {
	_, err := u.do(ctx, Rows{Order: e.OrderID}, func(t *Tx) error { return finance.Post(financeTx{t}, e) })
	return err
}

// Correct writes a correction into the ledger.
func (u UseCases) Correct(ctx context.Context, e finance.Entry) error {
	_, err := u.do(ctx, Rows{Order: e.OrderID, Entry: e.Kind}, func(t *Tx) error { return finance.Correct(financeTx{t}, e) })
	return err
}

// Receive writes a bank receipt into the ledger.
func (u UseCases) Receive(ctx context.Context, e LedgerEntry) error {
	_, err := u.do(ctx, Rows{Order: e.OrderID, Entry: e.Kind}, func(t *Tx) error { return finance.Correct(bankTx{financeTx{t}, e.Time}, e.Entry) })
	return err
}

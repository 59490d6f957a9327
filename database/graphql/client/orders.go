package client

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/ref"
)

// CreateOrder stores a new order under its claim.
func (s *Store) CreateOrder(ctx context.Context, o order.Order, c order.Claim) (order.Order, bool, error) {
	r, key := carried(ctx)
	answer, err := recordOrder(ctx, s, newOrder(o), newClaim(c), key)
	if err != nil {
		return order.Order{}, false, err
	}
	settle(r, answer.RecordOrder.Settled)
	return answer.RecordOrder.Order, answer.RecordOrder.Fresh, nil
}

// Held returns the order that was made under a claim.
func (s *Store) Held(ctx context.Context, c order.Claim) (order.Order, error) {
	answer, err := readHeld(ctx, s, newClaim(c))
	if err != nil {
		return order.Order{}, err
	}
	return answer.HeldOrder, nil
}

func newClaim(c order.Claim) Claim {
	return Claim{c.Key, c.Fingerprint, c.Hold.String(), c.Lapses, newUses(c.Uses), newCaps(c.Caps), c.Known, newReviews(c.KnownReviews)}
}

// DropOrder forgets an order that certainly was not charged.
func (s *Store) DropOrder(ctx context.Context, id int64, c order.Claim) error {
	_, err := dropOrder(ctx, s, id, newClaim(c))
	return err
}

// TakeDeclined returns orders that were declined without an answer, whose charge is to be looked for now.
func (s *Store) TakeDeclined(ctx context.Context, after time.Time, share int) ([]order.Order, error) {
	answer, err := takeDeclined(ctx, s, after, share)
	if err != nil {
		return nil, err
	}
	return answer.TakeDeclined, nil
}

// TakeUnsettled returns orders whose payment is to be asked about now.
func (s *Store) TakeUnsettled(ctx context.Context, before time.Time, share int) ([]order.Order, error) {
	answer, err := takeUnsettled(ctx, s, before, share)
	if err != nil {
		return nil, err
	}
	return answer.TakeUnsettled, nil
}

// PutOff sets when an order is asked about next.
func (s *Store) PutOff(ctx context.Context, asker string, id int64, until time.Time, why string) error {
	_, err := putOff(ctx, s, asker, id, until, why)
	return err
}

// MoveOrder applies a move.
func (s *Store) MoveOrder(ctx context.Context, m order.Move) (order.Order, error) {
	r, key := carried(ctx)
	move := Move{OrderId: m.OrderID, To: m.To, PaymentReference: m.PaymentReference, Reason: m.Reason, Event: m.Event}
	answer, err := moveOrder(ctx, s, move, key)
	if err != nil {
		return order.Order{}, err
	}
	settle(r, answer.MoveOrder.Settled)
	return answer.MoveOrder.Order, nil
}

// Order returns an order, or fault.NotFound.
func (s *Store) Order(ctx context.Context, id int64) (order.Order, error) {
	answer, err := readOrder(ctx, s, id)
	if err != nil {
		return order.Order{}, err
	}
	return answer.StoredOrder, nil
}

// OrderRef returns an order's reference, or fault.NotFound.
func (s *Store) OrderRef(ctx context.Context, id int64) (ref.Order, error) {
	o, err := s.Order(ctx, id)
	return o.Ref(), err
}

// History returns the journal of an order.
func (s *Store) History(ctx context.Context, id int64) ([]event.Envelope, error) {
	answer, err := readJournal(ctx, s, id)
	if err != nil {
		return nil, err
	}
	events := make([]event.Envelope, len(answer.Journal))
	for i, e := range answer.Journal {
		events[i] = e.envelope()
	}
	return events, nil
}

// Refunded keeps the provider's reference for an order's refund.
func (s *Store) Refunded(ctx context.Context, id int64, reference string) error {
	r, key := carried(ctx)
	answer, err := recordRefund(ctx, s, id, reference, key)
	if err == nil {
		settle(r, answer.RecordRefund)
	}
	return err
}

// UnsettledOrders returns orders that wait for their payment.
func (s *Store) UnsettledOrders(ctx context.Context, before time.Time, limit int) ([]order.Order, error) {
	answer, err := readUnsettled(ctx, s, before, limit)
	if err != nil {
		return nil, err
	}
	return answer.UnsettledOrders, nil
}

// UsedUp returns those of the codes of which no use is left.
func (s *Store) UsedUp(ctx context.Context, uses []order.Use) ([]string, error) {
	answer, err := readUsedUp(ctx, s, newUses(uses))
	if err != nil {
		return nil, err
	}
	return answer.UsedUp, nil
}

func newUses(all []order.Use) []CodeUse {
	sent := make([]CodeUse, len(all))
	for i, u := range all {
		sent[i] = CodeUse(u)
	}
	return sent
}

func newCaps(all []order.Cap) []Cap {
	sent := make([]Cap, len(all))
	for i, c := range all {
		sent[i] = Cap(c)
	}
	return sent
}

// TestOrders returns the orders of a test.
func (s *Store) TestOrders(ctx context.Context, testID int64) ([]order.Order, error) {
	answer, err := readTestOrders(ctx, s, testID)
	if err != nil {
		return nil, err
	}
	return answer.TestOrders, nil
}

// ReceiptsOf returns the receipts of all events of an order.
func (s *Store) ReceiptsOf(ctx context.Context, orderID int64) ([]database.ReceiptState, error) {
	answer, err := readReceipts(ctx, s, orderID)
	if err != nil {
		return nil, err
	}
	return answer.Receipts, nil
}

// Counts tells how many orders and receipts there are.
func (s *Store) Counts(ctx context.Context) (database.Counts, error) {
	answer, err := readCounts(ctx, s)
	if err != nil {
		return database.Counts{}, err
	}
	counts := database.Counts{Orders: map[order.Status]int{}, Pending: answer.Counts.Pending, Parked: answer.Counts.Parked}
	for _, o := range answer.Counts.Orders {
		counts.Orders[o.Status] = o.Count
	}
	return counts, nil
}

// newOrder is an order as it is sent. Its number is given by the store.
func newOrder(o order.Order) NewOrder {
	return NewOrder{
		Status: o.Status, StatusAt: o.StatusAt, CreatedAt: o.CreatedAt, Customer: CustomerInput(o.Customer),
		CustomerType: o.CustomerType, Market: o.Market, OrgNumber: o.OrgNumber, Products: o.Products, Total: newMoney(o.Total),
		Rate: o.Rate, TestId: o.TestID, PaymentProvider: o.PaymentProvider, PaymentReference: o.PaymentReference,
		DeliveryTime: o.DeliveryTime, CancelReason: o.CancelReason, RefundReference: o.RefundReference,
		Rules: o.Rules, Terms: o.Terms, Reviews: newReviews(o.Reviews),
	}
}

func newReviews(all []order.Review) []ReviewInput {
	sent := make([]ReviewInput, len(all))
	for i, r := range all {
		sent[i] = ReviewInput(r)
	}
	return sent
}

func (e journalEvent) envelope() event.Envelope {
	return event.Envelope{
		ID: e.Id, Source: e.Source, Type: event.Type(e.Type), OrderID: e.OrderId, Time: e.Time, TraceParent: e.TraceParent,
		Data: []byte(e.Data),
	}
}

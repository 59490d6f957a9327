package graphql

import (
	"context"

	"acme.example/webshop/delivery"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// Resolver reads the schema's fields from the store, and makes the seed's changes through the services, so that people
// change orders in one way only. A process without the services has no such mutations.
type Resolver struct {
	Store    database.Services
	Orders   *order.Service
	Delivery *delivery.Service
	// Before is called with the mutations of a request before they run, and after with whether one failed. An error
	// refuses all of them. nil allows all.
	Before func(context.Context, []Change) (after func(failed bool), err error)
	// By returns the name of the person who decides a review, given the argument; nil uses the argument.
	By func(ctx context.Context, said string) (string, error)
}

var errElsewhere = fault.New(fault.Unavailable, "the service that does this runs in another process; ask that one")

// Query, Mutation and Order return the resolvers of those types.
func (r *Resolver) Query() QueryResolver       { return query{r} }
func (r *Resolver) Mutation() MutationResolver { return mutation{r} }
func (r *Resolver) Order() OrderResolver       { return orderFields{r} }

type query struct{ *Resolver }

// GetOrder returns an object of nulls if there is no such order, as in the seed.
func (q query) GetOrder(ctx context.Context, id *int32) (*Order, error) {
	if id == nil {
		return &Order{}, nil
	}
	o, err := q.Store.Order(ctx, int64(*id))
	if fault.CodeOf(err) == fault.NotFound {
		return &Order{}, nil
	}
	return orderOf(o, err)
}

func (q query) GetOrderLegacy(context.Context) (*string, error) {
	return new("getOrderLegacy is deprecated and answers nothing else: use getOrder"), nil
}

func (q query) GetAllTestOrders(ctx context.Context, testID *int32) ([]Order, error) {
	if testID == nil {
		return []Order{}, nil
	}
	orders, err := q.Store.TestOrders(ctx, int64(*testID))
	if err != nil {
		return nil, err
	}
	all := make([]Order, len(orders))
	for i, o := range orders {
		all[i] = present(o)
	}
	return all, nil
}

type mutation struct{ *Resolver }

func (m mutation) UpdateOrderStatus(ctx context.Context, id *int32, status *order.Status) (*Order, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	var missing missing
	number, wished := given(&missing, "id", id), given(&missing, "status", status)
	if err := missing.fault(); err != nil {
		return nil, err
	}
	o, err := m.Orders.UpdateOrderStatus(ctx, int64(number), wished)
	return orderOf(o, err)
}

func (m mutation) AddDeliveryDataToOrder(ctx context.Context, data DeliveryDataInput) (*string, error) {
	if m.Delivery == nil {
		return nil, errElsewhere
	}
	if _, err := m.Delivery.BookDelivery(ctx, int64(data.OrderID), data.DeliveryTime); err != nil {
		return nil, err
	}
	return new("OK"), nil
}

func (m mutation) MoveDelivery(ctx context.Context, orderID int64, deliveryTime string) (*Order, error) {
	if m.Delivery == nil {
		return nil, errElsewhere
	}
	if _, err := m.Delivery.MoveDelivery(ctx, orderID, deliveryTime); err != nil {
		return nil, err
	}
	return orderOf(m.Store.Order(ctx, orderID))
}

func (m mutation) CancelOrder(ctx context.Context, orderID int64, reason string) (*Order, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	return orderOf(m.Orders.CancelOrder(ctx, orderID, reason))
}

type orderFields struct{ *Resolver }

func (f orderFields) History(ctx context.Context, o *Order) ([]Event, error) {
	if o.OrderID == nil {
		return nil, nil
	}
	envelopes, err := f.Store.History(ctx, int64(*o.OrderID))
	if err != nil {
		return nil, err
	}
	receipts, err := f.Store.ReceiptsOf(ctx, int64(*o.OrderID))
	if err != nil {
		return nil, err
	}
	byEvent := map[string][]Receipt{}
	for _, r := range receipts {
		byEvent[r.EventID] = append(byEvent[r.EventID], Receipt{
			Subscriber: r.Subscriber, State: r.State, Attempts: int32(r.Attempts), LastError: r.LastError, ChangedAt: millis(r.ChangedAt),
		})
	}
	events := make([]Event, len(envelopes))
	for i, env := range envelopes {
		events[i] = Event{ID: env.ID, Type: string(env.Type), Time: millis(env.Time), Data: string(env.Data), Receipts: byEvent[env.ID]}
	}
	return events, nil
}

func (f orderFields) Ledger(ctx context.Context, o *Order) ([]LedgerEntry, error) {
	if o.OrderID == nil {
		return nil, nil
	}
	entries, err := f.Store.EntriesOf(ctx, int64(*o.OrderID))
	if err != nil {
		return nil, err
	}
	all := make([]LedgerEntry, len(entries))
	for i, e := range entries {
		all[i] = LedgerEntry{
			Kind: string(e.Kind), Debit: string(e.Debit), Credit: string(e.Credit), Amount: int32(e.Amount.Minor),
			Currency: string(e.Amount.Currency), Time: millis(e.Time), Author: e.Author, Reason: e.Reason,
		}
	}
	return all, nil
}

package graphql

import (
	"context"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

// Resolver answers the schema's fields from the store, and the seed's writes through the services, so that there is one
// way for people to change an order. A process may be without the services: then it has no such writes.
type Resolver struct {
	Store    database.Services
	Orders   *order.Service
	Delivery *delivery.Service
	// Before hears of the mutations of a request before they are done, and returns what hears whether one failed. An
	// error refuses all of them. nil asks no one.
	Before func(context.Context, []Change) (after func(failed bool), err error)
	// By returns the name of the person who decides a review, given the name in the argument; nil takes the argument.
	By func(ctx context.Context, said string) (string, error)
}

var errElsewhere = fault.New(fault.Unavailable, "the service that does this runs in another process; ask that one")

// Query, Mutation and Order return the resolvers of those types.
func (r *Resolver) Query() QueryResolver       { return query{r} }
func (r *Resolver) Mutation() MutationResolver { return mutation{r} }
func (r *Resolver) Order() OrderResolver       { return orderFields{r} }

type query struct{ *Resolver }

func (q query) GetOrder(ctx context.Context, id int32) (*Order, error) {
	o, err := q.Store.Order(ctx, int64(id))
	return orderOf(o, err)
}

func (q query) GetOrderLegacy(ctx context.Context, id int32) (*Order, error) {
	return q.GetOrder(ctx, id)
}

func (q query) GetAllTestOrders(ctx context.Context, testID int32) ([]Order, error) {
	orders, err := q.Store.TestOrders(ctx, int64(testID))
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

func (m mutation) PlaceOrder(ctx context.Context, name, email, phone, street, city, customerType, market, products string,
	totalPrice int32, orgNumber *OrgNumber, testID *int32,
) (*Order, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	d := order.Draft{
		Name: name, Email: email, Phone: phone, Street: street, City: city, CustomerType: customerType,
		Market: market, Products: products, TotalPrice: int64(totalPrice),
	}
	if orgNumber != nil {
		d.OrgNumber = *orgNumber
	}
	if testID != nil {
		d.TestID = int64(*testID)
	}
	o, err := m.Orders.PlaceNewOrder(ctx, d, "")
	return orderOf(o, err)
}

func (m mutation) UpdateOrderStatus(ctx context.Context, id int32, status order.Status) (*Order, error) {
	if m.Orders == nil {
		return nil, errElsewhere
	}
	o, err := m.Orders.UpdateOrderStatus(ctx, int64(id), status)
	return orderOf(o, err)
}

func (m mutation) AddDeliveryDataToOrder(ctx context.Context, data DeliveryData) (string, error) {
	if m.Delivery == nil {
		return "", errElsewhere
	}
	b, err := m.Delivery.BookDelivery(ctx, int64(data.OrderID), data.DeliveryTime)
	return delivery.Millis(b.Time), err
}

type orderFields struct{ *Resolver }

func (f orderFields) History(ctx context.Context, o *Order) ([]Event, error) {
	envelopes, err := f.Store.History(ctx, int64(o.OrderID))
	if err != nil {
		return nil, err
	}
	receipts, err := f.Store.ReceiptsOf(ctx, int64(o.OrderID))
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
	entries, err := f.Store.EntriesOf(ctx, int64(o.OrderID))
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

// orderOf is an order in the schema's form.
func orderOf(o order.Order, err error) (*Order, error) {
	if err != nil {
		return nil, err
	}
	if o.ID == 0 {
		return nil, fault.New(fault.NotFound, "there is no such order")
	}
	shown := present(o)
	return &shown, nil
}

func present(o order.Order) Order {
	return Order{
		OrderID: int32(o.ID), Ref: string(o.Ref()), CustomerName: o.Customer.Name, CustomerEmail: o.Customer.Email,
		CustomerPhone: o.Customer.Phone, CustomerStreet: o.Customer.Street, CustomerCity: o.Customer.City,
		CustomerType: o.CustomerType, CustomerMarket: o.Market, OrderedProducts: o.Products,
		TotalPrice: int32(o.Total.Minor), DeliveryTime: delivery.Millis(o.DeliveryTime), Status: o.Status,
		TestID: int32(o.TestID), OrgNumber: OrgNumber(o.OrgNumber), Currency: string(o.Total.Currency),
		ExchangeRate: o.Rate, CreatedAt: millis(o.CreatedAt), StatusAt: millis(o.StatusAt),
		CancelReason: o.CancelReason, PaymentReference: o.PaymentReference, RefundReference: o.RefundReference,
		Rules: o.Rules, Terms: o.Terms, Reviews: o.Reviews,
	}
}

func millis(t time.Time) string { return delivery.Millis(t) }

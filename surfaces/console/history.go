package console

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// History is an order with everything known of it.
type History struct {
	orderView
	Ref              ref.Order       `json:"ref"` // the basis of links and of partners' keys
	Phone            string          `json:"phone"`
	Street           string          `json:"street"`
	City             string          `json:"city"`
	OrgNumber        string          `json:"orgNumber,omitempty"`
	Products         string          `json:"products"`
	Terms            []Fact          `json:"agreed"` // the price and its reasons
	Rate             string          `json:"rate,omitempty"`
	DeliveryTime     *time.Time      `json:"deliveryTime,omitempty"`
	PaymentProvider  string          `json:"paymentProvider,omitempty"`
	PaymentReference string          `json:"paymentReference,omitempty"`
	RefundReference  string          `json:"refundReference,omitempty"`
	CancelReason     string          `json:"cancelReason,omitempty"`
	Payments         []order.Payment `json:"payments,omitempty"`
	Refunds          []order.Refund  `json:"refunds,omitempty"`
	Refundable       int64           `json:"refundable,omitempty"` // minor units
	Cancellable      bool            `json:"cancellable"`
	Next             []order.Status  `json:"next"` // the statuses that it may move to
	Reviews          []order.Review  `json:"reviews,omitempty"`
	Moments          []Moment        `json:"moments"`
}

// Moment is something that happened to an order, or will.
type Moment struct {
	ID         string          `json:"id"`
	Cause      string          `json:"cause,omitempty"` // the moment that caused it
	At         time.Time       `json:"at"`
	Kind       string          `json:"kind" enum:"made,event,receipt,review,payment,money,status,action"`
	Title      string          `json:"title"`
	Text       string          `json:"text"`
	State      string          `json:"state,omitempty"` // of a receipt: pending, done, parked, discarded
	Attempts   int             `json:"attempts,omitempty"`
	Error      string          `json:"error,omitempty"`
	EventID    string          `json:"eventId,omitempty"`
	Subscriber string          `json:"subscriber,omitempty"`
	Trace      string          `json:"trace,omitempty"`
	Mail       string          `json:"mail,omitempty"` // its address in the viewer of mails
	Data       json.RawMessage `json:"data,omitempty"`
	After      State           `json:"after"`

	index, place int // of its event, and after it: the order within the same millisecond
}

func (c *Console) history(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "there is no such order")
	}
	ctx := r.Context()
	b := builder{mail: c.Mail}
	if b.events, err = c.Store.History(ctx, id); err != nil {
		return nil, err
	}
	if b.receipts, err = c.Store.ReceiptsOf(ctx, id); err != nil {
		return nil, err
	}
	if b.entries, err = c.Store.EntriesOf(ctx, id); err != nil {
		return nil, err
	}
	if b.actions, err = c.Store.ActionsOf(ctx, id); err != nil {
		return nil, err
	}
	// Last, so that the order is not older than its history.
	if b.order, err = c.Store.Order(ctx, id); err != nil {
		return nil, err
	}
	return b.build(), nil
}

// builder collects what the tables have of an order.
type builder struct {
	order    order.Order
	events   []event.Envelope
	receipts []database.ReceiptState
	entries  []database.LedgerEntry
	actions  []database.Action
	mail     func(id string) bool
}

func (b builder) build() History {
	o := b.order
	s := History{
		orderView: viewOf(o), Ref: o.Ref(), Phone: o.Customer.Phone, Street: o.Customer.Street, City: o.Customer.City, OrgNumber: o.OrgNumber,
		Products: o.Products.String(), Terms: termsOf(o), Rate: o.Rate, DeliveryTime: instant(o.DeliveryTime), PaymentProvider: o.PaymentProvider,
		PaymentReference: o.PaymentReference, RefundReference: o.RefundReference, CancelReason: o.CancelReason,
		Payments: o.Attempts(), Refunds: o.GivenBack(), Refundable: o.GivesBack(),
		Cancellable: o.Cancellable(), Next: append([]order.Status{}, o.Status.Next()...), Reviews: o.Reviews,
	}
	s.Moments = append(s.Moments, Moment{ID: "made", At: o.CreatedAt, Kind: "made", Title: "Ordered", Text: madeBy(o), index: -1})
	for i, env := range b.events {
		s.Moments = append(s.Moments, b.happened(i, env))
		s.Moments = append(s.Moments, b.handled(i, env)...)
	}
	s.Moments = append(s.Moments, b.decided()...)
	s.Moments = append(s.Moments, b.payments()...)
	s.Moments = append(s.Moments, b.money()...)
	s.Moments = append(s.Moments, b.done()...)
	s.Moments = append(s.Moments, b.ended()...)
	slices.SortStableFunc(s.Moments, func(a, b Moment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.index, b.index), cmp.Compare(a.place, b.place))
	})
	remember(s.Moments, firstState(o))
	return s
}

func madeBy(o order.Order) string {
	how := "to be paid by invoice"
	switch {
	case o.Terms.Imported != nil:
		how = "in another system, which took its money; when is not known"
	case o.PaymentProvider != "":
		how = "to be paid at " + o.PaymentProvider + ", under the key " + o.ChargeKey()
	case o.Total.Minor == 0:
		how = "there is nothing to pay"
	}
	if o.TestID != 0 {
		how += "; a test order"
	}
	return how
}

func (b builder) happened(i int, env event.Envelope) Moment {
	m := Moment{
		ID: env.ID, Cause: b.causeOf(env), At: env.Time, Kind: "event", Title: string(env.Type), Text: "stated by " + strings.TrimPrefix(env.Source, "/webshop/"),
		EventID: env.ID, Trace: traceID(env.TraceParent), Data: env.Data, index: i,
	}
	return m
}

// handled returns the subscribers' moments of an event.
func (b builder) handled(i int, env event.Envelope) (all []Moment) {
	for _, r := range b.receipts {
		if r.EventID != env.ID {
			continue
		}
		m := Moment{
			ID: r.EventID + "." + r.Subscriber, Cause: env.ID, At: r.ChangedAt, Kind: "receipt", Title: r.Subscriber, Text: does(r.Subscriber, b.order.Ref()),
			State: r.State, Attempts: r.Attempts, Error: r.LastError, EventID: env.ID, Subscriber: r.Subscriber, index: i, place: 1,
		}
		if id := env.ID + "." + r.Subscriber; strings.HasPrefix(r.Subscriber, "email.") && b.mail != nil && b.mail(id) {
			m.Mail = "/mail/" + id
		}
		all = append(all, m)
	}
	return all
}

// does describes what a subscriber does about an order.
func does(subscriber string, o ref.Order) string {
	for _, sub := range event.Subscriptions {
		if sub.Subscriber == subscriber {
			return strings.ReplaceAll(sub.Does, "ORDER", string(o))
		}
	}
	return ""
}

// traceID returns the id of the trace in a W3C trace context.
func traceID(parent string) string {
	if parts := strings.Split(parent, "-"); len(parts) == 4 {
		return parts[1]
	}
	return ""
}

package console

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// History is an order with everything known of it.
type History struct {
	orderView
	Ref              ref.Order         `json:"ref"` // the basis of links and of partners' keys
	Phone            string            `json:"phone"`
	Street           string            `json:"street"`
	City             string            `json:"city"`
	Where            []string          `json:"where"` // the address in lines
	Address          order.Address     `json:"address,omitzero"`
	Language         string            `json:"language,omitempty"` // "": the market's
	OrgNumber        string            `json:"orgNumber,omitempty"`
	Products         string            `json:"products"`
	Terms            []Fact            `json:"agreed"` // the price and its reasons
	Rate             string            `json:"rate,omitempty"`
	DeliveryTime     *time.Time        `json:"deliveryTime,omitempty"`
	DeliveryUntil    *time.Time        `json:"deliveryUntil,omitempty"`
	TimeZone         string            `json:"timeZone"` // of the order's market
	PaymentProvider  string            `json:"paymentProvider,omitempty"`
	PaymentReference string            `json:"paymentReference,omitempty"`
	RefundReference  string            `json:"refundReference,omitempty"`
	CancelReason     string            `json:"cancelReason,omitempty"`
	Tracking         order.Tracking    `json:"tracking,omitzero"` // what was reported of the delivery
	Payments         []order.Payment   `json:"payments,omitempty"`
	Refunds          []order.Refund    `json:"refunds,omitempty"`
	Complaints       []order.Complaint `json:"complaints,omitempty"`
	Mails            []order.Mail      `json:"mails,omitempty"`      // what is known of mails that were sent
	Bounced          *order.Mail       `json:"bounced,omitempty"`    // the mail for which the customer does not hear of us
	Refundable       int64             `json:"refundable,omitempty"` // minor units
	Cancellable      bool              `json:"cancellable"`
	ChangesUntil     *time.Time        `json:"changesUntil,omitempty"` // until when the booked delivery can be changed
	Next             []order.Status    `json:"next"`                   // the statuses that it may move to
	Reviews          []order.Review    `json:"reviews,omitempty"`
	Moments          []Moment          `json:"moments"`
	Asks             []string          `json:"asks,omitempty"`        // the fields of an address that the market asks for
	Fixed            string            `json:"fixed,omitempty"`       // why only the mail address can be corrected; "" when all can
	Corrections      []correction      `json:"corrections,omitempty"` // the newest first
	Documents        []document        `json:"documents,omitempty"`   // of the books
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
	b := builder{mail: c.Mail, plant: c.Plant}
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
	corrections, err := c.Store.CorrectionsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	documents, err := c.Store.DocumentsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	// Last, so that the order is not older than its history.
	if b.order, err = c.Store.Order(ctx, id); err != nil {
		return nil, err
	}
	b.cutOff, b.country, b.now, b.zone = c.CutOff(b.order), c.Country(b.order.Market), c.Now(), c.Zone(b.order)
	seen := b.build()
	seen.Asks, seen.Corrections, seen.Documents = c.Asks(b.order.Market), correctionsOf(b.order, corrections), documentViews(documents)
	if why := b.order.Redirectable(b.cutOff, b.now); why != nil {
		seen.Fixed = why.Error()
	}
	return seen, nil
}

// builder collects what the tables have of an order.
type builder struct {
	order    order.Order
	events   []event.Envelope
	receipts []database.ReceiptState
	entries  []database.LedgerEntry
	actions  []database.Action
	mail     func(id string) bool
	plant    func(sku string) string // nil: products have no names
	country  string                  // of the order's market
	cutOff   *cutoff.Before
	now      time.Time
	zone     string
}

// changesUntil is until when the delivery can be changed; nil for one that another system has booked.
func (b builder) changesUntil() *time.Time {
	if !b.order.BookedHere() {
		return nil
	}
	return instant(b.cutOff.Until(b.order.DeliveryTime))
}

func (b builder) build() History {
	o := b.order
	s := History{
		orderView: viewOf(o), Ref: o.Ref(), Phone: o.Customer.Phone, Street: o.Customer.Street, City: o.Customer.City, OrgNumber: o.OrgNumber,
		Where: o.Address.Lines(o.Customer.Street, o.Customer.City, b.country), Address: o.Address, Language: o.Language,
		Products: o.Products.String(), Terms: termsOf(o, b.named), Rate: o.Rate, DeliveryTime: instant(o.DeliveryTime), DeliveryUntil: instant(o.DeliveryUntil), TimeZone: b.zone, PaymentProvider: o.PaymentProvider,
		PaymentReference: o.PaymentReference, RefundReference: o.RefundReference, CancelReason: o.CancelReason, Tracking: o.Tracking,
		Payments: o.ByNumber(), Refunds: o.GivenBack(), Refundable: o.GivesBack(), Complaints: o.Complaints, Mails: o.Mails,
		Cancellable: o.Cancellable(b.cutOff, true, b.now), ChangesUntil: b.changesUntil(), Next: append([]order.Status{}, o.Next()...), Reviews: o.Reviews,
	}
	if m, bounced := o.Bounced(); bounced {
		s.Bounced = &m
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

// named names a product for people; without names it is its SKU.
func (b builder) named(sku string) string {
	if b.plant == nil {
		return sku
	}
	return b.plant(sku)
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

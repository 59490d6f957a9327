package order

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// trackingRoutes adds the routes for people who have an order's tracking link, or one that was shared with them.
func (s *Service) trackingRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "trackOrder", Method: "GET", Path: "/trackOrder", Summary: "Where is my order",
		Description: "Needs the key from the order's tracking link, or from one that its customer shared: then it tells how far the order is, and no more.", Errors: []int{400, 401, 404},
	}, s.getTrackOrder)
	huma.Register(api, huma.Operation{
		OperationID: "trackOrderLive", Method: "GET", Path: "/trackOrder/live", Summary: "Where is my order, as it goes on",
		Description: "Server-sent events: the answer of /trackOrder at once and after each change, until the order is final.",
		Errors:      []int{400, 401, 404, 503}, Responses: eventStream(),
	}, s.getTrackOrderLive)
	huma.Register(api, huma.Operation{
		OperationID: "shareOrder", Method: "POST", Path: "/trackOrder/share", Summary: "A link to show others",
		Description: "Needs the key from the order's tracking link. Whoever has the link that is answered sees how far the order is, and no more.",
		Errors:      []int{400, 401, 404},
	}, s.postShareOrder)
}

type trackOrderInput struct {
	Key string `query:"key" required:"true" maxLength:"100" doc:"The key from the tracking link, or from a shared one"`
}

type shareOrderInput struct {
	Body struct {
		_   struct{} `additionalProperties:"true"`
		Key string   `json:"key" maxLength:"100" doc:"The key from the tracking link"`
	}
}

type shareOrderOutput struct {
	Body struct {
		URL string `json:"url" doc:"The order's page for others"`
	}
}

type trackOrderOutput struct{ Body tracked }

// tracked is what the holder of a tracking link may know; with a shared link, only the state.
type tracked struct {
	OrderID      int64      `json:"orderId"`
	Status       Status     `json:"status"`
	Final        bool       `json:"final" doc:"Whether the order never leaves this status"`
	Shared       bool       `json:"shared,omitempty" doc:"The key is from a shared link: products, totalPrice, currency, amount, agreed, cancelReason and refund are missing, and nothing can be done"`
	Products     string     `json:"products,omitempty" doc:"SKUs separated by commas, one for each piece"`
	TotalPrice   *int64     `json:"totalPrice,omitempty" doc:"The order's price in minor units of the catalog's currency"`
	Currency     string     `json:"currency,omitempty" doc:"The market's, ISO 4217"`
	Amount       *int64     `json:"amount,omitempty" doc:"The order's price in minor units of the currency"`
	Market       string     `json:"market"`
	Language     string     `json:"language"`
	TimeZone     string     `json:"timeZone" doc:"IANA name of the market's time zone"`
	DeliveryTime string     `json:"deliveryTime" doc:"Start of the booked slot, milliseconds since 1970; empty until one is booked"`
	DeliveryURL  string     `json:"deliveryUrl" doc:"Where to book a delivery time; empty when there is nothing to book"`
	Cancellable  bool       `json:"cancellable" doc:"Whether the order can be cancelled now (/cancelOrder)"`
	CancelReason string     `json:"cancelReason,omitempty" doc:"Why the order is CANCELLED: customer, operator, out-of-stock, organization-unverified, not-accepted or paid-too-late; or PAYMENT_DECLINED: not-confirmed after a doubt, not-paid when it was not paid in time"`
	Refund       string     `json:"refund,omitempty" enum:"under-way,done" doc:"Of a CANCELLED order that was paid: whether the provider has given the money back"`
	Payment      *toPay     `json:"payment,omitempty" doc:"Of an order that waits for its payment: what the customer has to do"`
	PayUntil     string     `json:"payUntil,omitempty" doc:"Of such an order: when the time to pay ends, milliseconds since 1970"`
	PaidBy       string     `json:"paidBy,omitempty" doc:"How the order was paid: card, cash-voucher or bank-transfer"`
	Methods      []string   `json:"paymentMethods,omitempty" doc:"Of an order that waits for its payment: the ways to pay it (/payOrder)"`
	Refunds      []refunded `json:"refunds,omitempty" doc:"What is given back, oldest first"`
	Steps        []step     `json:"steps" doc:"What has happened, oldest first"`
	Quote        *quoted    `json:"agreed,omitempty" doc:"What the order costs and why, in the form of /quote; missing for a test order"`
}

// refunded is what a customer may know of a refund.
type refunded struct {
	Amount int64                `json:"amount" doc:"Minor units of the currency"`
	Reason string               `json:"reason" doc:"cancelled, paid-twice, or the words of the shop's staff"`
	State  payments.RefundState `json:"state" enum:"pending,done,failed"`
	Time   string               `json:"time" doc:"Milliseconds since 1970"`
}

type step struct {
	Event event.Type `json:"event"`
	Time  string     `json:"time" doc:"Milliseconds since 1970"`
}

func (s *Service) getTrackOrder(ctx context.Context, in *trackOrderInput) (*trackOrderOutput, error) {
	o, shared, err := s.openedPage(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	seen, err := s.tell(ctx, o, shared)
	return &trackOrderOutput{seen}, err
}

func (s *Service) postShareOrder(ctx context.Context, in *shareOrderInput) (*shareOrderOutput, error) {
	o, err := s.opened(ctx, in.Body.Key)
	if err != nil {
		return nil, err
	}
	out := &shareOrderOutput{}
	out.Body.URL = s.Links.Shared(o.Ref())
	return out, nil
}

// opened returns the order that a tracking key opens.
func (s *Service) opened(ctx context.Context, key string) (Order, error) {
	to, id, err := s.Links.OpenTracking(key)
	if err != nil {
		return Order{}, err
	}
	return s.named(ctx, to, id)
}

// openedPage returns the order whose page a key opens, and whether the key is a shared one.
func (s *Service) openedPage(ctx context.Context, key string) (o Order, shared bool, err error) {
	to, id, shared, err := s.Links.OpenPage(key)
	if err != nil {
		return Order{}, false, err
	}
	o, err = s.named(ctx, to, id)
	return o, shared, err
}

// named returns the order of a reference and its number. One that was lost with an older state of the database is
// fault.NotFound, also when another order has its number by now.
func (s *Service) named(ctx context.Context, to ref.Order, id int64) (Order, error) {
	o, err := s.Store.Order(ctx, id)
	if err == nil && o.Ref() != to {
		return Order{}, fault.New(fault.NotFound, "there is no order %s", to)
	}
	return o, err
}

// track tells where an order is.
func (s *Service) track(ctx context.Context, id int64, shared bool) (tracked, error) {
	o, err := s.Store.Order(ctx, id)
	if err != nil {
		return tracked{}, err
	}
	return s.tell(ctx, o, shared)
}

func (s *Service) tell(ctx context.Context, o Order, shared bool) (tracked, error) {
	history, err := s.Store.History(ctx, o.ID)
	if err != nil {
		return tracked{}, err
	}
	rules, err := s.Rules.Of(ctx, o.Rules)
	if err != nil {
		return tracked{}, err
	}
	market := rules.Markets[o.Market]
	seen := tracked{
		OrderID: o.ID, Status: o.Status, Final: o.Status.Final(), Shared: shared, Market: o.Market, Language: market.Language, TimeZone: market.Zone.String(),
		DeliveryTime: millis(o.DeliveryTime), Steps: []step{},
	}
	for _, env := range history {
		seen.Steps = append(seen.Steps, step{env.Type, millis(env.Time)})
	}
	if !shared {
		s.tellCustomer(&seen, o, rules)
	}
	return seen, nil
}

// tellCustomer adds what only the order's customer may know and do.
func (s *Service) tellCustomer(seen *tracked, o Order, rules *Rules) {
	seen.Products, seen.TotalPrice = o.Products.String(), new(o.CatalogTotal())
	seen.Currency, seen.Amount = string(o.Total.Currency), new(o.Total.Minor)
	seen.Cancellable, seen.CancelReason, seen.Refund = o.Cancellable() && o.Terms.Imported == nil, o.CancelReason, o.refund()
	seen.Quote = rules.quoteOf(o)
	o.tellPayment(seen, rules)
	if o.Status == Stocked && o.DeliveryTime.IsZero() {
		seen.DeliveryURL = s.Links.Delivery(o.Ref())
	}
}

// tellPayment adds how the order is or was paid, and what is given back. A refund that a second person may still refuse is not told.
func (o Order) tellPayment(seen *tracked, rules *Rules) {
	for _, r := range o.GivenBack() {
		if r.WaitsForSecond() {
			continue
		}
		seen.Refunds = append(seen.Refunds, refunded{Amount: r.Amount, Reason: r.Reason, State: r.State, Time: millis(r.At)})
	}
	if p, paid := o.payment(); paid {
		seen.PaidBy = p.Method
	}
	if o.Status != PaymentPending || o.PayUntil.IsZero() {
		return
	}
	seen.PayUntil = millis(o.PayUntil)
	if p, open := o.Current(); open {
		seen.Payment = p.toPay()
	}
	for _, m := range rules.MethodsFor(o.Market, o.CustomerType, o.Total.Minor) {
		if m.Provider != "" {
			seen.Methods = append(seen.Methods, m.Name)
		}
	}
}

// millis is a time in milliseconds since 1970 as a decimal string; "" for the zero time.
func millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

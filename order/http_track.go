package order

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/event"
	"acme.example/webshop/fault"
)

// trackingRoutes adds the routes of who holds an order's tracking link.
func (s *Service) trackingRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "trackOrder", Method: "GET", Path: "/trackOrder", Summary: "Where is my order",
		Description: "Needs the key from the order's tracking link.", Errors: []int{401, 404, 422},
	}, s.getTrackOrder)
	huma.Register(api, huma.Operation{
		OperationID: "trackOrderLive", Method: "GET", Path: "/trackOrder/live", Summary: "Where is my order, as it goes on",
		Description: "Server-sent events: the answer of /trackOrder at once and after each change, until the order is final.",
		Errors:      []int{401, 404, 422, 503}, Responses: eventStream(),
	}, s.getTrackOrderLive)
}

type trackOrderInput struct {
	Key string `query:"key" required:"true" maxLength:"100" doc:"The key from the tracking link"`
}

type trackOrderOutput struct{ Body tracked }

// tracked is what who holds the tracking link may know.
type tracked struct {
	OrderID      int64   `json:"orderId"`
	Status       Status  `json:"status"`
	Products     string  `json:"products" doc:"SKUs separated by commas, one for each piece"`
	TotalPrice   int64   `json:"totalPrice" doc:"Minor units of the currency"`
	Currency     string  `json:"currency"`
	Market       string  `json:"market"`
	Language     string  `json:"language"`
	TimeZone     string  `json:"timeZone" doc:"IANA name of the market's time zone"`
	DeliveryTime string  `json:"deliveryTime" doc:"Start of the booked slot, milliseconds since 1970; empty until one is booked"`
	DeliveryURL  string  `json:"deliveryUrl" doc:"Where to book a delivery time; empty when there is nothing to book"`
	Cancellable  bool    `json:"cancellable" doc:"Whether the order can be called off now (/cancelOrder)"`
	CancelReason string  `json:"cancelReason,omitempty" doc:"Why the order is CANCELLED: customer, operator, out-of-stock, organization-unverified, not-accepted or paid-too-late; or PAYMENT_DECLINED after a doubt: not-confirmed"`
	Refund       string  `json:"refund,omitempty" enum:"under-way,done" doc:"Of a CANCELLED order that was paid: whether the provider has given the money back"`
	Steps        []step  `json:"steps" doc:"What has happened, oldest first"`
	Agreed       *quoted `json:"agreed,omitempty" doc:"What the order costs and why, in the form of /quote; missing for a test order"`
}

type step struct {
	Event event.Type `json:"event"`
	Time  string     `json:"time" doc:"Milliseconds since 1970"`
}

func (s *Service) getTrackOrder(ctx context.Context, in *trackOrderInput) (*trackOrderOutput, error) {
	o, err := s.opened(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	seen, err := s.tell(ctx, o)
	return &trackOrderOutput{seen}, err
}

// opened returns the order that a tracking key opens. A key to an order that was lost with an older state of the database
// is fault.NotFound, also when another order has its number by now.
func (s *Service) opened(ctx context.Context, key string) (Order, error) {
	to, id, err := s.Links.OpenTracking(key)
	if err != nil {
		return Order{}, err
	}
	o, err := s.Store.Order(ctx, id)
	if err == nil && o.Ref() != to {
		return Order{}, fault.New(fault.NotFound, "there is no order %s", to)
	}
	return o, err
}

// track tells where an order is.
func (s *Service) track(ctx context.Context, id int64) (tracked, error) {
	o, err := s.Store.Order(ctx, id)
	if err != nil {
		return tracked{}, err
	}
	return s.tell(ctx, o)
}

func (s *Service) tell(ctx context.Context, o Order) (tracked, error) {
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
		OrderID: o.ID, Status: o.Status, Products: o.Products, Market: o.Market,
		TotalPrice: o.Total.Minor, Currency: string(o.Total.Currency),
		Language: market.Language, TimeZone: market.Zone.String(),
		DeliveryTime: millis(o.DeliveryTime), Steps: []step{},
		Cancellable: o.Cancellable(), CancelReason: o.CancelReason, Refund: o.refund(),
		Agreed: rules.agreed(o),
	}
	if o.Status == Stocked && o.DeliveryTime.IsZero() {
		seen.DeliveryURL = s.Links.Delivery(o.Ref())
	}
	for _, env := range history {
		seen.Steps = append(seen.Steps, step{env.Type, millis(env.Time)})
	}
	return seen, nil
}

// millis is a time in milliseconds since 1970 as a decimal string; "" for the zero time.
func millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

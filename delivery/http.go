package delivery

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// PublicRoutes adds the routes for customers.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "deliveryTimes", Method: "GET", Path: "/deliveryTimes", Summary: "Free delivery times",
		Description: "Of a market, or of the order whose delivery key is given, whatever market stands beside it.", Errors: []int{400, 401, 404},
	}, s.getDeliveryTimes)
	huma.Register(api, bookDelivery("Needs the order's delivery key, from the link in the mail: as orderId (where the seed has the number), as order, or as key beside the number."), s.postBookDelivery)
}

// PrivateRoutes adds the route with which an operator books for a customer.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, bookDelivery("Takes the order's number alone, or its delivery key: who reaches the private listener needs no key."), s.postBookAsOperator)
}

func bookDelivery(description string) huma.Operation {
	return huma.Operation{
		OperationID: "bookDelivery", Method: "POST", Path: "/bookDelivery", Summary: "Book a delivery time, once",
		Description: description, Errors: []int{400, 401, 404, 409},
	}
}

type deliveryTimesInput struct {
	Market string `query:"market" default:"US" doc:"A market"`
	Order  string `query:"order" maxLength:"100" doc:"The order's delivery key; the market is then the order's"`
}

type deliveryTimesOutput struct {
	Body struct {
		DeliveryOptions []string `json:"deliveryOptions" doc:"Starts of the free slots, milliseconds since 1970 as decimal strings"`
		TimeZone        string   `json:"timeZone" doc:"IANA name of the market's time zone"`
		Language        string   `json:"language" doc:"The market's language"`
		Status          string   `json:"status,omitempty" doc:"Of the order whose key was given; times can be booked when it is STOCKED"`
		DeliveryTime    string   `json:"deliveryTime,omitempty" doc:"Of the order whose key was given, when it has one"`
	}
}

func (s *Service) getDeliveryTimes(ctx context.Context, in *deliveryTimesInput) (*deliveryTimesOutput, error) {
	b, err := s.wanted(ctx, in)
	if err != nil {
		return nil, err
	}
	calendar, err := s.calendar(ctx, b.Market, b.Rules)
	if err != nil {
		return nil, err
	}
	times, err := s.free(ctx, b.Market, calendar)
	if err != nil {
		return nil, err
	}
	rules, err := s.Rules.Of(ctx, b.Rules)
	if err != nil {
		return nil, err
	}
	out := &deliveryTimesOutput{}
	out.Body.TimeZone, out.Body.Language = calendar.Zone.String(), rules.Languages[b.Market]
	out.Body.Status, out.Body.DeliveryTime = b.Status, Millis(b.Time)
	out.Body.DeliveryOptions = []string{}
	for _, t := range times {
		out.Body.DeliveryOptions = append(out.Body.DeliveryOptions, Millis(t))
	}
	return out, nil
}

// wanted returns the order or the market for which delivery times are requested.
func (s *Service) wanted(ctx context.Context, in *deliveryTimesInput) (Booking, error) {
	if in.Order != "" {
		return s.bookingOf(ctx, in.Order)
	}
	rules, err := s.Rules.Active()
	if err != nil {
		return Booking{}, err
	}
	if _, ok := rules.Calendars[in.Market]; !ok {
		return Booking{}, fault.InvalidField("market", "there is no market %q", in.Market)
	}
	return Booking{Market: in.Market, Rules: rules.Version}, nil
}

// bookingOf returns the order of a delivery key. If the order was lost by a restore, the error is fault.NotFound, even if
// another order has its number by now.
func (s *Service) bookingOf(ctx context.Context, key string) (Booking, error) {
	to, id, err := s.Links.OpenDelivery(key)
	if err != nil {
		return Booking{}, err
	}
	b, err := s.Store.Booking(ctx, id)
	if err == nil && b.Ref != to {
		return Booking{}, fault.New(fault.NotFound, "there is no order %s", to)
	}
	return b, err
}

type bookDeliveryInput struct {
	Body struct {
		_            struct{}  `additionalProperties:"true"`
		OrderID      reference `json:"orderId,omitempty" doc:"The order's delivery key, or its number beside the key"`
		Order        string    `json:"order,omitempty" maxLength:"100" doc:"The order's delivery key, as it stands in the address of the delivery page"`
		Key          string    `json:"key,omitempty" maxLength:"100" doc:"The order's delivery key, when orderId is the number"`
		DeliveryTime string    `json:"deliveryTime" maxLength:"16" doc:"A time from /deliveryTimes, milliseconds since 1970 as a decimal string"`
	}
}

type bookDeliveryOutput struct {
	Body struct {
		OrderID      int64  `json:"orderId"`
		Name         string `json:"name"`
		Email        string `json:"email"`
		Phone        string `json:"phone"`
		Street       string `json:"street"`
		City         string `json:"city"`
		DeliveryTime string `json:"deliveryTime" doc:"Milliseconds since 1970 as a decimal string"`
	}
}

func (s *Service) postBookDelivery(ctx context.Context, in *bookDeliveryInput) (*bookDeliveryOutput, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	b, err := s.bookingOf(ctx, key)
	if err != nil {
		return nil, err
	}
	if number, numeric := in.Body.OrderID.number(); numeric && number != b.OrderID {
		return nil, fault.New(fault.Unauthorized, "this key is not for order %d", number)
	}
	return answer(s.BookDelivery(ctx, b.OrderID, in.Body.DeliveryTime))
}

// key returns the order's key, which is given under one name, or under two with the same value.
func (in *bookDeliveryInput) key() (string, error) {
	switch key := cmp.Or(in.Body.Key, in.Body.Order, string(in.Body.OrderID)); {
	case key == "":
		return "", fault.InvalidField("orderId", "must be given: the order's delivery key, from the link in the mail")
	case in.Body.Order != "" && in.Body.Order != key:
		return "", fault.InvalidField("order", "is another key than key is")
	default:
		return key, nil
	}
}

func (s *Service) postBookAsOperator(ctx context.Context, in *bookDeliveryInput) (*bookDeliveryOutput, error) {
	if id, numeric := in.Body.OrderID.number(); numeric {
		return answer(s.BookDelivery(ctx, id, in.Body.DeliveryTime))
	}
	out, err := s.postBookDelivery(ctx, in)
	if fault.CodeOf(err) == fault.Unauthorized {
		return nil, fault.InvalidField("orderId", "must be the number of an order, or its delivery key")
	}
	return out, err
}

func answer(b Booking, err error) (*bookDeliveryOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &bookDeliveryOutput{}
	out.Body.OrderID, out.Body.Name, out.Body.Email, out.Body.Phone = b.OrderID, b.Name, b.Email, b.Phone
	out.Body.Street, out.Body.City, out.Body.DeliveryTime = b.Street, b.City, Millis(b.Time)
	return out, nil
}

// reference refers to an order: by its number, as a JSON number or string, or by its key.
type reference string

// UnmarshalJSON keeps the reference as text.
func (r *reference) UnmarshalJSON(data []byte) error {
	text := string(data)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	*r = reference(text)
	return nil
}

func (r reference) number() (int64, bool) {
	n, err := strconv.ParseInt(string(r), 10, 64)
	return n, err == nil && n > 0
}

// Schema returns the JSON Schema of the two forms.
func (reference) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeInteger}, {Type: huma.TypeString, MaxLength: new(100)}}}
}

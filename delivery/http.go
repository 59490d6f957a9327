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
	s.callbackRoute(api)
	const key = "Needs the order's delivery key, from the link in the mail: as orderId (where the seed has the number), as order, or as key beside the number."
	huma.Register(api, bookDelivery(key), func(ctx context.Context, in *bookDeliveryInput) (*bookDeliveryOutput, error) {
		return s.byKey(ctx, in, s.BookDelivery)
	})
	huma.Register(api, moveDelivery(key), func(ctx context.Context, in *bookDeliveryInput) (*bookDeliveryOutput, error) {
		return s.byKey(ctx, in, s.MoveDelivery)
	})
}

// PrivateRoutes adds the routes with which an operator books for a customer, and changes what is booked.
func (s *Service) PrivateRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "deliveryTimes", Method: "GET", Path: "/deliveryTimes", Summary: "Free delivery times of an order", Errors: []int{400, 401, 404},
	}, s.getTimesOfOrder)
	const number = "Takes the order's number alone, or its delivery key: who reaches the private listener needs no key."
	huma.Register(api, bookDelivery(number), func(ctx context.Context, in *bookDeliveryInput) (*bookDeliveryOutput, error) {
		return s.byOperator(ctx, in, s.BookDelivery)
	})
	huma.Register(api, moveDelivery(number), func(ctx context.Context, in *bookDeliveryInput) (*bookDeliveryOutput, error) {
		return s.byOperator(ctx, in, s.MoveDelivery)
	})
}

func moveDelivery(description string) huma.Operation {
	return huma.Operation{
		OperationID: "moveDelivery", Method: "POST", Path: "/moveDelivery", Summary: "Change the booked delivery time",
		Description: description + " Possible until the cut-off that the rules have (changesUntil of /deliveryTimes); the time that was booked is free again. The same time again changes nothing.",
		Errors:      []int{400, 401, 404, 409},
	}
}

func bookDelivery(description string) huma.Operation {
	return huma.Operation{
		OperationID: "bookDelivery", Method: "POST", Path: "/bookDelivery", Summary: "Book a delivery time, once",
		Description: description, Errors: []int{400, 401, 404, 409},
	}
}

// bookingOf returns the order of a delivery key. If the order was lost by a restore, the error is fault.NotFound, even if
// another order has its number by now.
func (s *Service) bookingOf(ctx context.Context, key string) (Booking, error) {
	opened, err := s.Links.OpenDelivery(key)
	if err != nil {
		return Booking{}, err
	}
	b, err := s.Store.Booking(ctx, opened.Number)
	switch {
	case err != nil:
		return Booking{}, err
	case b.Ref != opened.Order:
		return Booking{}, fault.New(fault.NotFound, "there is no order %s", opened.Order)
	case opened.Replaced(b.KeysFrom):
		return Booking{}, fault.ReplacedLink()
	}
	return b, nil
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
		OrderID       int64  `json:"orderId"`
		Name          string `json:"name"`
		Email         string `json:"email"`
		Phone         string `json:"phone"`
		Street        string `json:"street"`
		City          string `json:"city"`
		DeliveryTime  string `json:"deliveryTime" doc:"Milliseconds since 1970 as a decimal string"`
		DeliveryUntil string `json:"deliveryUntil,omitempty" doc:"End of the window, in the same form; missing when it has none"`
	}
}

// picks is BookDelivery or MoveDelivery.
type picks func(ctx context.Context, orderID int64, deliveryTime string) (Booking, error)

// byKey picks a time for the order whose key is given.
func (s *Service) byKey(ctx context.Context, in *bookDeliveryInput, pick picks) (*bookDeliveryOutput, error) {
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
	return answer(pick(ctx, b.OrderID, in.Body.DeliveryTime))
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

// byOperator picks a time for the order whose number or key is given.
func (s *Service) byOperator(ctx context.Context, in *bookDeliveryInput, pick picks) (*bookDeliveryOutput, error) {
	if id, numeric := in.Body.OrderID.number(); numeric {
		return answer(pick(ctx, id, in.Body.DeliveryTime))
	}
	out, err := s.byKey(ctx, in, pick)
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
	out.Body.DeliveryUntil = Millis(b.Until)
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

package delivery

import (
	"cmp"
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

type deliveryTimesInput struct {
	Market     string `query:"market" default:"US" doc:"A market"`
	PostalCode string `query:"postalCode" maxLength:"20" doc:"Where to, in that market: the rules may have other room in its zone"`
	Products   string `query:"products" maxLength:"4000" doc:"What is to be delivered in that market, SKUs separated by commas: the first times are those at which all of it can be there"`
	Order      string `query:"order" maxLength:"100" doc:"The order's delivery key; the market is then the order's"`
}

// window is a delivery window in answers.
type window struct {
	From  string `json:"from" doc:"Its start, milliseconds since 1970 as a decimal string"`
	Until string `json:"until,omitempty" doc:"Its end, in the same form; missing when it has none"`
}

type deliveryTimesOutput struct {
	Body struct {
		DeliveryOptions []string `json:"deliveryOptions" doc:"Starts of the free slots, milliseconds since 1970 as decimal strings"`
		Windows         []window `json:"windows" doc:"The same slots with their ends, as far as the rules give them one"`
		TimeZone        string   `json:"timeZone" doc:"IANA name of the market's time zone"`
		Language        string   `json:"language" doc:"The market's language"`
		Status          string   `json:"status,omitempty" doc:"Of the order whose key was given; times can be booked when it is STOCKED, and again (/moveDelivery) when it is DELIVERY_FAILED"`
		DeliveryTime    string   `json:"deliveryTime,omitempty" doc:"Of the order whose key was given, when it has one"`
		DeliveryUntil   string   `json:"deliveryUntil,omitempty" doc:"End of its window, when it has one"`
		ChangesUntil    string   `json:"changesUntil,omitempty" doc:"Until when that can be changed (/moveDelivery), milliseconds since 1970; missing when it never can"`
	}
}

func (s *Service) getDeliveryTimes(ctx context.Context, in *deliveryTimesInput) (*deliveryTimesOutput, error) {
	b, err := s.wanted(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.timesFor(ctx, b, in.Products)
}

type timesOfOrderInput struct {
	OrderID int64 `query:"orderId" required:"true" minimum:"1" doc:"The order's number"`
}

func (s *Service) getTimesOfOrder(ctx context.Context, in *timesOfOrderInput) (*deliveryTimesOutput, error) {
	b, err := s.Store.Booking(ctx, in.OrderID)
	if err != nil {
		return nil, err
	}
	return s.timesFor(ctx, b, "")
}

// timesFor answers with the free times of an order, which can be booked when its products are there, or of a market for products
// that are not ordered yet.
func (s *Service) timesFor(ctx context.Context, b Booking, products string) (*deliveryTimesOutput, error) {
	calendar, err := s.calendar(ctx, b)
	if err != nil {
		return nil, err
	}
	rules, err := s.Rules.Of(ctx, b.Rules)
	if err != nil {
		return nil, err
	}
	if b.OrderID == 0 {
		calendar = calendar.After(rules.lead(products))
	}
	times, err := s.free(ctx, b.Market, calendar)
	if err != nil {
		return nil, err
	}
	out := b.times(calendar, times)
	out.Body.Language = cmp.Or(b.Language, rules.Languages[b.Market])
	return out, nil
}

// times answers with the free times of a calendar.
func (b Booking) times(calendar Calendar, times []time.Time) *deliveryTimesOutput {
	out := &deliveryTimesOutput{}
	out.Body.TimeZone, out.Body.Status = calendar.Zone.String(), b.Status
	out.Body.DeliveryTime, out.Body.DeliveryUntil = Millis(b.Time), Millis(b.Until)
	if !b.Elsewhere && (b.Status == bookable || b.Status == booked) {
		out.Body.ChangesUntil = Millis(calendar.CutOff.Until(b.Time))
	}
	out.Body.DeliveryOptions, out.Body.Windows = []string{}, []window{}
	for _, t := range times {
		out.Body.DeliveryOptions = append(out.Body.DeliveryOptions, Millis(t))
		out.Body.Windows = append(out.Body.Windows, window{Millis(t), Millis(calendar.Slot(t).End)})
	}
	return out
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
	return Booking{Market: in.Market, Rules: rules.Version, Address: event.Address{PostalCode: in.PostalCode}}, nil
}

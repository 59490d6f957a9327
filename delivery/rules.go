package delivery

import (
	"context"
	"strings"

	"acme.example/webshop/address"
	"acme.example/webshop/platform/fault"
)

// Rules are the delivery times and the language of each market.
type Rules struct {
	Version   int64
	Calendars map[string]Calendar // by market
	Languages map[string]string   // by market
	Zones     map[string]address.Zones
	LeadDays  map[string]int // by SKU: how many days it takes to get a product
	// PerCustomer bounds the pending deliveries of one mail address, organization or address; 0: no limit.
	PerCustomer int
}

// Zone returns the zone of a postal code in a market, "" where it has none or it is not known, and whether there is delivery to it.
func (r *Rules) Zone(market, postalCode string) (zone string, deliverable bool) {
	return r.Zones[market].Of(postalCode)
}

// lead is how many days it takes to get all of some products.
func (r *Rules) lead(skus string) (days int) {
	for sku := range strings.SplitSeq(skus, ",") {
		days = max(days, r.LeadDays[strings.TrimSpace(sku)])
	}
	return days
}

// Rulebook has the rules in all versions.
type Rulebook interface {
	// Active returns the active rules, or fault.Unavailable while this process can read none.
	Active() (*Rules, error)
	// Of returns the rules that an order was made under.
	Of(ctx context.Context, version int64) (*Rules, error)
}

// Active returns r, which is a rulebook of one version.
func (r *Rules) Active() (*Rules, error) { return r, nil }

// Of returns r for any version.
func (r *Rules) Of(context.Context, int64) (*Rules, error) { return r, nil }

// room returns the limits of bookings by the active rules.
func (s *Service) room(c Calendar) (Room, error) {
	active, err := s.Rules.Active()
	if err != nil {
		return Room{}, err
	}
	return Room{Slot: c.Capacity, Customer: active.PerCustomer, CutOff: c.CutOff}, nil
}

// calendar returns when an order can be delivered: by the active rules, or in a market that they no longer have, by those
// that the order was made under.
func (s *Service) calendar(ctx context.Context, b Booking) (Calendar, error) {
	active, err := s.Rules.Active()
	if err != nil {
		return Calendar{}, err
	}
	if calendar, ok := active.calendarOf(b); ok {
		return calendar, nil
	}
	rules, err := s.Rules.Of(ctx, b.Rules)
	if err != nil {
		return Calendar{}, err
	}
	calendar, ok := rules.calendarOf(b)
	if !ok {
		return Calendar{}, fault.New(fault.Unavailable, "there are no delivery times for the market %s at the moment", b.Market)
	}
	return calendar, nil
}

// calendarOf is the calendar of an order's market, in the zone of its address.
func (r *Rules) calendarOf(b Booking) (Calendar, bool) {
	calendar, ok := r.Calendars[b.Market]
	zone, _ := r.Zone(b.Market, b.Address.PostalCode)
	return calendar.In(zone), ok
}

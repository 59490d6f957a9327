package delivery

import (
	"context"

	"acme.example/webshop/platform/fault"
)

// Rules are the delivery times and the language of each market.
type Rules struct {
	Version   int64
	Calendars map[string]Calendar // by market
	Languages map[string]string   // by market
	// PerCustomer bounds the pending deliveries of one mail address, organization or address; 0: no limit.
	PerCustomer int
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
	return Room{Slot: c.Capacity, Customer: active.PerCustomer}, nil
}

// calendar returns when an order can be delivered: by the active rules, or in a market that they no longer have, by those
// that the order was made under.
func (s *Service) calendar(ctx context.Context, market string, version int64) (Calendar, error) {
	active, err := s.Rules.Active()
	if err != nil {
		return Calendar{}, err
	}
	if calendar, ok := active.Calendars[market]; ok {
		return calendar, nil
	}
	rules, err := s.Rules.Of(ctx, version)
	if err != nil {
		return Calendar{}, err
	}
	calendar, ok := rules.Calendars[market]
	if !ok {
		return Calendar{}, fault.New(fault.Unavailable, "there are no delivery times for the market %s at the moment", market)
	}
	return calendar, nil
}

package delivery

import (
	"context"

	"acme.example/webshop/platform/fault"
)

// Rules is when each market is delivered to, and in which language it is spoken to.
type Rules struct {
	Version   int64
	Calendars map[string]Calendar // by market
	Languages map[string]string   // by market
	// PerCustomer is how many deliveries to come one mail address, organization or address may have; 0 for any number.
	PerCustomer int
}

// Rulebook holds the rules in all their versions.
type Rulebook interface {
	// Active returns the rules that hold now, or fault.Unavailable while this process has none that it can read.
	Active() (*Rules, error)
	// Of returns the rules that an order was made under.
	Of(ctx context.Context, version int64) (*Rules, error)
}

// Active returns the rules: by themselves they are a book of one version.
func (r *Rules) Active() (*Rules, error) { return r, nil }

// Of returns the rules, whichever version is asked for.
func (r *Rules) Of(context.Context, int64) (*Rules, error) { return r, nil }

// room is how many bookings there may be, by the rules that hold now.
func (s *Service) room(c Calendar) (Room, error) {
	active, err := s.Rules.Active()
	if err != nil {
		return Room{}, err
	}
	return Room{Slot: c.Capacity, Customer: active.PerCustomer}, nil
}

// calendar is when an order can be delivered: vans go by the rules that hold now, and in a market that they do not have any
// more by those that the order was made under.
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

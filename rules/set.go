package rules

import (
	"maps"
	"slices"

	"acme.example/webshop/address"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// Set is all rules of one version, after they were checked: each service's part, ready to use. It is never changed.
type Set struct {
	Version   int64 // 0: not stored
	Format    int   // of the text
	Orders    *order.Rules
	Delivery  *delivery.Rules
	Mail      *email.Rules
	Deadlines database.Deadlines
	// LeftOut is what stored rules say and this program does not understand: offers, which are not applied, and time zones, for
	// which UTC stands in.
	LeftOut []string
	// Warnings is what checked rules say that is valid and may not be meant, each with its line.
	Warnings []string

	names map[string]bool
}

// newSet cuts the parts that repeat what others say.
func newSet(orders *order.Rules, calendars map[string]delivery.Calendar, deadlines database.Deadlines) *Set {
	s := &Set{
		Orders: orders, Deadlines: deadlines,
		Delivery: &delivery.Rules{Calendars: calendars, Languages: map[string]string{}, Zones: map[string]address.Zones{}, LeadDays: map[string]int{}},
		Mail:     &email.Rules{Markets: map[string]email.Market{}, Products: map[string]email.Product{}, Offers: map[string]map[string]string{}},
		names:    map[string]bool{},
	}
	for name, m := range orders.Markets {
		s.Delivery.Languages[name] = m.Language
		if m.Address != nil {
			s.Delivery.Zones[name] = m.Address.Zones
		}
		s.Mail.Markets[name] = email.Market{
			Language: m.Language, Zone: m.Zone, Contact: email.Contact(m.Contact), Country: m.Country(), TaxTexts: m.Tax.Texts(), Charges: m.ChargeLabels(),
		}
		s.names[name], s.names[string(m.Currency)] = true, true
	}
	for _, p := range orders.Catalog {
		s.Mail.Products[p.SKU] = email.Product{Name: p.Name}
		s.Delivery.LeadDays[p.SKU] = p.LeadDays
	}
	for name, o := range orders.Offers {
		s.Mail.Offers[name] = o.Label
	}
	for name := range orders.CustomerTypes {
		s.names[name] = true
	}
	return s
}

// none is the rules of a process that has no rules yet: nothing is sold, and the subscribers have their own deadlines.
func none() *Set {
	return newSet(&order.Rules{}, nil, database.Deadlines{Receipts: subscribers()})
}

// as gives a set its version.
func (s *Set) as(version int64) *Set {
	s.Version, s.Orders.Version, s.Delivery.Version, s.Mail.Version = version, version, version, version
	return s
}

// Names reports whether a text is the name of a market, a customer type or a currency of the shop.
func (s *Set) Names(text string) bool { return s.names[text] }

// Markets are the names of the markets, sorted.
func (s *Set) Markets() []string { return slices.Sorted(maps.Keys(s.Orders.Markets)) }

package app

import (
	"acme.example/webshop/cutoff"
	"acme.example/webshop/order"
	"acme.example/webshop/surfaces/console"
)

// openConsole returns the operator's console.
func (s *system) openConsole() *console.Console {
	return &console.Console{
		Store: s.engine, Alerts: s.alerts.List, Partners: s.vitals, Audited: s.audited, Deadlines: s.deadlines,
		Markets: func() []string { return s.rules.Latest().Markets() }, Mail: s.hasMail, Plant: s.plant, Country: s.country, CutOff: s.cutOff, Asks: s.asks, Zone: s.zone, Stopping: s.quitting, Now: s.now, Log: s.log,
	}
}

// country is whose addresses a market has, by the newest rules that this process knows.
func (s *system) country(market string) string {
	return s.rules.Latest().Orders.Markets[market].Country()
}

// cutOff is until when an order's delivery can be changed, by the newest rules that this process knows.
func (s *system) cutOff(o order.Order) *cutoff.Before {
	return s.rules.Latest().Orders.Markets[o.Market].CutOff
}

// asks are the fields of an address that a market asks for, by the newest rules that this process knows.
func (s *system) asks(market string) []string {
	if rules := s.rules.Latest().Orders.Markets[market].Address; rules != nil {
		return rules.Required
	}
	return nil
}

// zone is the time zone of an order's market; UTC of one that the newest rules do not have.
func (s *system) zone(o order.Order) string {
	if z := s.rules.Latest().Orders.Markets[o.Market].Zone; z != nil {
		return z.String()
	}
	return "UTC"
}

// hasMail reports whether the built-in receiver has a mail.
func (s *system) hasMail(id string) bool {
	if s.mail.mailbox == nil {
		return false
	}
	_, err := s.mail.mailbox.Find(id)
	return err == nil
}

// plant names a product for operators, in English where it has such a name, with its SKU.
func (s *system) plant(sku string) string {
	name := s.rules.Latest().Mail.Products[sku].Name["en"]
	if name == "" {
		return sku
	}
	return name + " (" + sku + ")"
}

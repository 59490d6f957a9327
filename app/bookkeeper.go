package app

import (
	"context"

	"acme.example/webshop/books"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/database"
)

// newBookkeeper returns who enters orders in the books, by the active rules.
func (s *system) newBookkeeper(lead func(context.Context) (bool, error)) *database.Bookkeeper {
	return &database.Bookkeeper{Store: s.engine, Company: s.company, Rate: s.rateOf, Lead: lead, Now: s.now, Log: s.log}
}

// company is whose books the shop keeps.
func (s *system) company() (books.Company, error) {
	rules, err := s.rules.Orders().Active()
	if err != nil {
		return books.Company{}, err
	}
	of := rules.Entity()
	return books.Company{Zone: of.Zone, Currency: of.Currency, PaymentDays: of.PaymentDays}, nil
}

// rateOf is the exchange rate of the rules: for a company that counts in the catalog's currency.
func (s *system) rateOf(c money.Currency) (rate, source string) {
	rules, err := s.rules.Orders().Active()
	if err != nil || rules.Entity().Currency != rules.Currency {
		return "", ""
	}
	return rules.RateOf(c), "the rules"
}

package app

import (
	"context"
	"time"

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

// reportTerm is how long a process tells the bookkeeping system before another one may.
const reportTerm = time.Minute

// newReporter returns who tells the bookkeeping system what is in the books.
func (s *system) newReporter() *database.Reporter {
	r := &database.Reporter{Store: s.journal, Tell: s.partners.books.Report, Log: s.log}
	if lead := s.leadAmongAll("reporting"); lead != nil {
		r.Lead = func(ctx context.Context) (bool, error) { return lead(ctx, s.now(), reportTerm) }
	}
	return r
}

// report tells the bookkeeping system until the context ends, unless the shop is configured not to.
func (s *system) report(ctx context.Context) {
	if s.cfg.BooksJournal {
		s.reporter.Run(ctx)
	}
}

package order

import (
	"context"
	"log/slog"
	"slices"
	"time"
	"unicode/utf8"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/pricing"
)

const (
	maxCodes = 10
	maxCode  = 32 // characters
)

// checkPrice prices the draft. A test order keeps the price and the SKUs that it brings (seed: its system test
// invents both), without offers and taxes; a real one has its price from the rules, and what the customer was shown
// must be that.
func (r *Rules) checkPrice(d Draft, now time.Time, observe pricing.Observer, wrong *problems) pricing.Quote {
	market, known := r.Markets[d.Market]
	if d.TotalPrice < 0 || d.TotalPrice > MaxTotal {
		wrong.add("totalPrice", "must be minor currency units from 0 to %d", MaxTotal)
		return pricing.Quote{}
	}
	items, ok := r.parseProducts(d.Products, d.TestID != 0, wrong)
	if !ok || !known || !r.checkCurrency(d, market, wrong) {
		return pricing.Quote{}
	}
	if d.TestID != 0 {
		return pricing.Quote{Currency: market.Currency, Total: r.brought(d, market, wrong)}
	}
	q, err := r.quote(d, items, nil, now, observe, wrong)
	if err == nil {
		r.checkTotal(d, market, items, q, wrong)
	}
	for _, c := range q.Codes {
		if c.State == pricing.CodeUnknown {
			wrong.add("codes", "there is no code %q", c.Code)
		}
	}
	return q
}

// quote prices what a draft asks for, and notes what is wrong with it.
func (r *Rules) quote(d Draft, items event.Items, usedUp []string, now time.Time, observe pricing.Observer, wrong *problems) (pricing.Quote, error) {
	codes := pricing.Codes(d.Codes)
	if len(d.Codes) > maxCodes || slices.ContainsFunc(codes, func(c string) bool { return utf8.RuneCountInString(c) > maxCode }) {
		wrong.add("codes", "must be at most %d, of at most %d characters", maxCodes, maxCode)
		codes = nil
	}
	q, err := r.prices.Quote(pricing.Cart{
		Market: d.Market, CustomerType: d.CustomerType, Jurisdiction: r.Markets[d.Market].Jurisdiction(d.Address), Details: d.Details, Items: items, Codes: codes, UsedUp: usedUp, Now: now,
	}, observe)
	if err == nil && (q.Total > MaxTotal || r.InCatalog(d.Market, q.Total) > MaxTotal) {
		err = errTooLarge
	}
	if err != nil {
		wrong.add("products", "the order is too large; please split it")
	}
	return q, err
}

var errTooLarge = fault.New(fault.Invalid, "the order is too large")

// withGifts returns the products with the pieces that offers add.
func withGifts(products event.Items, q pricing.Quote) event.Items {
	for _, l := range q.Lines {
		if l.Gift {
			products = products.Add(l.SKU, l.Quantity)
		}
	}
	return products
}

// applied are the codes that had an effect.
func applied(q pricing.Quote) (codes []string) {
	for _, c := range q.Codes {
		if c.State == pricing.CodeApplied {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// guessed asks whether a client may hear what the codes of its draft are.
func (s *Service) guessed(ctx context.Context, r *Rules, d Draft) error {
	codes := pricing.Codes(d.Codes)
	if s.Guess == nil || d.TestID != 0 || len(codes) == 0 || len(codes) > maxCodes {
		return nil // of a test order and of too many codes, none is looked at
	}
	return s.Guess(ctx, slices.DeleteFunc(codes, func(code string) bool { _, known := r.prices.Coded(code); return known }))
}

// offerFailed notes an offer that failed for a cart and was left out.
func (s *Service) offerFailed(ctx context.Context) pricing.Observer {
	return func(offer string, err error) {
		s.Log.Log(ctx, slog.LevelWarn, "an offer failed for a cart and was left out; mend its expression in the rules", "offer", offer, "error", err)
		if s.OfferFailed != nil {
			s.OfferFailed(offer)
		}
	}
}

package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// What the shop keeps at Stripe with a session, its payment and its refunds.
const (
	keyName    = "payment_key"
	orderName  = "order_id"
	refundName = "refund_key"
)

const sessions = "/v1/checkout/sessions"

// Begin makes the session on whose page the customer pays.
func (p *Provider) Begin(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	a, err := p.account(r.Test)
	if err == nil {
		err = checkRequest(r)
	}
	if err != nil {
		return payments.Outcome{}, fmt.Errorf("%w: %w", payments.ErrNotBegun, err)
	}
	s := new(api.CheckoutSession)
	if err := a.call(ctx, http.MethodPost, sessions, p.ask(r), s); err != nil {
		return p.refused(ctx, r, err)
	}
	if err := a.is(s.Object, "checkout.session", s.ID); err != nil {
		return payments.Outcome{}, err
	}
	if s.LastResponse.Header.Get("Idempotent-Replayed") == "true" { // the answer of then
		return p.Find(ctx, named(r, s.ID))
	}
	return a.outcome(s, r)
}

func named(r payments.Request, reference string) payments.Request {
	r.Reference = reference
	return r
}

// methods are Stripe's names for the shop's methods of payment.
var methods = map[string]string{payments.Card: "card", payments.CashVoucher: "oxxo"}

func checkRequest(r payments.Request) error {
	if methods[r.Method] == "" {
		return fault.InvalidField("method", "Stripe is asked for no %q here", r.Method)
	}
	return checkAmount(r.Amount)
}

// refused says what a payment is that was not begun because of an error. What Stripe refuses, it takes no money for; when it does
// so because the page would be open for too short a time, the customer's time is over.
func (p *Provider) refused(ctx context.Context, r payments.Request, err error) (payments.Outcome, error) {
	said, _ := errors.AsType[answer](err)
	if fault.CodeOf(err) == fault.Conflict && !r.Begun.IsZero() {
		return p.before(ctx, r, err)
	}
	if fault.CodeOf(err) != fault.Refused {
		return payments.Outcome{}, notBegun(err)
	}
	if said.said.Param == "expires_at" {
		return payments.Outcome{State: payments.Expired, Amount: r.Amount}, nil
	}
	p.log.Error("Stripe refused to begin a payment", "order", r.OrderID, "error", fault.ForLog(err))
	return payments.Outcome{State: payments.Failed, Amount: r.Amount, Why: said.code()}, nil
}

// nearby is how long before and after a payment was begun its session may have been made, by Stripe's clock.
const nearby = time.Hour

// before finds the session that was begun under the same key when the request was another one, e.g. because the customer's address
// has been corrected since.
func (p *Provider) before(ctx context.Context, r payments.Request, conflict error) (payments.Outcome, error) {
	of := Page{Test: r.Test, From: r.Begun.Add(-nearby), Before: r.Begun.Add(nearby)}
	for range maxPages {
		all, more, err := p.Sessions(ctx, of)
		if err != nil {
			return payments.Outcome{}, err
		}
		if i := slices.IndexFunc(all, func(s Session) bool { return s.Key == r.Key }); i >= 0 {
			return p.Find(ctx, named(r, all[i].Reference))
		}
		if !more {
			break
		}
		of.After = all[len(all)-1].Reference
	}
	return payments.Outcome{}, conflict
}

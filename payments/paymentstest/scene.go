package paymentstest

import (
	"context"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// scene is a test with its fixture.
type scene struct {
	*testing.T
	Fixture
	ctx context.Context
}

// key is the key of each test's payment. Each test has a fixture of its own.
const key = "charge:acme-7-4f1c"

func (s scene) request(method string) payments.Request {
	begun := s.Now().UTC().Truncate(time.Second)
	return payments.Request{
		Key: key, OrderID: 7, Method: method, Amount: usd(15000), Begun: begun, Until: begun.Add(time.Hour),
		Email: "ada@example.com", Language: "en", Back: "https://shop.example.com/paid?order=7",
	}
}

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }

// begin begins a payment.
func (s scene) begin(r payments.Request) Payment {
	s.Helper()
	got, err := s.Provider().Begin(s.ctx, r)
	if err != nil {
		s.Fatalf("Begin: %v", err)
	}
	s.sound("Begin", r, got)
	return Payment{Request: r, Outcome: got}
}

// sound checks the fields that an outcome must have.
func (s scene) sound(what string, r payments.Request, got payments.Outcome) {
	s.Helper()
	acts := got.Action.URL != "" || got.Action.Voucher != nil
	switch got.State {
	case payments.ActionRequired:
		if !acts || got.Reference == "" || got.Until.IsZero() || got.Until.Location() != time.UTC {
			s.Errorf("%s = %+v; want a reference, something to do and until when, in UTC", what, got)
		}
	case payments.Paid:
		if acts || got.Reference == "" {
			s.Errorf("%s = %+v; want a reference and nothing to do", what, got)
		}
	case payments.Failed:
		if got.Why == "" {
			s.Errorf("%s = %+v; want why", what, got)
		}
	}
	if got.Amount != r.Amount {
		s.Errorf("%s = %+v; want the amount %s", what, got, r.Amount)
	}
}

// find finds a payment, which must be in one of these states.
func (s scene) find(p Payment, want ...payments.State) payments.Outcome {
	s.Helper()
	r := p.Request
	r.Reference = p.Outcome.Reference
	got, err := s.Provider().Find(s.ctx, r)
	if err != nil {
		s.Fatalf("Find: %v", err)
	}
	s.sound("Find", r, got)
	for _, state := range want {
		if got.State == state {
			return got
		}
	}
	s.Errorf("Find = %+v; want %v", got, want)
	return got
}

// does performs an action that the page must offer.
func (s scene) does(what string, act func(Payment) error, p Payment) {
	s.Helper()
	if err := act(p); err != nil {
		s.Fatalf("%s: %v", what, err)
	}
}

// wantBooks compares the totals of the stand-in.
func (s scene) wantBooks(want Books) {
	s.Helper()
	if got := s.Books(); got != want {
		s.Errorf("the provider has %+v, want %+v", got, want)
	}
}

func (s scene) wantCode(what string, err error, want fault.Code) {
	s.Helper()
	if got := fault.CodeOf(err); got != want {
		s.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

// paidPayment returns a payment that was paid, at once or on the page.
func (s scene) paidPayment() Payment {
	s.Helper()
	p := s.begin(s.request(payments.Card))
	if p.Outcome.State == payments.ActionRequired {
		s.does("Pay", s.Pay, p)
		p.Outcome = s.find(p, payments.Paid)
	}
	return p
}

package paymentstest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// Run tests a provider with a page where customers pay.
func Run(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"begun once": begunOnce, "begun once when many ask": begunOnceAtOnce, "an answer is lost": lostAnswer, "other terms": otherTerms,
		"not known": notKnown, "paid": paid, "paid with 3-D Secure": paid3DS, "declined": declined, "no funds, then paid": noFundsThenPaid,
		"abandoned, then paid": abandonedThenPaid, "paid in two tabs": paidTwice, "expired": expired, "voucher paid later": voucherPaid,
		"voucher expired": voucherExpired, "open is not refunded": openIsNotRefunded,
		"webhook signatures": signatures, "webhook of a change": toldOfChange, "webhook of a dispute": toldOfDispute,
	})
	refundTests(t, open)
}

// RunAtOnce tests a provider that charges at once. It uses neither the customer nor the webhooks of the fixture.
func RunAtOnce(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"begun once": begunOnce, "begun once when many ask": begunOnceAtOnce, "an answer is lost": lostAnswer, "other terms": otherTerms, "not known": notKnown,
	})
	refundTests(t, open)
}

func refundTests(t *testing.T, open func(*testing.T) Fixture) {
	all(t, open, map[string]func(scene){
		"refunded whole": refundedWhole, "refunded in parts": refundedInParts, "refund too much": refundTooMuch, "refund once": refundOnce,
		"refund when many ask": refundAtOnce, "refund's answer is lost": refundLostAnswer,
	})
	t.Run("refunds never exceed what was paid", func(t *testing.T) { refundProperty(t, open) })
}

func all(t *testing.T, open func(*testing.T) Fixture, tests map[string]func(scene)) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(scene{T: t, Fixture: open(t), ctx: t.Context()}) })
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

// sound checks what each outcome has.
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

// find wants a payment to be in one of these states.
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

// does wants the customer's page to offer something.
func (s scene) does(what string, act func(Payment) error, p Payment) {
	s.Helper()
	if err := act(p); err != nil {
		s.Fatalf("%s: %v", what, err)
	}
}

// wantBooks compares what the stand-in has done.
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

// paidPayment is one that was paid, at once or on the page.
func (s scene) paidPayment() Payment {
	s.Helper()
	p := s.begin(s.request(payments.Card))
	if p.Outcome.State == payments.ActionRequired {
		s.does("Pay", s.Pay, p)
		p.Outcome = s.find(p, payments.Paid)
	}
	return p
}

func begunOnce(s scene) {
	r := s.request(payments.Card)
	first := s.begin(r)
	again := s.begin(r)
	if again.Outcome.Reference != first.Outcome.Reference || again.Outcome.State != first.Outcome.State || again.Outcome.Action.URL != first.Outcome.Action.URL {
		s.Errorf("Begin again = %+v; want %+v", again.Outcome, first.Outcome)
	}
	if found := s.find(first, first.Outcome.State); found.Reference != first.Outcome.Reference {
		s.Errorf("Find = %+v; want %+v", found, first.Outcome)
	}
	if n := s.Books().Begun; n != 1 {
		s.Errorf("%d payments were begun, want 1", n)
	}
	r.Key += "-again"
	if other := s.begin(r); other.Outcome.Reference == first.Outcome.Reference || s.Books().Begun != 2 {
		s.Errorf("another key is the same payment: %+v", other.Outcome)
	}
}

// begunOnceAtOnce: each of many answers is the one payment, or says that it is still in work.
func begunOnceAtOnce(s scene) {
	r, answers := s.request(payments.Card), make(chan payments.Outcome, 16)
	var asking sync.WaitGroup
	for range cap(answers) {
		asking.Go(func() {
			got, err := s.Provider().Begin(s.ctx, r)
			if err == nil {
				answers <- got
			} else if fault.Permanent(err) || errors.Is(err, payments.ErrNotBegun) {
				s.Errorf("Begin: %v", err)
			}
		})
	}
	asking.Wait()
	close(answers)
	p := s.begin(r)
	for got := range answers {
		if got.Reference != p.Outcome.Reference {
			s.Errorf("one Begin returned %s, another %s", got.Reference, p.Outcome.Reference)
		}
	}
	if n := s.Books().Begun; n != 1 {
		s.Errorf("%d payments were begun, want 1", n)
	}
}

// lostAnswer: the payment was begun, and the shop does not know. Find tells it without the reference, or does not have it, and Begin
// repeats it.
func lostAnswer(s scene) {
	r := s.request(payments.Card)
	s.DropNextAnswer()
	_, err := s.Provider().Begin(s.ctx, r)
	if err == nil || fault.Permanent(err) || errors.Is(err, payments.ErrNotBegun) {
		s.Fatalf("Begin without an answer: %v; want an error that leaves it open", err)
	}
	found, err := s.Provider().Find(s.ctx, r)
	again := s.begin(r)
	if fault.CodeOf(err) == fault.NotFound {
		found, err = s.find(again, again.Outcome.State), nil
	}
	if err != nil || again.Outcome.Reference != found.Reference || s.Books().Begun != 1 {
		s.Errorf("Begin = %+v after Find = %+v, %v; the provider has %+v", again.Outcome, found, err, s.Books())
	}
}

// otherTerms: what was begun for another amount or order does not pay for this one.
func otherTerms(s scene) {
	r := s.request(payments.Card)
	p := s.begin(r)
	before := s.Books()
	for what, change := range map[string]func(*payments.Request){
		"amount": func(r *payments.Request) { r.Amount.Minor++ }, "currency": func(r *payments.Request) { r.Amount.Currency = "EUR" },
		"order": func(r *payments.Request) { r.OrderID++ },
	} {
		other := r
		change(&other)
		_, err := s.Provider().Begin(s.ctx, other)
		s.wantCode("Begin with another "+what, err, fault.Conflict)
		other.Reference = p.Outcome.Reference
		_, err = s.Provider().Find(s.ctx, other)
		s.wantCode("Find with another "+what, err, fault.Conflict)
	}
	s.wantBooks(before)
	s.find(p, p.Outcome.State)
}

func notKnown(s scene) {
	r := s.request(payments.Card)
	_, err := s.Provider().Find(s.ctx, r)
	s.wantCode("Find", err, fault.NotFound)
	_, err = s.Provider().Refund(s.ctx, payments.Refund{Key: "refund:1", PaymentKey: "charge:none", PaymentReference: "none", Amount: usd(1)})
	s.wantCode("Refund", err, fault.Conflict)
	s.wantBooks(Books{})
}

package paymentstest

import (
	"errors"
	"sync"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

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

// begunOnceAtOnce: of many concurrent requests each returns the same payment, or says that it is in progress.
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

// lostAnswer: the payment was begun, and the shop does not know. Find finds it without its reference, or reports that the
// provider does not have it, and Begin repeats it.
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

// otherTerms: a payment of another amount, or for another order, does not pay for this one.
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

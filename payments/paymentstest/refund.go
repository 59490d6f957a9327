package paymentstest

import (
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

func refundOf(p Payment, key string, minor int64) payments.Refund {
	return payments.Refund{
		Key: key, PaymentKey: p.Request.Key, PaymentReference: p.Outcome.Reference,
		Amount: money.Amount{Minor: minor, Currency: p.Request.Amount.Currency},
	}
}

// refund makes a refund that must be accepted.
func (s scene) refund(p Payment, key string, minor int64) payments.RefundOutcome {
	s.Helper()
	got, err := s.Provider().Refund(s.ctx, refundOf(p, key, minor))
	if err != nil || got.Reference == "" || (got.State != payments.RefundDone && got.State != payments.RefundPending) {
		s.Fatalf("Refund of %d = %+v, %v", minor, got, err)
	}
	return got
}

// refused makes a refund that must be refused, and change nothing.
func (s scene) refused(what string, r payments.Refund) {
	s.Helper()
	before := s.Books()
	_, err := s.Provider().Refund(s.ctx, r)
	s.wantCode("Refund of "+what, err, fault.Conflict)
	s.wantBooks(before)
}

func refundedWhole(s scene) {
	p := s.paidPayment()
	s.refund(p, "refund:1", 15000)
	s.wantBooks(Books{Begun: 1, Paid: 15000, Refunded: 15000})
	s.refused("a cent more", refundOf(p, "refund:2", 1))
	s.find(p, payments.Paid)
}

func refundedInParts(s scene) {
	p := s.paidPayment()
	if s.refund(p, "refund:1", 5000) == s.refund(p, "refund:2", 5000) {
		s.Error("two refunds are one")
	}
	s.refund(p, "refund:3", 4999)
	s.wantBooks(Books{Begun: 1, Paid: 15000, Refunded: 14999})
	s.refused("more than is left", refundOf(p, "refund:4", 2))
	s.refund(p, "refund:4-less", 1)
	s.wantBooks(Books{Begun: 1, Paid: 15000, Refunded: 15000})
}

func refundTooMuch(s scene) {
	p := s.paidPayment()
	s.refused("more than was paid", refundOf(p, "refund:1", 15001))
	s.refused("nothing", refundOf(p, "refund:2", 0))
	s.refused("less than nothing", refundOf(p, "refund:3", -1))
	foreign := refundOf(p, "refund:4", 100)
	foreign.Amount.Currency = "EUR"
	s.refused("another currency", foreign)
}

func openIsNotRefunded(s scene) {
	s.refused("what is not paid", refundOf(s.begin(s.request(payments.Card)), "refund:1", 100))
}

func refundOnce(s scene) {
	p := s.paidPayment()
	first := s.refund(p, "refund:1", 5000)
	if again := s.refund(p, "refund:1", 5000); again.Reference != first.Reference {
		s.Errorf("Refund again = %+v; want %+v", again, first)
	}
	s.refused("another amount under the key", refundOf(p, "refund:1", 4000))
	s.wantBooks(Books{Begun: 1, Paid: 15000, Refunded: 5000})
}

// refundAtOnce makes ten refunds of a third each under keys of their own, and ten under one key.
func refundAtOnce(s scene) {
	p := s.paidPayment()
	var asking sync.WaitGroup
	for i := range 20 {
		asking.Go(func() {
			key := fmt.Sprint("refund:", min(i, 10))
			if _, err := s.Provider().Refund(s.ctx, refundOf(p, key, 5000)); err != nil && fault.CodeOf(err) == fault.Internal {
				s.Errorf("Refund: %v", err)
			}
		})
	}
	asking.Wait()
	if got := s.Books(); got.Refunded > 15000 {
		s.Errorf("%d were refunded of 15000", got.Refunded)
	}
}

func refundLostAnswer(s scene) {
	p := s.paidPayment()
	s.DropNextAnswer()
	if _, err := s.Provider().Refund(s.ctx, refundOf(p, "refund:1", 5000)); err == nil || fault.Permanent(err) {
		s.Errorf("Refund without an answer: %v; want an error that leaves it open", err)
	}
	s.refund(p, "refund:1", 5000)
	s.wantBooks(Books{Begun: 1, Paid: 15000, Refunded: 5000})
}

// refundProperty: with any concurrent refunds, the sum of the accepted ones is what the provider has refunded, and at most what
// was paid.
func refundProperty(t *testing.T, open func(*testing.T) Fixture) {
	rapid.Check(t, func(rt *rapid.T) {
		s := scene{T: t, Fixture: open(t), ctx: t.Context()}
		p := s.paidPayment()
		accepted := map[string]int64{}
		for range 4 {
			asked := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) payments.Refund {
				key := rapid.SampledFrom([]string{"refund:1", "refund:2", "refund:3", "refund:4", "refund:5", "refund:6"}).Draw(rt, "key")
				return refundOf(p, key, rapid.SampledFrom([]int64{-1, 0, 1, 2500, 5000, 7499, 7500, 15000, 15001}).Draw(rt, "amount"))
			}), 3, 6).Draw(rt, "refunds")
			askAll(s, asked, accepted)
		}
		var sum int64
		for _, amount := range accepted {
			sum += amount
		}
		if got := s.Books(); got.Refunded != sum || sum > got.Paid {
			rt.Errorf("%d were accepted, the provider has %+v", sum, got)
		}
	})
}

// askAll makes refunds concurrently, and records the accepted amount under each key.
func askAll(s scene, asked []payments.Refund, accepted map[string]int64) {
	var asking sync.WaitGroup
	var noting sync.Mutex
	for _, r := range asked {
		asking.Go(func() {
			if _, err := s.Provider().Refund(s.ctx, r); err == nil {
				noting.Lock()
				accepted[r.Key] = r.Amount.Minor
				noting.Unlock()
			}
		})
	}
	asking.Wait()
}

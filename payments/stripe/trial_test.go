package stripe_test

import (
	"crypto/rand"
	"os"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
)

// TestTrial pays at Stripe itself, in test mode, with the key in STRIPE_TEST_KEY; without one it does nothing. A person pays on the
// pages that it names: docs/payments.md says how.
func TestTrial(t *testing.T) {
	key := os.Getenv("STRIPE_TEST_KEY")
	if key == "" {
		return
	}
	p, err := stripe.New(stripe.Config{TestKey: key})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now().Truncate(time.Second)
	card := payments.Request{
		Key: "trial-" + rand.Text(), OrderID: 1, Method: payments.Card, Amount: money.Amount{Minor: 15000, Currency: "USD"}, Test: true,
		Begun: begun, Until: begun.Add(time.Hour), Email: "trial@example.com", Language: "en", Back: "https://example.com/",
	}
	oxxo := card
	oxxo.Key, oxxo.Method, oxxo.Amount.Currency, oxxo.Until = "trial-"+rand.Text(), payments.CashVoucher, "MXN", begun.Add(72*time.Hour)
	abandoned := card
	abandoned.Key = "trial-" + rand.Text()

	for _, r := range []*payments.Request{&card, &oxxo, &abandoned} {
		first, err := p.Begin(t.Context(), *r)
		if err != nil || first.State != payments.ActionRequired {
			t.Fatalf("%s: %+v, %v", r.Method, first, err)
		}
		if again, err := p.Begin(t.Context(), *r); err != nil || again.Reference != first.Reference {
			t.Errorf("begun again: %+v, %v; want session %s", again, err, first.Reference)
		}
		r.Reference = first.Reference
		if r.Key != abandoned.Key {
			t.Logf("please pay, by %s: %s", r.Method, first.Action.URL)
		}
	}
	abandoned.Until = time.Now()
	if out, err := p.Find(t.Context(), abandoned); err != nil || out.State != payments.Expired {
		t.Errorf("abandoned: %+v, %v", out, err)
	}
	tryVoucher(t, p, oxxo)
	tryRefund(t, p, card)
}

// until asks until an outcome is as it must be, for ten minutes at most.
func until(t *testing.T, p *stripe.Provider, r payments.Request, good func(payments.Outcome) bool) {
	t.Helper()
	for range 200 {
		out, err := p.Find(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if good(out) {
			t.Logf("%s: %s %+v", r.Method, out.State, out.Action.Voucher)
			return
		}
		time.Sleep(3 * time.Second)
	}
	t.Fatalf("%s: nobody paid", r.Method)
}

func tryVoucher(t *testing.T, p *stripe.Provider, r payments.Request) {
	until(t, p, r, func(o payments.Outcome) bool { return o.State == payments.Paid || o.Action.Voucher != nil })
	until(t, p, r, func(o payments.Outcome) bool { return o.State == payments.Paid })
}

func tryRefund(t *testing.T, p *stripe.Provider, r payments.Request) {
	until(t, p, r, func(o payments.Outcome) bool { return o.State == payments.Paid })
	refund := payments.Refund{Key: r.Key + "-refund", PaymentKey: r.Key, PaymentReference: r.Reference, Amount: r.Amount, Test: true}
	refund.Amount.Minor = 5000
	first, err := p.Refund(t.Context(), refund)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Refund(t.Context(), refund)
	if err != nil || again.Reference != first.Reference {
		t.Errorf("refunded again: %+v, %v; want refund %s", again, err, first.Reference)
	}
	refund.Key, refund.Amount.Minor = r.Key+"-more", 10001
	if more, err := p.Refund(t.Context(), refund); err == nil {
		t.Errorf("more than is left: %+v", more)
	}
}

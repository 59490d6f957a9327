package stripe_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe/stripetest"
	"acme.example/webshop/platform/fault"
)

// paid is a payment by card that has been made.
func (w *world) paid(key string) payments.Request {
	w.Helper()
	r := w.begin(w.card(key))
	w.must(w.stripe.Pay(r.Reference))
	return r
}

func refundOf(r payments.Request, key string, minor int64) payments.Refund {
	return payments.Refund{
		Key: key, PaymentKey: r.Key, PaymentReference: r.Reference, Amount: money.Amount{Minor: minor, Currency: r.Amount.Currency}, Test: r.Test,
	}
}

func TestRefunds(t *testing.T) {
	w := newWorld(t)
	r, lost := w.paid("key-1"), stripetest.Fault{Path: "/refunds", Lost: true}
	first, err := w.Refund(w.Context(), refundOf(r, "refund-1", 5000))
	if err != nil || first.State != payments.RefundDone || first.Reference == "" {
		t.Fatalf("a part: %+v, %v", first, err)
	}
	w.stripe.Next(stripetest.Fault{Path: "/refunds"}, lost, lost) // the list, and twice the refund: net/http sends it again by itself
	if _, err := w.Refund(w.Context(), refundOf(r, "refund-2", 10000)); fault.CodeOf(err) != fault.Unavailable {
		t.Fatalf("the answer is lost: %v", err)
	}
	w.stripe.Forget() // two days later
	second, err := w.Refund(w.Context(), refundOf(r, "refund-2", 10000))
	if err != nil || second.State != payments.RefundDone || second.Reference == first.Reference {
		t.Fatalf("the rest: %+v, %v", second, err)
	}
	w.find(r, payments.Paid)
	if _, err := w.Refund(w.Context(), refundOf(r, "refund-3", 1)); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("more than was paid: %v", err)
	}
	for _, n := range w.notices() {
		if n.Key != r.Key {
			t.Errorf("told %+v", n)
		}
	}
}

// TestRefundsChange: a refund under its key is as Stripe has it now.
func TestRefundsChange(t *testing.T) {
	w := newWorld(t)
	r := w.paid("key-1")
	ask := refundOf(r, "refund-1", 15000)
	for status, want := range map[string]payments.RefundState{
		"pending": payments.RefundPending, "requires_action": payments.RefundPending, "succeeded": payments.RefundDone,
		"failed": payments.RefundFailed, "canceled": payments.RefundFailed,
	} {
		if _, err := w.Refund(w.Context(), ask); err != nil {
			t.Fatal(err)
		}
		w.must(w.stripe.SetRefunds(r.Reference, status))
		if got, err := w.Refund(w.Context(), ask); err != nil || got.State != want {
			t.Errorf("%s: %+v, %v", status, got, err)
		}
	}
}

func TestRefundsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	r, unpaid := w.paid("key-1"), w.begin(w.card("key-2"))
	pesos := refundOf(r, "refund-2", 100)
	pesos.Amount.Currency = "MXN"
	for name, ask := range map[string]payments.Refund{
		"another payment":   refundOf(payments.Request{Key: "key-9", Reference: r.Reference, Amount: r.Amount}, "refund-1", 100),
		"another currency":  pesos,
		"not paid":          refundOf(unpaid, "refund-3", 100),
		"unknown":           refundOf(payments.Request{Key: "key-1", Reference: "cs_live_9", Amount: r.Amount}, "refund-4", 100),
		"without reference": refundOf(payments.Request{Key: "key-1", Amount: r.Amount}, "refund-5", 100),
		"above":             refundOf(r, "refund-6", 15001),
	} {
		if got, err := w.Refund(w.Context(), ask); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, minor := range []int64{0, -100} {
		if got, err := w.Refund(w.Context(), refundOf(r, "refund-7", minor)); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%d: %+v, %v", minor, got, err)
		}
	}
}

// TestAVoucherIsNotRefunded: Stripe gives no cash back.
func TestAVoucherIsNotRefunded(t *testing.T) {
	w := newWorld(t)
	r := w.begin(w.oxxo("key-1"))
	w.must(w.stripe.TakeVoucher(r.Reference))
	w.must(w.stripe.PayVoucher(r.Reference))
	if _, err := w.Refund(w.Context(), refundOf(r, "refund-1", 15000)); fault.CodeOf(err) != fault.Conflict {
		t.Error(err)
	}
}

// TestRefundsNeverExceed: whatever is asked for, lost, repeated and forgotten, each key gives its amount back once.
func TestRefundsNeverExceed(t *testing.T) {
	w := newWorld(t)
	number := 0
	rapid.Check(t, func(t *rapid.T) {
		number++
		r := w.paid(time.Duration(number).String())
		done := map[string]int64{}
		for range rapid.IntRange(1, 12).Draw(t, "requests") {
			key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")
			amount := map[string]int64{"a": 5000, "b": 8000, "c": 4000}[key]
			switch rapid.IntRange(0, 3).Draw(t, "fault") {
			case 0:
				w.stripe.Next(stripetest.Fault{Path: "/refunds", Lost: true})
			case 1:
				w.stripe.Forget()
			}
			ask := refundOf(r, r.Key+key, amount)
			if _, err := w.Refund(w.Context(), ask); err == nil {
				done[key] = amount
			}
		}
		given := w.stripe.GivenBack(r.Reference)
		var sum int64
		for key := range done {
			sum += done[key]
		}
		if given > r.Amount.Minor || sum > given {
			t.Fatalf("given back %d of %d, told %d", given, r.Amount.Minor, sum)
		}
	})
}

package stripe_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe/stripetest"
)

func TestByCard(t *testing.T) {
	w := newWorld(t)
	r := w.begin(w.card("key-1"))
	if out := w.find(r, payments.ActionRequired); !out.Until.Equal(r.Until) || out.Until.Location() != time.UTC {
		t.Errorf("the customer has until %v, want %v", out.Until, r.Until)
	}
	w.must(w.stripe.Decline(r.Reference, "insufficient_funds"))
	w.find(r, payments.ActionRequired) // the page is still there
	w.must(w.stripe.Pay(r.Reference))
	w.find(r, payments.Paid)
	if diff := cmp.Diff([]payments.Notice{{Key: "key-1"}}, w.notices()); diff != "" {
		t.Error(diff)
	}
}

func TestWithAVoucher(t *testing.T) {
	w := newWorld(t)
	r := w.begin(w.oxxo("key-1"))
	w.must(w.stripe.TakeVoucher(r.Reference))
	out := w.find(r, payments.ActionRequired)
	ends := time.Date(2026, 12, 2, 5, 59, 59, 0, time.UTC) // the last midnight in Mexico before the customer's time ends
	if out.Action.Voucher == nil || out.Action.Voucher.Number == "" || out.Action.Voucher.URL == "" || out.Action.URL != "" || !out.Until.Equal(ends) {
		t.Fatalf("the voucher is %+v of %+v", out.Action.Voucher, out)
	}
	w.pass(24 * time.Hour)
	w.find(r, payments.ActionRequired)
	w.must(w.stripe.PayVoucher(r.Reference))
	w.find(r, payments.Paid)
	if diff := cmp.Diff([]payments.Notice{{Key: "key-1"}, {Key: "key-1"}}, w.notices()); diff != "" {
		t.Error(diff)
	}
}

func TestAVoucherThatIsNotPaid(t *testing.T) {
	w := newWorld(t)
	late, failed := w.begin(w.oxxo("key-1")), w.begin(w.oxxo("key-2"))
	w.must(w.stripe.TakeVoucher(late.Reference))
	w.must(w.stripe.TakeVoucher(failed.Reference))
	w.must(w.stripe.FailVoucher(failed.Reference))
	if out := w.find(failed, payments.Failed); out.Why != "payment_method_provider_decline" {
		t.Errorf("it failed because of %q", out.Why)
	}
	w.pass(4 * 24 * time.Hour)
	w.find(late, payments.Expired)
	if got := w.notices(); len(got) != 4 {
		t.Errorf("told %+v", got)
	}
}

// TestOncePerKey: a lost answer, a repetition and a change of day leave one session.
func TestOncePerKey(t *testing.T) {
	for name, r := range map[string]payments.Request{"card": newWorld(t).card("key-1"), "voucher": newWorld(t).oxxo("key-1")} {
		w := newWorld(t)
		w.stripe.Next(stripetest.Fault{Path: "/checkout/sessions", Lost: true})
		if _, err := w.Begin(w.Context(), r); err == nil || isNotBegun(err) {
			t.Fatalf("%s: %v, and it may have been begun", name, err)
		}
		w.pass(10 * time.Minute)
		first := w.begin(r)
		w.pass(time.Minute)
		if again := w.begin(r); again.Reference != first.Reference {
			t.Errorf("%s: two sessions: %s, %s", name, first.Reference, again.Reference)
		}
		if r.Method == payments.Card {
			w.must(w.stripe.Pay(first.Reference))
		} else {
			w.must(w.stripe.TakeVoucher(first.Reference))
			w.must(w.stripe.PayVoucher(first.Reference))
		}
		if out, err := w.Begin(w.Context(), r); err != nil || out.State != payments.Paid || out.Reference != first.Reference {
			t.Errorf("%s: begun again when it is paid: %+v, %v", name, out, err)
		}
	}
}

// TestTheRequestChanges: when the customer's address has changed since the answer was lost, there is still one session.
func TestTheRequestChanges(t *testing.T) {
	w := newWorld(t)
	r := w.card("key-0")
	for i := range 150 { // others come as well
		other := r
		other.Key = "key-" + strconv.Itoa(i+2)
		w.begin(other)
	}
	r.Key = "key-1"
	w.stripe.Next(stripetest.Fault{Lost: true}, stripetest.Fault{Lost: true}) // net/http sends it again by itself
	if _, err := w.Begin(w.Context(), r); err == nil {
		t.Fatal("the answer was not lost")
	}
	for i := range 150 {
		other := r
		other.Key = "key-" + strconv.Itoa(i+200)
		w.begin(other)
	}
	r.Email, r.Back = "ada@example.org", "https://shop.example/paid?later"
	first := w.begin(r)
	w.must(w.stripe.Pay(first.Reference))
	if out, err := w.Begin(w.Context(), r); err != nil || out.State != payments.Paid || out.Reference != first.Reference {
		t.Errorf("%+v, %v", out, err)
	}
	if begun, _, _ := w.stripe.Totals(); begun != 301 {
		t.Errorf("%d sessions", begun)
	}
}

// TestBegunTooLate: nothing is begun for a customer whose time is over.
func TestBegunTooLate(t *testing.T) {
	w := newWorld(t)
	r := w.card("key-1")
	w.pass(2 * time.Hour)
	if out, err := w.Begin(w.Context(), r); err != nil || out.State != payments.Expired || out.Amount != r.Amount {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestWebhooksTwiceLateNever(t *testing.T) {
	w := newWorld(t)
	for i, c := range []struct {
		when stripetest.Webhooks
		want int
	}{{stripetest.Twice, 2}, {stripetest.Late, 0}, {stripetest.Never, 0}} {
		w.stripe.Deliver(c.when)
		r := w.begin(w.card([]string{"key-1", "key-2", "key-3"}[i]))
		w.must(w.stripe.Pay(r.Reference))
		if got := w.notices(); len(got) != c.want {
			t.Errorf("%q: told %+v", c.when, got)
		}
		w.find(r, payments.Paid)
	}
	w.stripe.Release()
	if got := w.notices(); len(got) != 1 || got[0].Key != "key-2" {
		t.Errorf("late: told %+v", got)
	}
}

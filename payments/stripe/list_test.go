package stripe_test

import (
	"strconv"
	"testing"
	"time"

	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/platform/fault"
)

// TestLists reads the account page by page, and finds each payment, each refund and each movement once.
func TestLists(t *testing.T) {
	w := newWorld(t)
	begun := w.now()
	for i := range 120 {
		r := w.paid("key-" + strconv.Itoa(i))
		if _, err := w.Refund(w.Context(), refundOf(r, "refund-"+strconv.Itoa(i), 100)); err != nil {
			t.Fatal(err)
		}
	}
	of := stripe.Page{From: begun, Before: begun.Add(time.Hour)}
	sessions := readAll(t, of, w.Sessions, func(s stripe.Session) string { return s.Reference })
	refunds := readAll(t, of, w.Refunds, func(r stripe.GivenBack) string { return r.Reference })
	movements := readAll(t, of, w.Movements, func(m stripe.Movement) string { return m.Reference })
	if len(sessions) != 120 || len(refunds) != 120 || len(movements) != 240 {
		t.Fatalf("%d sessions, %d refunds, %d movements", len(sessions), len(refunds), len(movements))
	}
	for _, s := range sessions {
		if !s.Paid || s.Key == "" || s.Amount != w.card("").Amount || !s.Created.Equal(begun) {
			t.Errorf("%+v", s)
		}
	}
	for _, r := range refunds {
		if r.Key == "" || r.PaymentKey == "" || r.Amount.Minor != 100 || r.Status != "succeeded" {
			t.Errorf("%+v", r)
		}
	}
	of.Test = true
	if all, more, err := w.Sessions(t.Context(), of); err != nil || more || len(all) != 0 {
		t.Errorf("in test: %v, %v", all, err)
	}
	of.Test, of.From, of.Before = false, begun.Add(time.Hour), begun.Add(2*time.Hour)
	if all, more, err := w.Movements(t.Context(), of); err != nil || more || len(all) != 0 {
		t.Errorf("later: %v, %v", all, err)
	}
	silent := newWorld(t, func(c *stripe.Config) { c.TestKey = "" })
	if _, _, err := silent.Refunds(t.Context(), stripe.Page{Test: true}); fault.CodeOf(err) != fault.Unavailable {
		t.Error(err)
	}
}

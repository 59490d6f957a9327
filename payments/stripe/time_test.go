package stripe_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
)

// TestThePageCloses: at the end of the customer's time the shop closes it, or else Stripe does, soon after.
func TestThePageCloses(t *testing.T) {
	w := newWorld(t)
	r := w.card("key-1")
	r.Until = r.Begun.Add(15 * time.Minute) // less than Stripe allows
	r = w.begin(r)
	w.pass(16 * time.Minute)
	w.find(r, payments.Expired)
	if err := w.stripe.Pay(r.Reference); err == nil {
		t.Error("it could be paid after its time")
	}
	other := w.begin(w.card("key-2"))
	w.pass(time.Hour)
	if err := w.stripe.Pay(other.Reference); err == nil {
		t.Error("it could be paid after its time, though nobody asked")
	}
	w.find(other, payments.Expired)
	if got := w.notices(); len(got) != 2 {
		t.Errorf("told %+v", got)
	}
}

// TestTheCustomerIsFaster: what is paid while the shop closes the page is paid.
func TestTheCustomerIsFaster(t *testing.T) {
	var w *world
	var r payments.Request
	w = newWorld(t, func(c *stripe.Config) {
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			if strings.HasSuffix(req.URL.Path, "/expire") {
				w.must(w.stripe.Pay(r.Reference))
			}
			return http.DefaultTransport.RoundTrip(req)
		})
	})
	r = w.card("key-1")
	r.Until = r.Begun.Add(10 * time.Minute)
	r = w.begin(r)
	w.pass(10 * time.Minute)
	w.find(r, payments.Paid)
}

// TestPaidAtTheLastMoment: what is paid in time stays paid, however late the shop asks.
func TestPaidAtTheLastMoment(t *testing.T) {
	w := newWorld(t)
	r := w.begin(w.card("key-1"))
	w.pass(59 * time.Minute)
	w.must(w.stripe.Pay(r.Reference))
	w.pass(48 * time.Hour)
	w.find(r, payments.Paid)
}

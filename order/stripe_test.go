package order_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/payments/stripe/stripetest"
	"acme.example/webshop/ref"
)

// pages are the links to orders at an address that a provider can send customers back to.
type pages struct{ order.Links }

func (pages) Tracking(o ref.Order) string { return "https://shop.example/order?key=" + string(o) }

// stripeShop is an order service whose customers pay through Stripe.
type stripeShop struct {
	*testing.T
	*order.Service
	stripe *stripetest.Stripe
	now    *time.Time
}

func newStripeShop(t *testing.T) stripeShop {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	world := &stripetest.Stripe{Now: clock}
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	world.URL = server.URL
	provider, err := stripe.New(stripe.Config{LiveKey: stripetest.LiveKey, BaseURL: server.URL, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	s := service(t, nil, &now)
	s.Payments, s.Links = map[string]payments.Provider{"card": provider}, pages{}
	rate, err := money.ParseRate("20")
	if err != nil {
		t.Fatal(err)
	}
	market := order.Market{Currency: "MXN", Rate: &rate, Zone: time.UTC, Language: "es"}
	for _, name := range []string{payments.Card, payments.CashVoucher} {
		market.Methods = append(market.Methods, order.Method{Name: name, Provider: "card", Within: payments.UsualTime(name), Language: "es"})
	}
	rules := s.Rules.(*order.Rules)
	rules.Markets["MX"] = market
	rules.CustomerTypes["B2C"] = order.CustomerType{PaysAtOnce: true, Markets: []string{"US", "MX"}}
	if wrong := rules.Prepare(now); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return stripeShop{T: t, Service: s, stripe: world, now: &now}
}

// order makes an order of Mexico, and returns its payment.
func (s stripeShop) order(method string) order.Payment {
	s.Helper()
	draft := plant
	draft.Market, draft.PaymentMethod, draft.TotalPrice, draft.Phone = "MX", method, 15000, "+52 55 1234 5678"
	if _, err := s.CreateOrder(s.Context(), draft, "key"); err != nil {
		s.Fatal(err)
	}
	return s.waits()
}

// waits expects the order to wait for its payment.
func (s stripeShop) waits() order.Payment {
	s.Helper()
	o, err := s.Store.Order(s.Context(), 1)
	p, open := o.Current()
	if err != nil || !open || p.State != payments.ActionRequired || o.Status != order.PaymentPending {
		s.Fatalf("the order is %s, its payment %+v, %v", o.Status, p, err)
	}
	return p
}

// pass lets time pass, minute by minute, while the shop asks.
func (s stripeShop) pass(d time.Duration) {
	s.Helper()
	for end := s.now.Add(d); s.now.Before(end); *s.now = s.now.Add(time.Minute) {
		if err := s.Settle(s.Context()); err != nil {
			s.Fatal(err)
		}
	}
}

func (s stripeShop) want(status order.Status) {
	s.Helper()
	if o, err := s.Store.Order(s.Context(), 1); err != nil || o.Status != status {
		s.Errorf("the order is %s, %v; want %s", o.Status, err, status)
	}
}

func (s stripeShop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// TestStripeWithoutWebhooks: when none ever comes, the shop asks, and each order ends right.
func TestStripeWithoutWebhooks(t *testing.T) {
	t.Run("card", func(t *testing.T) {
		s := newStripeShop(t)
		p := s.order(payments.Card)
		s.must(s.stripe.Decline(p.Reference, "insufficient_funds"))
		s.must(s.stripe.Pay(p.Reference))
		s.pass(15 * time.Minute)
		s.want(order.Created)
	})
	t.Run("abandoned", func(t *testing.T) {
		s := newStripeShop(t)
		p := s.order(payments.Card)
		s.pass(70 * time.Minute)
		s.want(order.PaymentDeclined)
		if err := s.stripe.Pay(p.Reference); err == nil {
			t.Error("it can be paid after its end")
		}
	})
	t.Run("voucher paid on the second day", func(t *testing.T) {
		s := newStripeShop(t)
		page := s.order(payments.CashVoucher)
		s.must(s.stripe.TakeVoucher(page.Reference))
		s.pass(15 * time.Minute)
		if p := s.waits(); p.Action.Voucher == nil || p.Action.URL != "" || !p.Until.After(page.Until) {
			t.Errorf("the customer pays with %+v until %s", p.Action, p.Until)
		}
		s.pass(30 * time.Hour)
		s.waits()
		s.must(s.stripe.PayVoucher(page.Reference))
		s.pass(15 * time.Minute)
		s.want(order.Created)
	})
	t.Run("voucher not paid", func(t *testing.T) {
		s := newStripeShop(t)
		s.must(s.stripe.TakeVoucher(s.order(payments.CashVoucher).Reference))
		s.pass(80 * time.Hour)
		s.want(order.PaymentDeclined)
	})
}

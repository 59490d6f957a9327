package stripe_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/ref"
)

// links are the links to orders, for all to see.
type links struct{ order.Links }

func (links) TrackingAt(o ref.Order, _ time.Time) string {
	return "https://shop.example/order?key=" + string(o)
}

// shop is an order service whose customers, in Mexico, pay through Stripe. It hears of no webhook.
type shop struct {
	*world
	*order.Service
}

func newShop(t *testing.T) shop {
	t.Helper()
	w := newWorld(t, func(c *stripe.Config) { c.TestKey = "" })
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), w.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.must(store.Close()) })
	mexico := order.Market{Currency: "MXN", Zone: time.UTC, Language: "es"}
	for _, name := range []string{payments.Card, payments.CashVoucher} {
		mexico.Methods = append(mexico.Methods, order.Method{Name: name, Provider: "stripe", Within: payments.UsualTime(name), Language: "es"})
	}
	rules := &order.Rules{
		Currency:      "MXN",
		Catalog:       []order.Product{{SKU: "LB001", Price: money.Amount{Minor: 300000, Currency: "MXN"}}},
		Markets:       map[string]order.Market{"MX": mexico},
		CustomerTypes: map[string]order.CustomerType{"B2C": {PaysAtOnce: true, Markets: []string{"MX"}}},
		MaxPieces:     10, DoubleSubmit: time.Second, KeyHold: time.Hour,
	}
	if wrong := rules.Prepare(w.now()); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return shop{w, &order.Service{
		Store: store, Now: w.now, Log: slog.New(slog.DiscardHandler), DoubtAfter: 20 * time.Second,
		Payments: map[string]payments.Provider{"stripe": w.Provider}, Links: links{}, Rules: rules,
	}}
}

// order makes an order, and returns its payment.
func (s shop) order(method string) order.Payment {
	s.Helper()
	draft := order.Draft{
		Name: "Ana", Email: "ana@example.com", Phone: "+525512345678", Street: "s", City: "c", CustomerType: "B2C", Market: "MX",
		Products: "LB001", TotalPrice: 300000, PaymentMethod: method,
	}
	if _, err := s.CreateOrder(s.Context(), draft, "key"); err != nil {
		s.Fatal(err)
	}
	return s.waits()
}

// waits expects the order to wait for its payment.
func (s shop) waits() order.Payment {
	s.Helper()
	o, err := s.Store.Order(s.Context(), 1)
	p, open := o.Current()
	if err != nil || !open || p.State != payments.ActionRequired || o.Status != order.PaymentPending {
		s.Fatalf("the order is %s, its payment %+v, %v", o.Status, p, err)
	}
	return p
}

// pass lets time pass, minute by minute, while the shop asks.
func (s shop) pass(d time.Duration) {
	s.Helper()
	for end := s.now().Add(d); s.now().Before(end); s.world.pass(time.Minute) {
		if err := s.Settle(s.Context()); err != nil {
			s.Fatal(err)
		}
	}
}

func (s shop) want(status order.Status) {
	s.Helper()
	if o, err := s.Store.Order(s.Context(), 1); err != nil || o.Status != status {
		s.Errorf("the order is %s, %v; want %s", o.Status, err, status)
	}
}

// TestAShopWithoutWebhooks: when none ever comes, the shop asks, and each order ends right.
func TestAShopWithoutWebhooks(t *testing.T) {
	t.Run("card", func(t *testing.T) {
		s := newShop(t)
		p := s.order(payments.Card)
		s.must(s.stripe.Decline(p.Reference, "insufficient_funds"))
		s.must(s.stripe.Pay(p.Reference))
		s.pass(15 * time.Minute)
		s.want(order.Created)
	})
	t.Run("abandoned", func(t *testing.T) {
		s := newShop(t)
		p := s.order(payments.Card)
		s.pass(70 * time.Minute)
		s.want(order.PaymentDeclined)
		if err := s.stripe.Pay(p.Reference); err == nil {
			t.Error("it can be paid after its end")
		}
	})
	t.Run("voucher paid on the second day", func(t *testing.T) {
		s := newShop(t)
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
		s := newShop(t)
		s.must(s.stripe.TakeVoucher(s.order(payments.CashVoucher).Reference))
		s.pass(80 * time.Hour)
		s.want(order.PaymentDeclined)
	})
}

package app_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/payments/stripe/stripetest"
)

// stripeShop is a shop whose real orders are paid at a stand-in for Stripe.
type stripeShop struct {
	*shop
	stripe *stripetest.Stripe
}

func startWithStripe(t *testing.T) *stripeShop {
	t.Helper()
	s := &stripeShop{stripe: &stripetest.Stripe{}}
	s.stripe.Send = func(header http.Header, body []byte) { s.webhook(header, string(body)) }
	server := httptest.NewServer(s.stripe)
	t.Cleanup(server.Close)
	s.stripe.URL = server.URL
	s.shop = start(t, func(c *app.Config) {
		c.StripeURL = server.URL
		c.PaymentsUSStripeKey, c.PaymentsUSStripeSecret = stripetest.LiveKey, []app.Secret{stripetest.LiveSecret}
		c.PaymentsMXStripeKey, c.PaymentsMXStripeSecret = stripetest.LiveKey, []app.Secret{stripetest.LiveSecret}
	})
	return s
}

// webhook delivers a webhook to the provider of the market that it is about.
func (s *stripeShop) webhook(header http.Header, body string) {
	name := "payments-us"
	if strings.Contains(body, `"mxn"`) {
		name = "payments-mx"
	}
	headers := []string{"Stripe-Signature", header.Get("Stripe-Signature"), "Content-Type", header.Get("Content-Type")}
	if a := s.call("POST", s.PublicURL+"/callbacks/"+name, body, headers...); a.status/100 != 2 {
		s.Errorf("the webhook was answered %d: %s", a.status, a.body)
	}
}

// session returns the session to whose page the customer was sent.
func (s *stripeShop) session(c created) string {
	s.Helper()
	id, found := strings.CutPrefix(c.RedirectURL, s.stripe.URL+"/pay/")
	if !found {
		s.Fatalf("the customer was sent to %s", c.RedirectURL)
	}
	return id
}

// press presses buttons of the page, and returns where the last one leads.
func (s *stripeShop) press(c created, buttons ...string) (path string) {
	s.Helper()
	for _, button := range buttons {
		got, err := http.Post(c.RedirectURL+"/"+button, "", nil)
		if err != nil {
			s.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != http.StatusOK {
			s.Fatalf("%s: %s", button, got.Status)
		}
		path = got.Request.URL.Path
	}
	return path
}

// paidOnThePage has a customer pay a new order by card, with 3-D Secure after a card without funds.
func (s *stripeShop) paidOnThePage(name string) created {
	s.Helper()
	made := s.create(realOrder(name))
	if o := s.order(made.OrderID); o.Status != "PAYMENT_PENDING" {
		s.Fatalf("the order is %s before it is paid", o.Status)
	}
	if at := s.press(made, "no-funds", "secure", "pay"); !strings.HasPrefix(at, "/order") {
		s.Errorf("the customer came back to %s", at)
	}
	return made
}

// voucher has a customer in Mexico take a voucher for a new order.
func (s *stripeShop) voucher(name string) created {
	s.Helper()
	made := s.create(realOrder(name, "market", "MX", "totalPrice", 600000, "currency", "MXN", "paymentMethod", "cash-voucher"))
	s.press(made, "voucher")
	return made
}

// TestAShopWithStripe: orders are paid on the page by card and with a voucher, and what was paid goes back when one is cancelled.
func TestAShopWithStripe(t *testing.T) {
	t.Parallel()
	s := startWithStripe(t)
	s.arrives(s.paidOnThePage("Card").OrderID, "STOCKED")

	later := s.voucher("Voucher")
	s.stripe.Wait()
	if o := s.order(later.OrderID); o.Status != "PAYMENT_PENDING" {
		t.Errorf("the order is %s before its voucher is paid", o.Status)
	}
	if err := s.stripe.PayVoucher(s.session(later)); err != nil {
		t.Fatal(err)
	}
	s.arrives(later.OrderID, "STOCKED")

	s.turn("stockist", map[string]any{"answerLater": 60_000})
	off := s.paidOnThePage("Regret")
	s.arrives(off.OrderID, "PLACED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(off)}).want(200)
	s.arrives(off.OrderID, "CANCELLED")
	if back := s.stripe.GivenBack(s.session(off)); back != off.Amount {
		t.Errorf("%d of %d came back", back, off.Amount)
	}
	s.stripe.Wait()
	s.auditsStripe(off)
}

// TestStripesAddressIsChecked: a live key goes to no other machine.
func TestStripesAddressIsChecked(t *testing.T) {
	t.Parallel()
	for address, says := range map[string]string{
		"http://stripe.example": "names another machine", "ftp://127.0.0.1": "must be like", "https://api.stripe.com.example": "names another machine",
		"http://127.0.0.1:1/": "without a slash",
	} {
		c := config(t)
		c.StripeURL, c.PaymentsUSStripeKey, c.PaymentsUSStripeSecret = address, "sk_live_0001", []app.Secret{"whsec_0001"}
		if _, err := app.Start(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", address, err, says)
		}
	}
}

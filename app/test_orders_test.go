package app_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/platform/fault"
)

const testToken = "the token for test orders"

// TestStrangersMakeNoTestOrders: in a public shop, a test order needs the test token, whatever else is sent. A refusal
// leaves nothing behind. The private listener accepts test orders as before.
func TestStrangersMakeNoTestOrders(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*app.Config){
		"public":                  func(c *app.Config) { c.PublicURL = "https://shop.example" },
		"public, with a token":    func(c *app.Config) { c.PublicURL, c.TestToken = "https://shop.example", testToken },
		"in the local network":    func(c *app.Config) { c.PublicURL = "http://192.0.2.7:8080" },
		"on one machine, a token": func(c *app.Config) { c.TestToken = testToken },
		"off":                     func(c *app.Config) { c.TestOrders = "off" },
		"off, with a token":       func(c *app.Config) { c.TestOrders, c.TestToken = "off", testToken },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, change)
			public := "http://" + s.PublicAddress()
			for _, headers := range [][]string{
				nil, {"X-Test-Token", ""}, {"X-Test-Token", "guessed"}, {"X-Test-Token", testToken + "1"}, {"Authorization", "Bearer " + testToken},
				{"X-Forwarded-For", "127.0.0.1"}, {"Host", "localhost"}, {"Idempotency-Key", "a"},
			} {
				a := s.call("POST", public+"/createOrder", realOrder("Mallory", "testId", 352), headers...)
				if a.problem(fault.Forbidden); a.status != 403 {
					t.Errorf("with %q: %d %s", headers, a.status, a.body)
				}
			}
			s.hasTestOrders(352, 0)
			s.call("POST", public+"/createOrder", realOrder("Ann", "testId", 0), "Idempotency-Key", "a").want(200) // the key is free
			s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": realOrder("Operator", "testId", 352)}).want(200)
			s.hasTestOrders(352, 1)
		})
	}
}

// TestWhoMayMakeTestOrders: callers with the token, and everyone if the shop is on one machine or allows it.
func TestWhoMayMakeTestOrders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*app.Config)
		headers []string
	}{
		"on one machine":         {func(*app.Config) {}, nil},
		"at an address of its":   {func(c *app.Config) { c.PublicURL = "http://127.0.0.1:8080" }, nil},
		"at a name of its":       {func(c *app.Config) { c.PublicURL = "http://localhost:8080" }, nil},
		"public, with the token": {func(c *app.Config) { c.PublicURL, c.TestToken = "https://shop.example", testToken }, []string{"X-Test-Token", testToken}},
		"public, and told so":    {func(c *app.Config) { c.PublicURL, c.TestOrders = "https://shop.example", "on" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.change)
			s.call("POST", "http://"+s.PublicAddress()+"/createOrder", realOrder("Tess", "testId", 352), c.headers...).want(200)
			s.hasTestOrders(352, 1)
		})
	}
}

// TestTestTokensAreChecked when the shop starts.
func TestTestTokensAreChecked(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*app.Config){
		func(c *app.Config) { c.TestOrders = "token" },
		func(c *app.Config) { c.TestToken = "short" },
	} {
		c := config(t)
		change(&c)
		if s, err := app.Start(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("a shop with %q %q started: %v", c.TestOrders, string(c.TestToken), s.Stop(t.Context()))
		}
	}
}

// hasTestOrders fails the test unless the shop has this many orders of a test.
func (s *shop) hasTestOrders(testID int, want int) {
	s.Helper()
	var got struct{ GetAllTestOrders []struct{ OrderID int64 } }
	s.graphql(fmt.Sprintf("{ getAllTestOrders(testId: %d) { orderId } }", testID), &got)
	if len(got.GetAllTestOrders) != want {
		s.Errorf("the shop has %d orders of test %d, want %d", len(got.GetAllTestOrders), testID, want)
	}
}

// TestOldTestOrdersAreDeleted completely: only the partners still know of them, and the audit does not take their records
// for a loss of money or of an order. Real orders stay as they were.
func TestOldTestOrdersAreDeleted(t *testing.T) {
	t.Parallel()
	var partners string
	s := start(t, func(c *app.Config) {
		c.StockistSecret, c.ScreeningSecret = []app.Secret{sharedSecret}, []app.Secret{"another secret of enough bytes"}
		partners, c.TestSMTPAddr = thirdParties(t, *c, nil)
		c.SimulatorsURL = partners
	})
	var told strings.Builder
	for i := range 3 {
		id := s.create(realOrder(fmt.Sprint("Tess ", i), "testId", 352), "Idempotency-Key", fmt.Sprint("test ", i)).OrderID
		s.arrives(id, "DELIVERY_BOOKED")
		fmt.Fprintf(&told, "{\"orderId\": %d, \"testId\": 352, \"key\": \"test %d\"}\n", id, i)
	}
	sold := s.create(realOrder("Ann"))
	s.arrives(sold.OrderID, "STOCKED")
	s.eventually("all events are handled", func() bool {
		var got struct{ Counts struct{ Pending int } }
		s.graphql("{ counts { pending } }", &got)
		return got.Counts.Pending == 0
	})
	acked := filepath.Join(t.TempDir(), "acked.jsonl")
	if err := os.WriteFile(acked, []byte(told.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	look := func(c *audit.Config) { c.Acknowledged, c.MailURL = acked, partners+"/mail" }
	before := fmt.Sprintf("%+v", s.order(sold.OrderID))
	clean(t, s.audited(look))

	s.config.KeepTestOrders = time.Millisecond
	s = s.restart()
	s.eventually("old test orders are deleted", func() bool {
		return strings.Contains(string(s.call("GET", s.PrivateURL+"/metrics", nil).body), "webshop_deleted_test_orders_total 3")
	})
	s.hasTestOrders(352, 0)
	if after := fmt.Sprintf("%+v", s.order(sold.OrderID)); after != before {
		t.Errorf("the real order was %s, and is %s", before, after)
	}
	r := s.audited(look)
	if clean(t, r); r.Orders != 1 {
		t.Errorf("the audit met %d orders", r.Orders)
	}
	s.sql(`DELETE FROM deleted_tests WHERE order_id = 2`) // a lost order is no deleted one
	found := map[string]bool{}
	for _, f := range s.audited(look).Findings {
		found[f.Check] = f.OrderID == 2
	}
	for _, check := range []string{"money.stray", "effect.stray", "order.acknowledged"} {
		if !found[check] {
			t.Errorf("%s does not find the order: %v", check, found)
		}
	}
}

package app_test

import (
	"fmt"
	"log/slog"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/fault"
)

const testToken = "the token for test orders"

// TestStrangersMakeNoTestOrders: in a shop that is public, a test order takes the test token, whatever else is sent. What is
// refused leaves nothing behind. The private listener takes test orders as before.
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

// TestWhoMayMakeTestOrders: whoever has the token, and everyone where the shop is on one machine, or says so.
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

// hasTestOrders fails the test unless the shop has so many orders of a test.
func (s *shop) hasTestOrders(testID int, want int) {
	s.Helper()
	var got struct{ TestOrders []struct{ ID int64 } }
	s.graphql(fmt.Sprintf("{ testOrders(testId: %d) { id } }", testID), &got)
	if len(got.TestOrders) != want {
		s.Errorf("the shop has %d orders of test %d, want %d", len(got.TestOrders), testID, want)
	}
}

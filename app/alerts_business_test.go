package app_test

import (
	"fmt"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestABusinessThatGoesWrongIsToldAlthoughNothingFails: a provider that declines, and a stockist that refuses. Test
// orders do not count.
func TestABusinessThatGoesWrongIsToldAlthoughNothingFails(t *testing.T) {
	s := start(t, func(c *app.Config) { c.AlertUnusualLeast, c.AlertUnusualTimes = 5, 2 })
	s.turn("payments-us", map[string]any{"declineRate": 1})
	for i := range 7 {
		s.call("POST", s.PublicURL+"/createOrder", realOrder(fmt.Sprintf("Test %d", i), "testId", 8)).problem(fault.Declined)
	}
	for i := range 6 {
		s.call("POST", s.PublicURL+"/createOrder", realOrder(fmt.Sprintf("Poor %d", i))).problem(fault.Declined)
	}
	if a := s.alerted("business", "payments-us"); !strings.HasPrefix(a.What, "payments-us declined the payment of 6 of 6 orders") || a.OrderCount != 6 || len(a.Orders) != 6 {
		t.Errorf("%+v", a)
	}
	s.turn("payments-us", map[string]any{})
	s.turn("stockist", map[string]any{"refuseRate": 1})
	for i := range 6 {
		s.create(realOrder(fmt.Sprintf("No plants %d", i)))
	}
	if a := s.alerted("business", "stockist"); !strings.HasPrefix(a.What, "The stockist refused 6 of 6 orders") || len(a.Orders) != 6 {
		t.Errorf("%+v", a)
	}
}

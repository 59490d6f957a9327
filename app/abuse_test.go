package app_test

import (
	"fmt"
	"testing"

	"acme.example/webshop/platform/fault"
)

// TestOneStrangerTakesNoDeliverySlots: businesses without an approval book nothing, and invalid numbers order nothing.
func TestOneStrangerTakesNoDeliverySlots(t *testing.T) {
	t.Parallel()
	s := start(t)
	var before, after struct{ DeliveryOptions []string }
	s.call("GET", s.PublicURL+"/deliveryTimes", nil).want(200).into(&before)
	for i := range 40 {
		s.call("POST", s.PublicURL+"/createOrder", realOrder(fmt.Sprint("Nobody ", i), "customerType", "B2B", "orgNumber", "000000",
			"email", fmt.Sprintf("nobody.%d@example.com", i), "street", fmt.Sprint("Nowhere ", i))).refuses(fault.Invalid)
	}
	for i := range 8 {
		made := s.create(realOrder(fmt.Sprint("Nobody ", i), "customerType", "B2B", "orgNumber", fmt.Sprint(123400+i),
			"email", fmt.Sprintf("nobody.%d@example.com", i), "street", fmt.Sprint("Nowhere ", i)))
		o := s.arrives(made.OrderID, "IN_REVIEW")
		s.call("POST", s.PrivateURL+"/bookDelivery", map[string]any{"orderId": o.OrderID, "deliveryTime": before.DeliveryOptions[i]}).problem(fault.NotReady)
	}
	if s.call("GET", s.PublicURL+"/deliveryTimes", nil).want(200).into(&after); len(after.DeliveryOptions) != len(before.DeliveryOptions) {
		t.Errorf("%d delivery times of %d are left", len(after.DeliveryOptions), len(before.DeliveryOptions))
	}
}

// TestAnApprovedOrganizationOrdersFreely after a person has approved it once.
func TestAnApprovedOrganizationOrdersFreely(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.create(realOrder("Firm", "customerType", "B2B", "orgNumber", "123456"))
	s.arrives(first.OrderID, "IN_REVIEW")
	s.decide("approve", first.OrderID).want(200)
	s.arrives(first.OrderID, "STOCKED")
	second := s.create(realOrder("Firm again", "customerType", "B2B", "orgNumber", "123456"))
	s.arrives(second.OrderID, "STOCKED").wantTypes(t, "OrderCreated", "OrderPlaced", "StockCreated", "OrderDeliverable")
	test := s.create(realOrder("Test", "customerType", "B2B", "orgNumber", "000000", "testId", 7))
	s.arrives(test.OrderID, "DELIVERY_BOOKED")
}

// TestOneMailboxHasFewUnpaidOrders, however its address is written and whichever organization it claims.
func TestOneMailboxHasFewUnpaidOrders(t *testing.T) {
	t.Parallel()
	s := start(t)
	order := func(i int) answer {
		return s.call("POST", s.PublicURL+"/createOrder", realOrder("Eve", "customerType", "B2B", "orgNumber", fmt.Sprint(123400+i),
			"email", fmt.Sprintf("E.v.e+%d@gmail.com", i), "street", fmt.Sprint("Nowhere ", i)))
	}
	const most = 50 // in the built-in rules
	for i := range most {
		order(i).want(200)
	}
	before := s.footprint()
	for i := range 5 {
		order(most + i).problem(fault.LimitReached)
	}
	s.untouched(before)
	s.create(realOrder("Ann", "email", "ann@example.com"))
	s.create(realOrder("Eve", "email", "eve@gmail.com")) // invoices in her name do not keep her from paying at once
}

// TestGuessingCodesIsSlow: after some wrong codes, a client gets no answer about codes any more, and others do.
func TestGuessingCodesIsSlow(t *testing.T) {
	t.Parallel()
	s := start(t, withRules(t, "\noffers: { welcome: { label: { en: Welcome, es: Bienvenida }, code: WELCOME, percent: \"10\" } }\n"))
	quote := func(client, code string) answer {
		return s.call("POST", s.PublicURL+"/quote", map[string]any{
			"market": "US", "customerType": "B2C", "products": "BB001", "codes": []string{code},
		}, as(client)...)
	}
	told, last := 0, answer{}
	for i := range 300 {
		if last = quote("203.0.113.7", fmt.Sprint("GUESS", i)); last.status == 200 {
			told++
		}
	}
	if told < 10 || told > 60 { // a slow machine takes a minute or two
		t.Errorf("%d of 300 guesses were told", told)
	}
	last.problem(fault.TooMany)
	if last.header.Get("Retry-After") == "" {
		t.Error("it does not say when to come back")
	}
	quote("203.0.113.7", "WELCOME").problem(fault.TooMany)
	order := realOrder("Eve", "products", "BB001", "totalPrice", 13500, "codes", []string{"WELCOME"})
	s.call("POST", s.PublicURL+"/createOrder", order, as("203.0.113.7")...).refuses(fault.TooMany)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Eve"), as("203.0.113.7")...).want(200) // without a code
	quote("203.0.113.8", "WELCOME").want(200)
	s.call("POST", s.PublicURL+"/createOrder", order, as("203.0.113.8")...).want(200)
}

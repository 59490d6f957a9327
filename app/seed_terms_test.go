package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// mexican returns an order in the seed's terms: its price is in cents of the dollar in every market.
func mexican(name string, changes ...any) draft {
	return realOrder(name, append([]any{"email", name + "@example.com", "market", "MX", "products", "BB001", "totalPrice", 15000}, changes...)...)
}

// charged returns what a payment provider was asked to charge for each customer's order.
func (s *shop) charged(provider string) map[int64]string {
	s.Helper()
	var got struct {
		Records []struct {
			Request struct {
				OrderID, Amount int64
				Currency        string
			}
		}
	}
	s.call("GET", s.PrivateURL+"/partners/"+provider+"/records?limit=100", nil).want(200).into(&got)
	all := map[int64]string{}
	for _, r := range got.Records {
		all[r.Request.OrderID] += fmt.Sprint(r.Request.Amount, " ", r.Request.Currency)
	}
	return all
}

// priced is an order's price in its answers.
type priced struct {
	TotalPrice, Amount int64
	Currency           string
}

var inPesos = priced{15000, 300000, "MXN"}

// TestAnOrderOfMexicoInTheSeedsTerms: what it sends, what the provider charges, and what it reads; and the same order
// with its price in either currency.
func TestAnOrderOfMexicoInTheSeedsTerms(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, d := range map[string]draft{
		"plain": mexican("plain"), "dollars": mexican("dollars", "currency", "USD"), "pesos": mexican("pesos", "totalPrice", 300000, "currency", "MXN"),
		"test": mexican("test", "testId", 7, "products", "XX001", "totalPrice", 15000), "tests-pesos": mexican("tests-pesos", "testId", 7, "totalPrice", 300000, "currency", "MXN"),
	} {
		var answer priced
		made := s.create(d, "Idempotency-Key", name)
		s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", name).want(200).into(&answer)
		var seen struct {
			priced
			Agreed *quote
		}
		s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&seen)
		if answer != inPesos || seen.priced != inPesos || s.charged("payments-mx")[made.OrderID] != "300000 MXN" {
			t.Errorf("%s: answered %+v, tracked %+v, charged %q", name, answer, seen.priced, s.charged("payments-mx")[made.OrderID])
		}
		if seen.Agreed != nil && (seen.Agreed.Total != 300000 || seen.Agreed.TotalPrice != 15000) {
			t.Errorf("%s: agreed %+v", name, seen.Agreed)
		}
	}
	if q := s.quote(mexican("any")); q.Total != 300000 || q.Currency != "MXN" || q.TotalPrice != 15000 {
		t.Errorf("quoted %+v", q)
	}
}

// TestPlaceOrderOfMexicoInTheSeedsTerms, over the private listener.
func TestPlaceOrderOfMexicoInTheSeedsTerms(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, d := range map[string]draft{"plain": mexican("plain"), "pesos": mexican("pesos", "totalPrice", 300000, "currency", "MXN")} {
		var placed struct{ OrderID int64 }
		s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": d}, "Prefer", "return=representation").want(200).into(&placed)
		if got := s.charged("payments-mx")[placed.OrderID]; got != "300000 MXN" {
			t.Errorf("%s: charged %q", name, got)
		}
	}
	for name, d := range map[string]draft{"totalPrice": mexican("wrong", "totalPrice", 300000), "currency": mexican("wrong", "currency", "EUR")} {
		s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": d}).refuses(fault.Invalid, name)
	}
}

// TestAPriceInAnotherCurrencyIsAnotherOrder, under one key; the same body gets the same answer.
func TestAPriceInAnotherCurrencyIsAnotherOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.create(mexican("ana"), "Idempotency-Key", "ana")
	if again := s.create(mexican("ana"), "Idempotency-Key", "ana"); again.OrderID != first.OrderID {
		t.Errorf("made twice: %d and %d", first.OrderID, again.OrderID)
	}
	s.call("POST", s.PublicURL+"/createOrder", mexican("ana", "currency", "USD"), "Idempotency-Key", "ana").refuses(fault.KeyReused)
}

// TestFinanceTakesTheSeedsPrice, or the order's own; reviews have both.
func TestFinanceTakesTheSeedsPrice(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(mexican("ana"))
	s.arrives(made.OrderID, "STOCKED")
	finance := func(price string) answer {
		return s.call("POST", s.PrivateURL+"/finance", fmt.Sprintf(`{"detail-type":"OrderCreated","detail":{"orderId":%d,"totalPrice":%s}}`, made.OrderID, price))
	}
	finance(`15000`).want(200)
	finance(`300000,"currency":"MXN"`).want(200)
	finance(`300000`).refuses(fault.Invalid, "detail.totalPrice")
	finance(`15000,"currency":"MXN"`).refuses(fault.Invalid, "detail.totalPrice")
	finance(`300000,"currency":"EUR"`).refuses(fault.Invalid, "detail.currency")
	if n := s.charges("books"); n != 1 {
		t.Errorf("booked %d times", n)
	}
}

// TestTheSeedsRoutesAnswerAsTheSeed: a string, unless the client prefers the shop's object.
func TestTheSeedsRoutesAnswerAsTheSeed(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(mexican("ana"))
	s.arrives(made.OrderID, "STOCKED")
	id := made.OrderID
	for path, c := range map[string]struct{ body, text, field string }{
		"/placeOrder":        {examplePlaceOrder, "SUCCESS", "orderStatus"},
		"/updateOrderStatus": {fmt.Sprintf(`{"orderId":%d,"transaction":"StockCreated"}`, id), fmt.Sprintf("order %d is STOCKED", id), "orderStatus"},
		"/stock":             {fmt.Sprintf(`{"orderId":%d}`, id), "the plants are there", "stock"},
		"/finance":           {fmt.Sprintf(`{"detail-type":"OrderCreated","detail":{"orderId":%d,"totalPrice":15000}}`, id), fmt.Sprintf("order %d is in the books", id), "orderId"},
		"/email":             {exampleEmail, s.PrivateURL + "/mail/", "previewUrl"},
	} {
		for _, prefer := range []string{"", "return=minimal", "respond-async, return=minimal, return=representation"} {
			a := s.call("POST", s.PrivateURL+path, c.body, "Prefer", prefer).want(200)
			var text string
			if a.into(&text); !strings.HasPrefix(text, c.text) || a.header.Get("Preference-Applied") != "" || !strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Prefer") {
				t.Errorf("%s with %q answers %s, %v", path, prefer, a.body, a.header)
			}
		}
		for _, prefer := range []string{"return=representation", `respond-async, Return="representation"; x=1`} {
			a := s.call("POST", s.PrivateURL+path, c.body, "Prefer", prefer).want(200)
			var object map[string]any
			a.into(&object)
			if object["status"] != "SUCCESS" || object[c.field] == nil || a.header.Get("Preference-Applied") != "return=representation" || !strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Prefer") {
				t.Errorf("%s with %q answers %s, %v", path, prefer, a.body, a.header)
			}
		}
		s.call("POST", s.PrivateURL+path, "[]").refuses(fault.Invalid)
	}
}

// TestUpdateOrderStatusInTheSeedsTerms: the order's number as a number or a text, and what happened.
func TestUpdateOrderStatusInTheSeedsTerms(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 60_000})
	for form, id := range map[string]string{"a number": `%d`, "a text": `"%d"`} {
		made := s.create(realOrder(form, "email", "book@example.com"))
		s.arrives(made.OrderID, "PLACED")
		update := func(rest string) answer {
			return s.call("POST", s.PrivateURL+"/updateOrderStatus", fmt.Sprintf(`{"orderId":`+id+`,%s}`, made.OrderID, rest))
		}
		for _, wrong := range []string{`"transaction":"OrderCreated"`, `"transaction":"stockcreated"`, `"transaction":"StockCreated","status":"PLACED"`} {
			update(wrong).refuses(fault.Invalid, "transaction")
		}
		update(`"transaction":5`).refuses(fault.Invalid, "transaction")
		update(`"transaction":""`).refuses(fault.Invalid, "status")
		update(`"transaction":"DeliveryBooked"`).refuses(fault.Conflict)
		update(`"transaction":"StockCreated"`).want(http.StatusOK)
		s.arrives(made.OrderID, "STOCKED").wantTypes(t, "OrderCreated", "OrderPlaced", "OrderDeliverable")
		update(`"transaction":"StockCreated","status":"STOCKED"`).want(http.StatusOK)
		var times struct{ DeliveryOptions []json.Number }
		s.call("GET", s.PublicURL+"/deliveryTimes", nil).want(200).into(&times)
		s.bookAs(fmt.Sprintf(id, made.OrderID), made.OrderID, times.DeliveryOptions[0].String())
		s.arrives(made.OrderID, "DELIVERY_BOOKED")
		update(`"transaction":"DeliveryBooked"`).want(http.StatusOK)
	}
	for _, id := range []string{`"0"`, `"-1"`, `"4294967296"`, `"1.5"`, `""`, `"1 "`} {
		for path, body := range map[string]string{"/updateOrderStatus": `{"orderId":%s,"transaction":"StockCreated"}`, "/stock": `{"orderId":%s}`} {
			s.call("POST", s.PrivateURL+path, fmt.Sprintf(body, id)).refuses(fault.Invalid, "orderId")
		}
	}
}

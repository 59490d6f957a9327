package app_test

import (
	"log/slog"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
)

const evilOrigin = "https://evil.example"

// TestADisallowedOriginHasNoEffect: whatever its pages send, in each way that browsers send it, nothing is stored,
// charged, booked or mailed.
func TestADisallowedOriginHasNoEffect(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*app.Config){
		"none is allowed":  func(c *app.Config) { c.PrivateToken = token },
		"another is":       func(c *app.Config) { c.PrivateToken, c.CORSOrigin = token, []string{shopOrigin} },
		"in local mode":    func(c *app.Config) { c.CORSOrigin = []string{shopOrigin} },
		"on a public name": func(c *app.Config) { c.PublicURL, c.CORSOrigin = "https://public.example", []string{shopOrigin} },
	} {
		t.Run(name, func(t *testing.T) {
			start(t, atStage, func(c *app.Config) { c.PrivateToken = "" }, change).refusesPagesOf(evilOrigin)
		})
	}
}

func (s *shop) refusesPagesOf(origin string) {
	base := "http://" + s.PublicAddress()
	s.PublicURL = base // also if customers use another name
	s.turn("stockist", map[string]any{"answerLater": 3_600_000})
	waiting := s.create(realOrder("Waits for its plants"))
	s.arrives(waiting.OrderID, "PLACED")
	s.turn("stockist", map[string]any{})
	ready := s.create(realOrder("Ready"))
	before := s.arrives(ready.OrderID, "STOCKED")
	trace := s.footprint()
	arrived := `{"type":"stock.created","timestamp":"2026-11-22T17:10:49Z","data":{"orderId":1}}`
	sends := func(path string, body any, headers ...string) {
		s.Helper()
		for _, way := range [][]string{
			{"Origin", origin, "Content-Type", "text/plain"},
			{"Origin", origin, "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"},
			{"Origin", "null", "Content-Type", "application/x-www-form-urlencoded"},
			{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Content-Type", "text/plain"},
		} {
			a := s.call("POST", base+path, body, append(way, headers...)...)
			if a.refuses(fault.Forbidden); a.cors() != "" {
				s.Errorf("%s: the page may read the answer", path)
			}
		}
		if a := s.preflight(path, origin).want(200); a.cors() != "" {
			s.Errorf("%s: the page may call", path)
		}
	}
	deliver, track := s.keyTo(access.Deliver, ready.OrderID), s.keyTo(access.Track, ready.OrderID)
	sends("/createOrder", realOrder("Placed by a page of another site"))
	sends("/createOrder", realOrder("With a key of its own"), "Idempotency-Key", "a key of its own")
	sends("/bookDelivery", map[string]any{"orderId": deliver, "deliveryTime": s.freeTimes(deliver)[0]})
	sends("/cancelOrder", map[string]any{"key": track})
	sends("/trackOrder/share", map[string]any{"key": track})
	sends("/dev/createOrder", realOrder("Under the stage's prefix"))
	sends("/dev/bookDelivery", map[string]any{"orderId": deliver, "deliveryTime": s.freeTimes(deliver)[0]})
	sends("/dev/placeOrder", map[string]any{"detail": realOrder("With the stage's token")}, "X-Api-Key", stageToken)
	sends("/callbacks/stockist", arrived, signed(s.T, webhookSecret, arrived)...)
	for _, path := range []string{"/deliveryTimes?order=" + deliver, "/trackOrder?key=" + track, "/catalog", "/createOrder", "/bookDelivery"} {
		if a := s.call("GET", base+path, nil, "Origin", origin); a.cors() != "" {
			s.Errorf("%s: the page may read the answer", path)
		}
	}
	s.untouched(trace)
	if after := s.order(ready.OrderID); after.Status != before.Status || len(after.History) != len(before.History) || after.DeliveryTime != "" {
		s.Errorf("the order became %+v", after)
	}
	if o := s.order(waiting.OrderID); o.Status != "PLACED" {
		s.Errorf("the callback was taken: %s", o.Status)
	}
}

// TestALocalShopAllowsAnyOriginAsTheSeedDoes, without credentials; the private listener does not, and DNS rebinding gains
// nothing.
func TestALocalShopAllowsAnyOriginAsTheSeedDoes(t *testing.T) {
	t.Parallel()
	s := start(t)
	page := []string{"Origin", "http://127.0.0.1:5500", "Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"}
	for _, path := range []string{"/createOrder", "/bookDelivery", "/deliveryTimes"} {
		a := s.preflight(path, "http://127.0.0.1:5500").want(200)
		if a.cors() != "*" || string(a.body) != `"OK"` || a.header.Get("Content-Type") != "application/json" || !strings.Contains(a.header.Get("Allow"), "OPTIONS") {
			t.Errorf("OPTIONS %s: %v %s", path, a.header, a.body)
		}
		a = s.call("OPTIONS", s.PublicURL+path, nil).want(200) // without a page
		if string(a.body) != `"OK"` {
			t.Errorf("OPTIONS %s: %s", path, a.body)
		}
	}
	made := s.call("POST", s.PublicURL+"/createOrder", realOrder("From a page"), page...).want(200)
	refused := s.call("POST", s.PublicURL+"/createOrder", "{", page...).want(400)
	times := s.call("GET", s.PublicURL+"/deliveryTimes", nil, page...).want(200)
	for _, a := range []answer{made, refused, times} {
		if a.cors() != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("the page cannot read the answer, or may send credentials: %v", a.header)
		}
	}
	s.arrives(1, "STOCKED")
	before := s.footprint()
	for _, headers := range [][]string{{"Origin", "http://127.0.0.1:5500"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "cross-site"}} {
		s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": realOrder("By another way")}, headers...).refuses(fault.Forbidden)
		if a := s.call("OPTIONS", s.PrivateURL+"/placeOrder", nil, headers...); a.cors() != "" {
			t.Errorf("the private listener lets %q in", a.cors())
		}
	}
	s.call("POST", s.PrivateURL+"/placeOrder", map[string]any{"detail": realOrder("By another name")}, "Host", "evil.example").refuses(fault.Unauthorized)
	s.untouched(before)
}

// TestWhatIsNoOriginDoesNotStart: it would match no page, whose orders would be refused.
func TestWhatIsNoOriginDoesNotStart(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{"https://shop.example/", "https://shop.example/cart", "shop.example", "null", "", "ftp://shop.example", "https://user@shop.example", "https://shop.example?"} {
		c := config(t)
		c.CORSOrigin = []string{shopOrigin, origin}
		if _, err := app.Start(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "--cors-origin") {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

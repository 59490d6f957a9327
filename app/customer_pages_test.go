package app_test

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
)

// elsewhere configures pages on another host.
func elsewhere(c *app.Config) {
	c.PublicURL, c.CORSOrigin = "https://api.example", []string{shopOrigin}
	c.OrderPage, c.DeliveryPage, c.SuccessPage = shopOrigin+"/track.html?lang=en&order=", shopOrigin+"/delivery.html?order=", shopOrigin+"/success.html"
}

// TestPagesOnAnotherHost: each address that a customer gets is that page's with the key appended, and the key opens the
// order in that page's calls.
func TestPagesOnAnotherHost(t *testing.T) {
	t.Parallel()
	s := start(t, elsewhere, func(c *app.Config) { c.TestOrders = "on" })
	s.Shop.PublicURL = "http://" + s.PublicAddress()
	made := s.create(realOrder("Elsewhere", "email", "elsewhere@example.com"), "Origin", shopOrigin)
	if made.RedirectURL != shopOrigin+"/success.html" {
		t.Errorf("redirectUrl is %q", made.RedirectURL)
	}
	track := s.keyIn(made.TrackingURL, s.config.OrderPage)
	s.arrives(made.OrderID, "STOCKED")
	var seen struct{ Status, DeliveryURL string }
	s.call("GET", s.PublicURL+"/trackOrder?key="+track, nil, "Origin", shopOrigin).want(200).into(&seen)
	deliver := s.keyIn(seen.DeliveryURL, s.config.DeliveryPage)
	var shared struct{ URL string }
	s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": track}, "Origin", shopOrigin).want(200).into(&shared)
	s.call("GET", s.PublicURL+"/trackOrder?key="+s.keyIn(shared.URL, s.config.OrderPage), nil).want(200)
	var links []string
	for _, m := range s.mails("elsewhere@example.com") {
		links = append(links, m.Links...)
		if strings.Contains(m.Text+m.HTML, "https://api.example") {
			t.Errorf("the mail %q leads to the shop's own pages: %q", m.Subject, m.Links)
		}
	}
	if all := strings.Join(links, " "); !strings.Contains(all, s.config.OrderPage) || !strings.Contains(all, s.config.DeliveryPage) {
		t.Errorf("the mails have the links %q", links)
	}
	body := map[string]any{"order": deliver, "deliveryTime": s.freeTimes(deliver)[0]}
	a := s.call("POST", s.PublicURL+"/bookDelivery", body, "Origin", shopOrigin).want(200)
	if a.cors() != shopOrigin {
		t.Errorf("the page cannot read the answer: %v", a.header)
	}
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

// keyIn returns the key that is appended to the address of a page.
func (s *shop) keyIn(link, page string) string {
	s.Helper()
	key, found := strings.CutPrefix(link, page)
	if unescaped, err := url.QueryUnescape(key); !found || err != nil || unescaped != key || key == "" {
		s.Fatalf("the link is %q, want %s and a key", link, page)
	}
	return key
}

// TestTheAddressesOfPagesAreChecked: a shop with unusable addresses does not start, and says why.
func TestTheAddressesOfPagesAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*app.Config)
		says   string
	}{
		"no address":          {func(c *app.Config) { c.DeliveryPage = "/delivery.html?order=" }, "--delivery-page must be an address"},
		"no host":             {func(c *app.Config) { c.OrderPage = "https:///order?key=" }, "--order-page must be an address"},
		"another scheme":      {func(c *app.Config) { c.OrderPage = "javascript://shop.example/%0aalert(1)//=" }, "--order-page must be an address"},
		"a fragment":          {func(c *app.Config) { c.DeliveryPage = shopOrigin + "/#/delivery?order=" }, "--delivery-page must be an address"},
		"an empty fragment":   {func(c *app.Config) { c.SuccessPage = shopOrigin + "/success#" }, "--success-page must be an address"},
		"a user":              {func(c *app.Config) { c.OrderPage = "https://shop.example@evil.example/order?key=" }, "--order-page must be an address"},
		"a space":             {func(c *app.Config) { c.OrderPage = shopOrigin + "/my order?key=" }, "--order-page must be an address"},
		"a line":              {func(c *app.Config) { c.OrderPage = shopOrigin + "/\norder?key=" }, "--order-page must be an address"},
		"no place for a key":  {func(c *app.Config) { c.DeliveryPage = shopOrigin + "/delivery.html" }, "--delivery-page must end where"},
		"http under https":    {func(c *app.Config) { c.SuccessPage = "http://shop.example/success" }, "--success-page must be https"},
		"it may not call":     {func(c *app.Config) { c.DeliveryPage = "https://www.example/delivery?order=" }, "give --cors-origin https://www.example too"},
		"another port":        {func(c *app.Config) { c.OrderPage = shopOrigin + ":8443/order?key=" }, "give --cors-origin https://shop.example:8443 too"},
		"no origin may":       {func(c *app.Config) { c.CORSOrigin = nil }, "give --cors-origin https://shop.example too"},
		"nor without its URL": {func(c *app.Config) { c.PublicURL, c.CORSOrigin, c.PrivateToken = "", nil, token }, "give --cors-origin https://shop.example too"},
	} {
		t.Run(name, func(t *testing.T) {
			config := config(t)
			elsewhere(&config)
			c.change(&config)
			if _, err := app.Start(t.Context(), config, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	for name, change := range map[string]func(*app.Config){
		"any origin":        func(c *app.Config) { c.CORSOrigin = []string{"*"} },
		"origins by a star": func(c *app.Config) { c.CORSOrigin = []string{"https://*.example"} },
		"its own origin": func(c *app.Config) {
			c.CORSOrigin, c.PublicURL = nil, "https://SHOP.example:443"
		},
		"below a path":  func(c *app.Config) { c.OrderPage = shopOrigin + "/orders/" },
		"in local mode": func(c *app.Config) { c.CORSOrigin, c.PublicURL = nil, "" },
	} {
		t.Run(name, func(t *testing.T) { start(t, elsewhere, change) })
	}
}

// TestAKeyDecidesTheMarket: a market beside it is ignored, even one that does not exist. Without a key, it counts.
func TestAKeyDecidesTheMarket(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Mexican", "market", "MX", "totalPrice", 600000, "currency", "MXN"))
	s.arrives(made.OrderID, "STOCKED")
	key := s.keyTo(access.Deliver, made.OrderID)
	zone := func(query string) string {
		var times struct{ TimeZone string }
		s.call("GET", s.PublicURL+"/deliveryTimes"+query, nil).want(200).into(&times)
		return times.TimeZone
	}
	for query, want := range map[string]string{
		"": "America/New_York", "?market=MX": "America/Mexico_City", "?order=" + key: "America/Mexico_City",
		"?market=US&order=" + key: "America/Mexico_City", "?order=" + key + "&market=XX": "America/Mexico_City",
	} {
		if got := zone(query); got != want {
			t.Errorf("%s: the time zone is %s", query, got)
		}
	}
	s.call("GET", s.PublicURL+"/deliveryTimes?market=US&order=1", nil).refuses(fault.Unauthorized)
}

// TestABookingTakesAKeyAsOrder, as it is in the address of the delivery page; two keys must be the same, and a number
// beside it must be the order's.
func TestABookingTakesAKeyAsOrder(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made, other := s.create(realOrder("Booker")), s.create(realOrder("Other"))
	s.arrives(made.OrderID, "STOCKED")
	s.arrives(other.OrderID, "STOCKED")
	key, others := s.keyTo(access.Deliver, made.OrderID), s.keyTo(access.Deliver, other.OrderID)
	at := s.freeTimes(key)[0]
	book := func(body string) answer {
		s.Helper()
		return s.call("POST", s.PublicURL+"/bookDelivery", fmt.Sprintf(body, at), "Content-Type", "text/plain")
	}
	book(`{"deliveryTime":"%s"}`).refuses(fault.Invalid, "orderId")
	book(`{"order":"","deliveryTime":"%s"}`).refuses(fault.Invalid, "orderId")
	book(`{"order":"1","deliveryTime":"%s"}`).refuses(fault.Unauthorized)
	book(`{"order":"` + s.keyTo(access.Track, made.OrderID) + `","deliveryTime":"%s"}`).refuses(fault.Unauthorized)
	book(`{"order":"` + key + `","orderId":2,"deliveryTime":"%s"}`).refuses(fault.Unauthorized)
	book(`{"order":"`+key+`","key":"`+others+`","deliveryTime":"%s"}`).refuses(fault.Invalid, "order")
	book(`{"order":"`+strings.Repeat("1", 101)+`","deliveryTime":"%s"}`).refuses(fault.Invalid, "order")
	if o := s.order(made.OrderID); o.DeliveryTime != "" {
		t.Fatalf("it is booked for %s", o.DeliveryTime)
	}
	var booked struct {
		OrderID      int64
		DeliveryTime string
	}
	for _, body := range []string{`{"order":"` + key + `","deliveryTime":"%s"}`, `{"order":"` + key + `","orderId":"1","key":"` + key + `","deliveryTime":"%s"}`} {
		if book(body).want(200).into(&booked); booked.OrderID != made.OrderID || booked.DeliveryTime != at {
			t.Errorf("%+v", booked)
		}
	}
}

package app_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// as returns the headers by which a proxy on this machine names its client.
func as(client string) []string { return []string{"X-Forwarded-For", client} }

// TestAClientThatAsksTooMuchIsToldToWait, and other clients, and this machine, are not affected.
func TestAClientThatAsksTooMuchIsToldToWait(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RateLimit, c.CORSOrigin = 0.1, []string{shopOrigin} })
	for class, c := range map[string]struct {
		method, path string
		burst        int
	}{
		"writes": {"POST", "/createOrder", 1}, "reads": {"GET", "/catalog", 10}, "pages": {"GET", "/", 40}, "streams": {"GET", "/trackOrder/live?key=x", 1},
	} {
		t.Run(class, func(t *testing.T) {
			s := s.in(t)
			ask := func() answer {
				return s.call(c.method, s.PublicURL+c.path, "", append(as("203.0.113.7"), "Origin", shopOrigin)...)
			}
			let, last := 0, ask()
			for ; last.status != http.StatusTooManyRequests && let < 20*c.burst; let++ { // a slow machine allows more than the burst
				last = ask()
			}
			if let < c.burst {
				t.Errorf("%d were let in at once, want %d", let, c.burst)
			}
			last.refuses(fault.TooMany)
			if last.header.Get("Retry-After") == "" || last.cors() != shopOrigin {
				t.Errorf("headers %v", last.header)
			}
			for _, other := range [][]string{as("203.0.113.8"), as("203.0.113.7, 203.0.113.9"), nil} {
				if a := s.call(c.method, s.PublicURL+c.path, "", other...); a.status == http.StatusTooManyRequests {
					t.Errorf("%v is refused too", other)
				}
			}
			if metrics := string(s.call("GET", s.PrivateURL+"/metrics", nil).want(200).body); !strings.Contains(metrics, fmt.Sprintf(`webshop_rate_limited_total{class=%q} 1`, class)) {
				t.Error("the refusal is not counted")
			}
		})
	}
}

// TestWritesAreLimitedTogether: spreading them over orders, bookings and cancellations gains nothing.
func TestWritesAreLimitedTogether(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RateLimit = 0.3 })
	paths, last := []string{"/createOrder", "/bookDelivery", "/cancelOrder"}, answer{}
	for i := 0; last.status != http.StatusTooManyRequests && i < 30; i++ {
		last = s.call("POST", s.PublicURL+paths[i%3], "{}", as(fmt.Sprintf("2001:db8::%d", i+1))...)
	}
	last.refuses(fault.TooMany)
	s.call("POST", s.PublicURL+"/bookDelivery", "{}", as("2001:db8:0:1::2")...).want(400)
	for range 10 {
		s.call("POST", s.PublicURL+"/callbacks/stockist", "{}", as("2001:db8::1")...).want(400)
		s.call("GET", s.PublicURL+"/readyz", nil, as("2001:db8::1")...).want(204)
	}
}

func TestARateLimitThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.RateLimit = -1
	if _, err := app.Start(t.Context(), c, nil); err == nil || !strings.Contains(err.Error(), "--rate-limit") {
		t.Errorf("%v", err)
	}
	c = config(t)
	c.TrustedProxy = []netip.Prefix{netip.MustParsePrefix("::/0")}
	if _, err := app.Start(t.Context(), c, nil); err == nil || !strings.Contains(err.Error(), "--trusted-proxy") {
		t.Errorf("everyone is a proxy: %v", err)
	}
	s := start(t, func(c *app.Config) {
		c.RateLimit, c.TrustedProxy = 0, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	for range 200 {
		s.call("GET", s.PublicURL+"/catalog", nil, as("203.0.113.7")...).want(200)
	}
}

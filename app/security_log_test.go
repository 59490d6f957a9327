package app_test

import (
	"net/http"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestRefusalsAreLoggedAndCounted, each kind, in the same log as refused logins.
func TestRefusalsAreLoggedAndCounted(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t, withRoles, knownSecrets, func(c *app.Config) { c.RateLimit = 0.1 })
	cases := map[string]struct {
		client, line string
		refused      func(client ...string)
		counted      map[string]string
	}{
		"a callback without a signature, and a forged one": {"203.0.113.1", "kind=signatures partner=stockist", func(client ...string) {
			s.call("POST", s.PublicURL+"/callbacks/stockist", "{}", client...).want(400)
			s.call("POST", s.PublicURL+"/callbacks/stockist", "{}", append(signed(t, screenSecret, "{}"), client...)...).refuses(fault.Unauthorized)
			s.call("POST", s.PublicURL+"/callbacks/stockist", "{}", append(signed(t, webhookSecret, "{}"), client...)...).want(400) // it names no order
		}, map[string]string{`webshop_signatures_refused_total{partner="stockist"}`: "2", `webshop_signatures_refused_total{partner="screening"}`: "0"}},
		"a client that asks too often": {"203.0.113.2", "kind=rate-limited class=writes", func(client ...string) {
			for s.call("POST", s.PublicURL+"/createOrder", "{}", client...).status != http.StatusTooManyRequests {
			}
		}, map[string]string{`webshop_rate_limited_total{class="writes"}`: "1"}},
		"a page of another site at the public listener": {"203.0.113.3", "kind=cross-site listener=public", func(client ...string) {
			s.call("POST", s.PublicURL+"/createOrder", "{}", append(client, "Origin", "https://evil.example")...).refuses(fault.Forbidden)
		}, map[string]string{`webshop_cross_site_refused_total{listener="public"}`: "1"}},
		"a page of another site at the private listener": {"203.0.113.4", "kind=cross-site listener=private", func(client ...string) {
			s.call("GET", s.PrivateURL+"/alerts", nil, append(client, "Sec-Fetch-Site", "cross-site")...).refuses(fault.Forbidden)
		}, map[string]string{`webshop_cross_site_refused_total{listener="private"}`: "1"}},
		"mutations that take another role": {"203.0.113.5", "kind=mutations mutation=placeOrder", func(client ...string) {
			for _, query := range []string{placeOrder("Ann", "totalPrice: 15000"), `mutation { replayDeadLetters(subscriber: "email.OrderCreated", limit: 1) }`} {
				a := s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query}, append(client, "Authorization", "Bearer the token of reader")...)
				if !strings.Contains(string(a.body), string(fault.Forbidden)) {
					t.Errorf("%s is answered %s", query, a.body)
				}
			}
		}, map[string]string{`webshop_mutations_refused_total{mutation="placeOrder"}`: "1", `webshop_mutations_refused_total{mutation="replayDeadLetters"}`: "1"}},
	}
	for _, c := range cases {
		c.refused(as(c.client)...)
	}
	told := s.figures()
	s.stop()
	for name, c := range cases {
		for series, want := range c.counted {
			if told.series[series] != want {
				t.Errorf("%s: %s is %q, want %s", name, series, told.series[series], want)
			}
		}
		if !strings.Contains(log.String(), "log=security "+c.line) || strings.Contains(log.String(), c.client) {
			t.Errorf("%s is not logged, or with the address", name)
		}
	}
	if !strings.Contains(log.String(), "caller=reader") {
		t.Error("the log does not say whose token it was")
	}
}

package app_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
)

// TestEveryAnswerIsProtected, errors too, on both listeners. No cache keeps a customer's data, and a key in an address is
// not passed on to other sites.
func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	free := httptest.NewServer(nil)
	free.Close()
	public := free.URL
	s := start(t, knownSecrets, func(c *app.Config) {
		c.PublicURL, c.PublicAddr = "https://shop.example", strings.TrimPrefix(public, "http://")
	})
	var made created
	s.call("POST", public+"/createOrder", realOrder("Protected")).want(200).into(&made)
	key := s.keyTo(access.Track, made.OrderID)
	api := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	}
	for _, path := range []string{"/trackOrder?key=" + key, "/trackOrder?key=x", "/catalog", "/deliveryTimes?order=" + s.keyTo(access.Deliver, made.OrderID), "/createOrder", "/healthz"} {
		s.call("GET", public+path, nil).has(path, api, "Strict-Transport-Security", "max-age=31536000")
	}
	for _, path := range []string{"/order?key=" + key, "/delivery?order=x", "/", "/nothing"} {
		s.call("GET", public+path, nil).has(path, map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age=31536000", "X-Frame-Options": "DENY",
		})
	}
	for _, path := range []string{"/database?query={__typename}", "/deadletters", "/nothing", "/metrics"} {
		s.call("GET", s.PrivateURL+path, nil).has(path, api, "Strict-Transport-Security", "")
	}
	for _, path := range []string{"/console", "/mail", "/partners"} {
		s.call("GET", s.PrivateURL+path, nil).has(path, map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		})
	}
}

// has fails the test unless the answer has these headers.
func (a answer) has(path string, headers map[string]string, more ...string) {
	a.Helper()
	for i := 0; i < len(more); i += 2 {
		headers[more[i]] = more[i+1]
	}
	for name, want := range headers {
		if got := a.header.Get(name); got != want {
			a.Errorf("%s: %s is %q, want %q", path, name, got, want)
		}
	}
}

package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// route is an address and the only one of the tested methods that it allows.
type route struct{ path, method string }

func (s *shop) refusesOtherMethods(base string, r route) {
	s.Helper()
	for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
		if method == r.method {
			continue
		}
		a := s.call(method, base+r.path, nil)
		a.refuses(fault.NotAllowed)
		if allowed := strings.Split(a.header.Get("Allow"), ", "); !slices.Contains(allowed, r.method) || slices.Contains(allowed, method) {
			s.Errorf("%s %s: Allow is %q, want %s in it", method, r.path, allowed, r.method)
		}
	}
}

// TestWrongMethodsOfTheAPI: each answer names the allowed methods.
func TestWrongMethodsOfTheAPI(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	for _, r := range []route{
		{"/createOrder", "POST"}, {"/trackOrder", "GET"}, {"/trackOrder/share", "POST"}, {"/receipt", "GET"}, {"/cancelOrder", "POST"}, {"/catalog", "GET"}, {"/deliveryTimes", "GET"}, {"/bookDelivery", "POST"},
		{"/callbacks/stockist", "POST"}, {"/", "GET"}, {"/cart", "GET"}, {"/delivery.html", "GET"},
	} {
		s.refusesOtherMethods(s.PublicURL, r)
	}
	for _, r := range []route{
		{"/placeOrder", "POST"}, {"/updateOrderStatus", "POST"}, {"/bookDelivery", "POST"}, {"/stock", "POST"}, {"/finance", "POST"},
		{"/email", "POST"}, {"/cancelOrder", "POST"}, {"/ledger", "GET"}, {"/alerts", "GET"}, {"/console/orders/1", "GET"}, {"/deadletters", "GET"}, {"/rules", "GET"}, {"/rules/versions/1", "GET"}, {"/rules/check", "POST"}, {"/rules/activate", "POST"}, {"/rules/rollback", "POST"}, {"/deadletters/replay", "POST"}, {"/deadletters/a/b", "GET"}, {"/deadletters/a/b/replay", "POST"}, {"/deadletters/a/b/discard", "POST"},
	} {
		s.refusesOtherMethods(s.PrivateURL, r)
	}
	s.untouched(before)
}

// TestWrongMethodsBesideTheAPI: other routes answer wrong methods in the same way.
func TestWrongMethodsBesideTheAPI(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, r := range []route{{"/healthz", "GET"}, {"/readyz", "GET"}, {"/openapi.json", "GET"}} {
		t.Run("public"+r.path, func(t *testing.T) { s.in(t).refusesOtherMethods(s.PublicURL, r) })
	}
	for _, r := range []route{
		{"/openapi.json", "GET"}, {"/console", "GET"}, {"/console/live", "GET"}, {"/console/api/orders", "GET"}, {"/console/assets/now.js", "GET"}, {"/metrics", "GET"}, {"/mail", "GET"}, {"/mail/x", "GET"}, {"/partners", "GET"}, {"/debug/pprof/", "GET"},
	} {
		t.Run("private"+r.path, func(t *testing.T) { s.in(t).refusesOtherMethods(s.PrivateURL, r) })
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH"} {
		t.Run(method+" private/database", func(t *testing.T) {
			if a := s.in(t).call(method, s.PrivateURL+"/database", nil); a.refuses(fault.NotAllowed).Status == 405 && !strings.Contains(a.header.Get("Allow"), "POST") {
				t.Errorf("Allow is %q", a.header.Get("Allow"))
			}
		})
	}
}

// TestWhatIsNotThere: above all, nothing of the private listener is on the public one.
func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	private := []string{
		"/placeOrder", "/updateOrderStatus", "/email", "/finance", "/stock", "/database", "/console", "/console/live", "/console/api/now", "/mail", "/mail/x", "/partners",
		"/partners/payments-us/knobs", "/alerts", "/deadletters/replay", "/console/orders/1", "/deadletters", "/deadletters/a/b/replay", "/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars",
	}
	for _, path := range append(private, "/nothing", "/createOrder/", "/createOrder/1", "/CreateOrder", "/order/1", "/.env", "/%2e%2e/x", "/schemas/Draft.json", "/docs") {
		for _, method := range []string{"GET", "POST", "PUT"} {
			s.call(method, s.PublicURL+path, nil).refuses(fault.NotFound)
		}
	}
	for _, path := range []string{"/nothing", "/createOrder", "/placeOrder/", "/database/x", "/healthz", "/.git/config", "/docs", "/debug/vars"} {
		for _, method := range []string{"GET", "POST", "PUT"} {
			s.call(method, s.PrivateURL+path, nil).refuses(fault.NotFound)
		}
	}
	s.untouched(before)
}

func TestABrowserGetsAPageForWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.call("GET", s.PublicURL+"/nothing", nil, "Accept", "text/html").want(404)
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || !strings.Contains(string(a.body), "<html") {
		t.Errorf("a browser is answered %s: %s", a.header.Get("Content-Type"), a.body)
	}
}

func TestBadQueriesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct {
		path  string
		code  fault.Code
		field string
	}{
		{"/catalog?market=BR", fault.Invalid, "market"}, {"/catalog?market=us", fault.Invalid, "market"},
		{"/catalog?market=" + url.QueryEscape(`US"; DROP TABLE orders;--`), fault.Invalid, "market"}, {"/catalog?market=%00", fault.Invalid, "market"},
		{"/deliveryTimes?market=BR", fault.Invalid, "market"}, {"/deliveryTimes?market=" + url.QueryEscape("<script>"), fault.Invalid, "market"},
		{"/deliveryTimes?order=" + strings.Repeat("1", 101), fault.Invalid, "order"}, {"/deliveryTimes?order=1", fault.Unauthorized, ""},
		{"/trackOrder", fault.Invalid, "key"}, {"/trackOrder?key=", fault.Invalid, "key"}, {"/trackOrder?key=" + strings.Repeat("1", 101), fault.Invalid, "key"},
		{"/trackOrder?key=1", fault.Unauthorized, ""}, {"/trackOrder?orderId=1", fault.Invalid, "key"},
	} {
		t.Run(c.path, func(t *testing.T) {
			var fields []string
			if c.field != "" {
				fields = append(fields, c.field)
			}
			s.in(t).call("GET", s.PublicURL+c.path, nil).refuses(c.code, fields...)
		})
	}
}

func TestBadKnobsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for code, bodies := range map[fault.Code][]string{
		fault.Malformed: {``, `{`, `[]`},
		fault.Invalid:   {`{"latency":-1}`, `{"latency":"1"}`, `{"latency":60001}`, `{"failureRate":1.1}`, `{"failureRate":-0.1}`, `{"none":1}`, `{"answerLater":1}`},
	} {
		for _, body := range bodies {
			s.call("PUT", s.PrivateURL+"/partners/payments-us/knobs", body).refuses(code)
		}
	}
	s.create(realOrder("Unharmed"))
}

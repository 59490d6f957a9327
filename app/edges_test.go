package app_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

const shopOrigin = "https://shop.example"

// cors returns the headers by which an answer allows pages of other origins.
func (a answer) cors() string {
	return strings.Join(a.header.Values("Access-Control-Allow-Origin"), "|")
}

// TestPagesOfTheConfiguredOriginMayCall, and read refusals too; others get an answer that browsers hide.
func TestPagesOfTheConfiguredOriginMayCall(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.CORSOrigin = []string{shopOrigin, "https://other.example"} })
	for origin, allowed := range map[string]string{
		shopOrigin: shopOrigin, "https://other.example": "https://other.example", "https://evil.example": "", "http://shop.example": "",
		"https://shop.example.evil.example": "", "https://evilshop.example": "", "null": "", "": "",
	} {
		t.Run(origin, func(t *testing.T) {
			s := s.in(t)
			malformed, tooLarge := 400, 413
			if origin != "" && allowed == "" {
				malformed, tooLarge = 403, 403
			}
			for _, a := range []answer{
				s.call("GET", s.PublicURL+"/deliveryTimes", nil, "Origin", origin).want(200),
				s.call("POST", s.PublicURL+"/createOrder", "{", "Origin", origin).want(malformed),
				s.call("POST", s.PublicURL+"/createOrder", strings.Repeat(" ", 70_000), "Origin", origin).want(tooLarge),
				s.preflight("/createOrder", origin),
			} {
				if a.cors() != allowed {
					t.Errorf("%q is answered %q, want %q", origin, a.cors(), allowed)
				}
				if !strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Origin") {
					t.Error("a cache would give the answer to other origins")
				}
			}
		})
	}
	a := s.preflight("/createOrder", shopOrigin).want(200)
	if !strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST") ||
		!strings.Contains(strings.ToLower(a.header.Get("Access-Control-Allow-Headers")), "idempotency-key,prefer") {
		t.Errorf("preflight %v", a.header)
	}
	if a.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Error("credentials are allowed; there are none")
	}
}

func (s *shop) preflight(path, origin string) answer {
	s.Helper()
	return s.call("OPTIONS", s.PublicURL+path, nil, "Origin", origin, "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "content-type,idempotency-key,prefer")
}

// TestByDefaultNoOtherPageMayCall in production, and OPTIONS answers nevertheless.
func TestByDefaultNoOtherPageMayCall(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PrivateToken = token })
	for _, path := range []string{"/createOrder", "/bookDelivery", "/deliveryTimes"} {
		a := s.preflight(path, shopOrigin).want(200)
		if a.cors() != "" || string(a.body) != `"OK"` || !strings.Contains(a.header.Get("Allow"), "OPTIONS") {
			t.Errorf("OPTIONS %s: %v %s", path, a.header, a.body)
		}
	}
	if a := s.call("GET", s.PublicURL+"/deliveryTimes", nil, "Origin", shopOrigin).want(200); a.cors() != "" {
		t.Errorf("GET: %v", a.header)
	}
}

func TestAnyOriginMayBeConfigured(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.CORSOrigin = []string{"*"} })
	if a := s.call("GET", s.PublicURL+"/deliveryTimes", nil, "Origin", "https://any.example").want(200); a.cors() != "*" {
		t.Errorf("%v", a.header)
	}
	if a := s.call("POST", s.PrivateURL+"/database", "{ getOrder(id: 1) { orderId } }"); a.cors() != "" {
		t.Errorf("the private listener lets %q in", a.cors())
	}
}

const token = "a-token-of-this-test"

// TestThePrivateListenerIsPrivate: if a token is set, only callers with it are accepted, also from this machine, and no
// page of another site.
func TestThePrivateListenerIsPrivate(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PrivateToken = token })
	s.token = ""
	private, err := url.Parse(s.PrivateURL)
	if err != nil {
		t.Fatal(err)
	}
	const right = "Bearer " + token
	for name, c := range map[string]struct {
		headers []string
		code    fault.Code // "": accepted
	}{
		"this machine":                     {nil, fault.Unauthorized},
		"this machine with the token":      {[]string{"Authorization", right}, ""},
		"by name":                          {[]string{"Host", "localhost:" + private.Port()}, fault.Unauthorized},
		"DNS rebinding":                    {[]string{"Host", "evil.example"}, fault.Unauthorized},
		"through a proxy":                  {[]string{"X-Forwarded-For", "203.0.113.1"}, fault.Unauthorized},
		"through a proxy, by nginx":        {[]string{"X-Real-IP", "203.0.113.1"}, fault.Unauthorized},
		"a wrong token on this machine":    {[]string{"Authorization", "Bearer wrong"}, fault.Unauthorized},
		"the token without a scheme":       {[]string{"X-Forwarded-For", "203.0.113.1", "Authorization", token}, fault.Unauthorized},
		"more than the token":              {[]string{"X-Forwarded-For", "203.0.113.2", "Authorization", right + "x"}, fault.Unauthorized},
		"through a proxy with the token":   {[]string{"X-Forwarded-For", "203.0.113.1", "Authorization", right}, ""},
		"another host with the token":      {[]string{"Host", "shop.internal", "Authorization", right}, ""},
		"a part of the token":              {[]string{"X-Forwarded-For", "203.0.113.4", "Authorization", right[:12]}, fault.Unauthorized},
		"an empty token":                   {[]string{"X-Forwarded-For", "203.0.113.5", "Authorization", "Bearer "}, fault.Unauthorized},
		"the token as a password":          {[]string{"X-Forwarded-For", "203.0.113.6", "Authorization", "Basic " + token}, fault.Unauthorized},
		"a made-up session":                {[]string{"Cookie", "webshop_session=token~zzzzzz~a~b"}, fault.Unauthorized},
		"a page of another site":           {[]string{"Origin", "https://evil.example"}, fault.Forbidden},
		"a page of another port":           {[]string{"Origin", s.PublicURL}, fault.Forbidden},
		"a cross-site request":             {[]string{"Sec-Fetch-Site", "cross-site"}, fault.Forbidden},
		"a request of a sibling site":      {[]string{"Sec-Fetch-Site", "same-site"}, fault.Forbidden},
		"a page of another site, a token":  {[]string{"Origin", "https://evil.example", "Authorization", right}, fault.Forbidden},
		"a page of its own":                {[]string{"Sec-Fetch-Site", "same-origin", "Origin", s.PrivateURL, "Authorization", right}, ""},
		"a page of its own, and no token":  {[]string{"Sec-Fetch-Site", "same-origin", "Origin", s.PrivateURL}, fault.Unauthorized},
		"a sandboxed page":                 {[]string{"Origin", "null"}, fault.Forbidden},
		"an address typed into the window": {[]string{"Sec-Fetch-Site", "none", "Authorization", right}, ""},
	} {
		t.Run(name, func(t *testing.T) { s.in(t).everywhere(c.headers, c.code) })
	}
}

// TestAShopWithoutATokenLetsInThisMachineOnly, and refuses any token, since it knows none.
func TestAShopWithoutATokenLetsInThisMachineOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	private, err := url.Parse(s.PrivateURL)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		headers []string
		code    fault.Code
	}{
		"this machine":                     {nil, ""},
		"by name":                          {[]string{"Host", "localhost:" + private.Port()}, ""},
		"by IPv6":                          {[]string{"Host", "[::1]:" + private.Port()}, ""},
		"a cookie of another shop":         {[]string{"Cookie", "webshop_session=token~zzzzzz~a~b"}, ""},
		"DNS rebinding":                    {[]string{"Host", "evil.example"}, fault.Unauthorized},
		"DNS rebinding with the port":      {[]string{"Host", "evil.example:" + private.Port()}, fault.Unauthorized},
		"a host that begins like it":       {[]string{"Host", "127.0.0.1.evil.example"}, fault.Unauthorized},
		"a host that ends like it":         {[]string{"Host", "evil.localhost.example:" + private.Port()}, fault.Unauthorized},
		"through a proxy":                  {[]string{"X-Forwarded-For", "203.0.113.1"}, fault.Unauthorized},
		"through a proxy, standardized":    {[]string{"Forwarded", "for=203.0.113.1"}, fault.Unauthorized},
		"through a proxy, nameless":        {[]string{"X-Forwarded-For", ""}, fault.Unauthorized},
		"through a proxy, by nginx":        {[]string{"X-Real-IP", "203.0.113.1"}, fault.Unauthorized},
		"through a proxy that says itself": {[]string{"Via", "1.1 proxy"}, fault.Unauthorized},
		"a token, on this machine":         {[]string{"Authorization", "Bearer x"}, fault.Unauthorized},
		"an empty token":                   {[]string{"X-Forwarded-For", "203.0.113.1", "Authorization", "Bearer "}, fault.Unauthorized},
		"a page of another site":           {[]string{"Origin", "https://evil.example"}, fault.Forbidden},
	} {
		t.Run(name, func(t *testing.T) { s.in(t).everywhere(c.headers, c.code) })
	}
}

// everywhere calls each kind of private route, and wants that problem, or success.
func (s *shop) everywhere(headers []string, code fault.Code) {
	s.Helper()
	for _, r := range []struct{ method, path, body string }{
		{"POST", "/database", "{ getAllTestOrders(testId: 1) { orderId } }"}, {"POST", "/stock", `{"orderId":4711}`},
		{"PUT", "/partners/payments-us/knobs", `{}`}, {"POST", "/deadletters/a/b/replay", ""}, {"POST", "/rules/rollback", `{"expect":1}`},
	} {
		a := s.call(r.method, s.PrivateURL+r.path, r.body, anew(headers)...)
		switch {
		case code != "":
			a.refuses(code)
		case a.status == 401 || a.status == 403:
			s.Errorf("%s is refused: %s", r.path, a.body)
		}
		if challenge := a.header.Get("WWW-Authenticate"); code == fault.Unauthorized && challenge != "Bearer" {
			s.Errorf("%s: WWW-Authenticate is %q", r.path, challenge)
		}
	}
	if code != "" { // reading is as private as writing
		paths := []string{"/", "/console/live", "/mail", "/partners", "/metrics", "/alerts", "/console/api/now", "/console/api/orders/1", "/console/api/orders?q=a", "/deadletters", "/debug/pprof/", "/openapi.json", "/database?query={__typename}", "/nothing"}
		if slices.Contains(headers, "Authorization") {
			paths = paths[:3] // more would be slowed down
		}
		for _, path := range paths {
			s.call("GET", s.PrivateURL+path, nil, anew(headers)...).refuses(code)
		}
	}
}

var clients atomic.Int64

// anew lets each wrong token come from a new client, since several from one are slowed down.
func anew(headers []string) []string {
	if !slices.Contains(headers, "Authorization") || slices.Contains(headers, "Bearer "+token) {
		return headers
	}
	return append(slices.Clone(headers), "X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", clients.Add(1)/256, clients.Load()%256))
}

// TestAPrivateAddressThatOthersReachTakesAToken: one is made, and a short one is refused.
func TestAPrivateAddressThatOthersReachTakesAToken(t *testing.T) {
	t.Parallel()
	for _, wrong := range []func(*app.Config){
		func(c *app.Config) { c.PrivateAddr = "no port" },
		func(c *app.Config) { c.PrivateToken = "too short" },
	} {
		c := config(t)
		wrong(&c)
		if _, err := app.Start(t.Context(), c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "--private-") {
			t.Errorf("%v", err)
		}
	}
	s := start(t, func(c *app.Config) { c.PrivateAddr = "0.0.0.0:0" })
	if s.Mode != "production" || s.token == "" {
		t.Errorf("the mode is %s, and the token has %d bytes", s.Mode, len(s.token))
	}
	s.call("GET", s.PrivateURL+"/partners", nil, "Host", "shop.internal").want(200)
	s.call("GET", s.PrivateURL+"/partners", nil, "Authorization", noToken).refuses(fault.Unauthorized)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		s.call("GET", s.PublicURL+path, nil).want(204)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestOpenAPI: each listener describes its own routes, each with its input and its problems.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := start(t)
	for base, want := range map[string][]string{
		s.PublicURL:  {"/bookDelivery", "/callbacks/carrier", "/callbacks/mail", "/callbacks/payments-mx", "/callbacks/payments-us", "/callbacks/screening", "/callbacks/stockist", "/cancelOrder", "/catalog", "/checkPayment", "/complaints", "/complaints/photo", "/createOrder", "/deliveryTimes", "/findOrder", "/moveDelivery", "/payOrder", "/quote", "/receipt", "/trackOrder", "/trackOrder/share"},
		s.PrivateURL: {"/alerts", "/answerComplaint", "/approve", "/audit", "/bookDelivery", "/books/balances", "/books/documents", "/books/entries", "/books/open", "/books/payments", "/books/payouts", "/books/periods", "/books/rates", "/books/statement", "/books/taxes", "/bulk", "/bulk/stop", "/bulk/try", "/bulk/jobs/{id}", "/cancelOrder", "/complaints", "/complaints/photo", "/correctOrder", "/deadletters", "/deadletters/replay", "/deadletters/{event}/{subscriber}", "/deliveryTimes", "/email", "/finance", "/ledger", "/ledger/corrections", "/mails/{event}/{subscriber}", "/moveDelivery", "/notes", "/orderLink", "/placeOrder", "/privacy/erase", "/privacy/erasures", "/privacy/export", "/refundOrder", "/refuse", "/renewLink", "/reportDelivery", "/reviews", "/rules", "/stock", "/stock/counts", "/updateOrderStatus"},
	} {
		var doc struct {
			OpenAPI string
			Paths   map[string]map[string]struct {
				Summary   string
				Responses map[string]json.RawMessage
			}
		}
		s.call("GET", base+"/openapi.json", nil).want(200).into(&doc)
		if !strings.HasPrefix(doc.OpenAPI, "3.1") {
			t.Errorf("OpenAPI %q", doc.OpenAPI)
		}
		for _, path := range want {
			if doc.Paths[path] == nil {
				t.Errorf("%s is not described", path)
			}
		}
		for path, operations := range doc.Paths {
			if !slices.ContainsFunc(want, func(known string) bool { return strings.HasPrefix(path, known) }) {
				t.Errorf("%s is described; it is not of this listener", path)
			}
			for method, o := range operations {
				if o.Summary == "" || len(o.Responses) < 2 {
					t.Errorf("%s %s tells too little: %+v", method, path, o)
				}
			}
		}
	}
}

var measurement = regexp.MustCompile(`webshop_http_request_seconds_count\{[^}]*route="([^"]*)",status="(\d+)"[^}]*\} (\d+)`)

// TestMetrics: requests are counted by route, and no request adds a route.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.create(realOrder("Counted"))
	s.call("POST", s.PrivateURL+"/stock", `{"orderId":4711}`).want(404)
	for i := range 50 {
		s.call("GET", fmt.Sprintf("%s/nothing/%d", s.PrivateURL, i), nil).want(404)
		s.call("GET", fmt.Sprintf("%s/mail/%d?format=json", s.PrivateURL, i), nil).want(404)
		s.call("GET", fmt.Sprintf("%s/deadletters/%d/x", s.PrivateURL, i), nil).want(404)
		s.call("GET", fmt.Sprintf("%s/partners/%d/knobs", s.PrivateURL, i), nil).want(404)
		s.call("GET", fmt.Sprintf("%s/nothing/%d", s.PublicURL, i), nil).want(404)
	}
	text := string(s.call("GET", s.PrivateURL+"/metrics", nil).want(200).body)
	counted := map[string]bool{}
	for _, m := range measurement.FindAllStringSubmatch(text, -1) {
		counted[m[1]+" "+m[2]] = true
	}
	if len(counted) > 20 {
		t.Errorf("%d series: %v", len(counted), counted)
	}
	for _, want := range []string{"/stock 404", "/createOrder 200"} {
		if !counted[want] {
			t.Errorf("%q is not counted: %v", want, counted)
		}
	}
	for _, name := range []string{"go_goroutines", "process_resident_memory_bytes"} {
		if !strings.Contains(text, name) {
			t.Errorf("no %s", name)
		}
	}
}

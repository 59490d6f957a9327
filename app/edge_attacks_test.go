package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// dialFrom connects to the public listener from another address of this machine.
func (s *shop) dialFrom(address string) net.Conn {
	s.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: patience}
	c, err := dialer.DialContext(s.Context(), "tcp", strings.TrimPrefix(s.PublicURL, "http://"))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = c.Close() }) // the shop may have closed it
	return c
}

// orderFrom orders from another address of this machine, and returns the status.
func (s *shop) orderFrom(address, name string) int {
	s.Helper()
	client := http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return s.dialFrom(address), nil },
	}}
	body := fmt.Sprintf(`{"name":%q,"email":"someone@example.com","phone":"123456","street":"s 1","city":"c","customerType":"B2C","market":"US","products":"BB001","totalPrice":15000}`, name)
	got, err := client.Post(s.PublicURL+"/createOrder", "application/json", strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, got.Body) // to its end
	_ = got.Body.Close()
	return got.StatusCode
}

// TestIdleConnectionsKeepNoOneOut: one address opens more connections than the listener allows in total, and leaves them
// idle.
func TestIdleConnectionsKeepNoOneOut(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.MaxConnections, c.RateLimit = 400, 5 })
	answered := 0
	for range 600 {
		c := s.dialFrom("127.0.0.3")
		if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if statusOf(t, c) == http.StatusNoContent {
			answered++
		}
	}
	if answered != 600 {
		t.Errorf("%d of 600 were answered", answered)
	}
	if status := s.orderFrom("127.0.0.2", "Served"); status != 200 {
		t.Errorf("another client is answered %d", status)
	}
	f := s.figures()
	if closed := f.series[`webshop_connections_closed_total{bound="client"}`]; closed == "0" || closed == "" {
		t.Errorf("%q connections were closed for their client's own", closed)
	}
	s.eventually("no more connections are open than allowed", func() bool {
		var open float64
		_, _ = fmt.Sscan(s.figures().series["webshop_connections{}"], &open) // 0 for now
		return open > 0 && open <= 400
	})
}

// TestSlowBodiesKeepNoOneOut: three addresses send more orders than are accepted at once, and never end them.
func TestSlowBodiesKeepNoOneOut(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.MaxIntake, c.RateLimit = 4, 5 })
	for i := range 30 {
		c := s.dialFrom(fmt.Sprintf("127.0.0.%d", 3+i%3))
		if _, err := io.WriteString(c, "POST /createOrder HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{"); err != nil {
			t.Fatal(err)
		}
	}
	s.eventually("the bodies have begun", func() bool { return s.figures().series["webshop_bodies_bytes{}"] == "30" })
	if status := s.orderFrom("127.0.0.2", "Served"); status != 200 {
		t.Errorf("another client is answered %d", status)
	}
}

// TestTheShopIsNoMailCannon: strangers of many addresses order for someone else's mailbox, written in many ways. Beyond
// the limit nothing is stored, charged or mailed; others can order, and so can this machine.
func TestTheShopIsNoMailCannon(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RateLimit = 100 })
	taken := 0
	for i := range 60 {
		d := realOrder(fmt.Sprintf("Cannon %d", i), "email", fmt.Sprintf("vi.ct.im+%d@GMail.com", i))
		a := s.call("POST", s.PublicURL+"/createOrder", d, as(fmt.Sprintf("203.0.113.%d", i))...)
		if a.status == 200 {
			taken++
			continue
		}
		a.refuses(fault.TooMany)
		if a.header.Get("Retry-After") == "" {
			t.Error("it is not said when to come back")
		}
	}
	if n := s.footprint().Orders; taken < 20 || taken > 22 || n != taken { // 20 at once, and one more every three minutes
		t.Errorf("%d orders were taken, %d are stored", taken, n)
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Other", "email", "other@gmail.com"), as("203.0.113.1")...).want(200)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Here", "email", "victim@gmail.com")).want(200)
	if refused := s.figures().series[`webshop_recipients_refused_total{bound="address"}`]; refused != fmt.Sprint(60-taken) {
		t.Errorf("%s refusals are counted", refused)
	}
}

// TestASpoofedForwardedForGainsNothing: whatever a client writes into the header, what its proxy added counts.
func TestASpoofedForwardedForGainsNothing(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RateLimit = 0.1 })
	refused := 0
	for i := range 20 {
		for _, said := range []string{"198.51.100.%d, 203.0.113.7", "127.0.0.1, 198.51.100.%d, 203.0.113.7", "2001:db8:%d::1,203.0.113.7"} {
			if s.call("POST", s.PublicURL+"/createOrder", "{}", as(fmt.Sprintf(said, i))...).status == http.StatusTooManyRequests {
				refused++
			}
		}
	}
	if refused < 40 {
		t.Errorf("%d of 60 were refused", refused)
	}
}

// TestAPageOfAnotherSiteChangesNothing, neither by a form that a visitor's browser sends, nor by a script.
func TestAPageOfAnotherSiteChangesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.CORSOrigin, c.PublicURL = []string{shopOrigin}, "https://public.example" })
	base := "http://" + s.PublicAddress()
	for name, c := range map[string]struct {
		headers []string
		refused bool
	}{
		"a form of another site":     {[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Origin", "https://evil.example", "Content-Type", "text/plain"}, true},
		"an older browser":           {[]string{"Origin", "https://evil.example"}, true},
		"a sandboxed page":           {[]string{"Origin", "null"}, true},
		"a sibling":                  {[]string{"Sec-Fetch-Site", "same-site", "Origin", "https://blog.public.example"}, true},
		"without origin":             {[]string{"Sec-Fetch-Site", "cross-site"}, true},
		"the shop's own page":        {[]string{"Sec-Fetch-Site", "same-origin", "Origin", "https://public.example"}, false},
		"its own, an older browser":  {[]string{"Origin", "https://public.example"}, false},
		"its own, by the listener's": {[]string{"Origin", base}, false},
		"an allowed origin":          {[]string{"Sec-Fetch-Site", "cross-site", "Origin", shopOrigin}, false},
		"no browser":                 {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			for _, path := range []string{"/createOrder", "/bookDelivery", "/cancelOrder", "/quote", "/callbacks/stockist"} {
				a := s.call("POST", base+path, "{}", c.headers...)
				if c.refused {
					a.refuses(fault.Forbidden)
				} else if a.status == http.StatusForbidden {
					t.Errorf("%s is refused: %s", path, a.body)
				}
			}
			s.call("GET", base+"/catalog", nil, c.headers...).want(200)
		})
	}
	if n := s.footprint().Orders; n != 0 {
		t.Errorf("%d orders were made", n)
	}
}

// TestALinkMayLeadToTheConsole, and nothing else of the private listener opens from another site.
func TestALinkMayLeadToTheConsole(t *testing.T) {
	t.Parallel()
	s := start(t)
	link := []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
	for _, path := range []string{"/console", "/mail"} {
		s.call("GET", s.PrivateURL+path, nil, link...).want(200)
	}
	for _, path := range []string{"/metrics", "/console/api/now", "/debug/pprof/profile?seconds=1", "/database?query={__typename}", "/alerts"} {
		s.call("GET", s.PrivateURL+path, nil, link...).refuses(fault.Forbidden)
	}
	s.call("GET", s.PrivateURL+"/console", nil, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image").refuses(fault.Forbidden)
}

// TestLivePagesAreLimitedByClientFirst: one client that opens as many as it may leaves the others to other clients.
func TestLivePagesAreLimitedByClientFirst(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RateLimit = 100 })
	link, err := url.Parse(s.create(realOrder("Watched")).TrackingURL)
	if err != nil {
		t.Fatal(err)
	}
	watch := func(client string) int {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.PublicURL+"/trackOrder/live?"+link.RawQuery, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", client)
		got, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = got.Body.Close() }) // read only
		if got.StatusCode == 200 {
			if _, err := bufio.NewReader(got.Body).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		return got.StatusCode
	}
	let := 0
	for let < 100 && watch("203.0.113.7") == 200 {
		let++
	}
	if let != 50 || watch("203.0.113.7") != http.StatusTooManyRequests || watch("203.0.113.8") != 200 {
		t.Errorf("%d were let in at once", let)
	}
}

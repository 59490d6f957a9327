package app_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/login"
)

// TestAPlainReverseProxyOpensNothing: a proxy on the shop's machine that does not name its clients, also under the
// private listener's own name.
func TestAPlainReverseProxyOpensNothing(t *testing.T) {
	t.Parallel()
	for name, public := range map[string]func(*app.Config){
		"a token":      func(c *app.Config) { c.PrivateToken = token },
		"an operator":  operated,
		"a public URL": func(c *app.Config) { c.PublicURL = "http://shop.example" },
		"a public address": func(c *app.Config) {
			c.PublicAddr = "0.0.0.0:0"
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, public)
			s.token = ""
			to, err := url.Parse(s.PrivateURL)
			if err != nil {
				t.Fatal(err)
			}
			proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }})
			defer proxy.Close()
			for _, base := range []string{proxy.URL, s.PrivateURL} {
				s.call("GET", base+"/console/api/now", nil).refuses(fault.Unauthorized)
				s.call("GET", base+"/metrics", nil).refuses(fault.Unauthorized)
				s.call("POST", base+"/cancelOrder", `{"orderId":1}`).refuses(fault.Unauthorized)
				s.call("POST", base+"/database", "{ counts { pending } }").refuses(fault.Unauthorized)
			}
		})
	}
}

// TestAWrongTokenIsRefusedInBothModes, also from this machine.
func TestAWrongTokenIsRefusedInBothModes(t *testing.T) {
	t.Parallel()
	for mode, s := range map[string]*shop{"local": start(t), "production": start(t, operated)} {
		if s.Mode != mode {
			t.Errorf("the mode is %s, want %s", s.Mode, mode)
		}
		s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", "Bearer nobody's token").refuses(fault.Unauthorized)
	}
}

// TestTheFirstTokenIsMadeAndKept where only the shop's user can read it; a restart keeps it, and a shop that needs none
// makes none.
func TestTheFirstTokenIsMadeAndKept(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PublicURL = "http://shop.example" })
	file := filepath.Join(s.config.DataDir, "private.token")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 || s.TokenFile != file {
		t.Fatalf("%v, %v; the shop tells %q", info, err, s.TokenFile)
	}
	before := s.token
	again := s.restart()
	if again.token != before || len(before) < 16 {
		t.Error("the token was not kept, or is short")
	}
	again.call("GET", again.PrivateURL+"/alerts", nil).want(200)
	var out strings.Builder
	if err := app.OperatorClient(again.PrivateURL, "", again.config.DataDir, &out).Order(t.Context(), 4711); err == nil || !strings.Contains(err.Error(), "there is no order") {
		t.Errorf("a command on this machine: %v", err)
	}
	local := start(t)
	if _, err := os.Stat(filepath.Join(local.config.DataDir, "private.token")); err == nil {
		t.Error("a local shop made a token")
	}
	if shown, err := app.TokenFor("https://elsewhere.example:8081", "", again.config.DataDir); err != nil || shown != "" {
		t.Errorf("another machine is shown the kept token: %v", err)
	}
}

// browser returns a client that keeps cookies as a browser does, but follows no redirect, so that the test sees it.
func (s *shop) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// post sends a form.
func (s *shop) post(c *http.Client, path string, form url.Values) *http.Response {
	s.Helper()
	r, err := c.PostForm(s.PrivateURL+path, form)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = r.Body.Close() })
	return r
}

// sees returns the status of a page.
func (s *shop) sees(c *http.Client, path string) int {
	s.Helper()
	r, err := c.Get(s.PrivateURL + path)
	if err != nil {
		s.Fatal(err)
	}
	defer r.Body.Close()
	return r.StatusCode
}

// TestATokenIsExchangedForASession, which the console uses, and which ends when its holder logs out.
func TestATokenIsExchangedForASession(t *testing.T) {
	t.Parallel()
	s := start(t, operated)
	c := s.browser()
	if status := s.sees(c, "/console/api/now"); status != 401 {
		t.Errorf("before: %d", status)
	}
	if r := s.post(c, "/login", url.Values{"token": {"a wrong token of ann"}}); r.StatusCode != 401 || len(r.Cookies()) != 0 {
		t.Errorf("a wrong token: %d %v", r.StatusCode, r.Cookies())
	}
	r := s.post(c, "/login", url.Values{"token": {anns}, "next": {"/console/orders?q=a"}})
	if r.StatusCode != 303 || r.Header.Get("Location") != "/console/orders?q=a" || len(r.Cookies()) != 1 {
		t.Fatalf("logged in: %d %v", r.StatusCode, r.Header)
	}
	cookie := r.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.MaxAge != int(login.SessionValid.Seconds()) || strings.Contains(cookie.Value, anns) {
		t.Errorf("the cookie: %v", cookie)
	}
	if status := s.sees(c, "/console/api/now"); status != 200 {
		t.Errorf("with the session: %d", status)
	}
	s.call("PUT", s.PrivateURL+"/partners/carrier/knobs", `{}`, "Authorization", noToken, "Cookie", cookie.String()).want(200)
	s.call("PUT", s.PrivateURL+"/partners/carrier/knobs", `{}`, "Authorization", noToken, "Cookie", cookie.String(), "Sec-Fetch-Site", "cross-site").refuses(fault.Forbidden)
	if last := s.done()[0]; last != "ann: knobs 0  carrier {}" {
		t.Errorf("written down: %s", last)
	}
	if r := s.post(c, "/logout", nil); r.StatusCode != 204 {
		t.Errorf("log out: %d", r.StatusCode)
	}
	s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", noToken, "Cookie", cookie.String()).refuses(fault.Unauthorized)
}

// TestTheLoginPageLeadsBackAndNowhereElse, and its cookie is Secure if the browser uses HTTPS.
func TestTheLoginPageLeadsBackAndNowhereElse(t *testing.T) {
	t.Parallel()
	s := start(t, operated)
	a := s.call("GET", s.PrivateURL+"/login?next=%2Fconsole%2Frules", nil, "Authorization", noToken).want(200)
	if text := string(a.body); !strings.Contains(text, `value="/console/rules"`) || strings.Contains(text, "<script") {
		t.Errorf("the page: %s", text)
	}
	c := s.browser()
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.PrivateURL+"/console/orders/7?at=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*")
	sent, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer sent.Body.Close()
	if sent.StatusCode != 303 || sent.Header.Get("Location") != "/login?next=%2Fconsole%2Forders%2F7%3Fat%3D1" {
		t.Errorf("a page without a session: %d %v", sent.StatusCode, sent.Header)
	}
	for _, evil := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/login", "/console\r\nSet-Cookie: a=b", "/\t/evil.example"} {
		if r := s.post(s.browser(), "/login", url.Values{"token": {anns}, "next": {evil}}); r.Header.Get("Location") != "/console" {
			t.Errorf("%q leads to %q", evil, r.Header.Get("Location"))
		}
	}
	secure, err := http.NewRequestWithContext(t.Context(), "POST", s.PrivateURL+"/login", strings.NewReader("token="+url.QueryEscape(anns)))
	if err != nil {
		t.Fatal(err)
	}
	secure.Header.Set("X-Forwarded-Proto", "https")
	over, err := c.Do(secure)
	if err != nil {
		t.Fatal(err)
	}
	defer over.Body.Close()
	if cookie := over.Header.Get("Set-Cookie"); !strings.Contains(cookie, "; Secure") {
		t.Errorf("over HTTPS: %d %s", over.StatusCode, cookie)
	}
}

// TestGuessingTokensIsSlowedDown, by token and at the login page, whatever client the guesser claims to be; a caller who
// has used the right token before is accepted nevertheless.
func TestGuessingTokensIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := start(t, operated)
	s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", "Bearer "+anns).want(200)
	slowed := func(send func(i int) int) int {
		for i := range 1000 {
			if status := send(i); status == http.StatusTooManyRequests {
				return i
			} else if status != 401 {
				t.Fatalf("guess %d is answered %d", i, status)
			}
		}
		return 1000
	}
	from := func(client func(i int) string) int {
		return slowed(func(i int) int {
			return s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", fmt.Sprintf("Bearer guess %d", i), "X-Forwarded-For", client(i)).status
		})
	}
	if n := from(func(int) string { return "203.0.113.9" }); n > 50 {
		t.Errorf("one client guessed %d times", n)
	}
	if n := from(func(i int) string { return fmt.Sprintf("198.51.%d.%d", i/256, i%256) }); n > 500 {
		t.Errorf("one connection guessed %d times", n)
	}
	c := s.browser()
	if n := slowed(func(i int) int {
		return s.post(c, "/login", url.Values{"token": {fmt.Sprintf("guess %d", i)}}).StatusCode
	}); n > 50 {
		t.Errorf("%d guesses at the login page", n)
	}
	bobs := func(int) int {
		return s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", "Bearer bob's token is that one").status
	}
	if n := slowed(bobs); n > 50 {
		t.Errorf("%d guesses by token after those at the login page", n)
	}
	s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", "Bearer "+anns).want(200)
}

func withRoles(c *app.Config) {
	c.Operator = []app.Secret{"reader:read=" + "the token of reader", "helper:support", "approve=" + "the token of helper", "ruler:rules=" + "the token of ruler"}
}

// TestEachRoleMayDoItsPart, and is refused everything else.
func TestEachRoleMayDoItsPart(t *testing.T) {
	t.Parallel()
	s := start(t, withRoles)
	made := s.create(realOrder("Roles"))
	for _, c := range []struct {
		method, path, body string
		may                string
	}{
		{"GET", "/alerts", "", "reader helper ruler"},
		{"GET", "/metrics", "", "reader helper ruler"},
		{"GET", "/console", "", "reader helper ruler"},
		{"GET", "/debug/pprof/", "", ""},
		{"POST", "/database", "{ counts { pending } }", "reader helper ruler"},
		{"POST", "/stock", `{"orderId":4711}`, "helper"},
		{"POST", "/cancelOrder", `{"orderId":4711}`, "helper"},
		{"POST", "/approve", `{"orderId":4711}`, "helper"},
		{"POST", "/deadletters/replay", `{"subscriber":"email.OrderCreated"}`, "helper"},
		{"POST", "/rules/rollback", `{"expect":7}`, "ruler"},
		{"PUT", "/partners/carrier/knobs", `{}`, ""},
		{"POST", "/ledger/corrections", `{}`, ""},
		{"POST", "/nothing", `{}`, ""},
	} {
		for _, who := range []string{"reader", "helper", "ruler"} {
			a := s.call(c.method, s.PrivateURL+c.path, c.body, "Authorization", "Bearer the token of "+who)
			if may := strings.Contains(" "+c.may+" ", " "+who+" "); may == (a.status == 403) || a.status == 401 {
				t.Errorf("%s: %s %s is answered %d: %s", who, c.method, c.path, a.status, a.body)
			}
		}
	}
	for _, who := range []string{"reader", "ruler"} {
		if code, _ := s.refusedAs("the token of "+who, fmt.Sprintf(`mutation { updateOrderStatus(id: %d, status: CANCELLED) { orderId } }`, made.OrderID)); code != string(fault.Forbidden) {
			t.Errorf("%s cancels an order over GraphQL: %s", who, code)
		}
	}
}

// refusedAs sends the database service, with a token, what it must refuse.
func (s *shop) refusedAs(token, query string) (code, message string) {
	s.Helper()
	var got struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	a := s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query}, "Authorization", "Bearer "+token)
	if a.into(&got); len(got.Errors) == 0 {
		s.Fatalf("%s was not refused: %s", query, a.body)
	}
	return got.Errors[0].Extensions.Code, got.Errors[0].Message
}

// TestNoOneApprovesInTheNameOfSomeoneElse, and changes over GraphQL are recorded with the operator's name.
func TestNoOneApprovesInTheNameOfSomeoneElse(t *testing.T) {
	t.Parallel()
	s := start(t, withReviews(t), withRoles)
	made := s.create(firm("Reviewed"))
	s.arrives(made.OrderID, "IN_REVIEW")
	decide := func(by string) string {
		return fmt.Sprintf(`mutation { decideReview(orderId: %d, step: "approval", passed: true, by: %q, note: "fine") { holds } }`, made.OrderID, by)
	}
	if code, _ := s.refusedAs("the token of helper", decide("ann")); code != string(fault.Forbidden) {
		t.Errorf("in another name: %s", code)
	}
	if code, _ := s.refusedAs("the token of reader", decide("")); code != string(fault.Forbidden) {
		t.Errorf("a reader: %s", code)
	}
	s.call("POST", s.PrivateURL+"/database", map[string]any{"query": decide("")}, "Authorization", "Bearer the token of helper").want(200)
	s.arrives(made.OrderID, "STOCKED")
	var got struct {
		GetOrder struct {
			Reviews []struct{ By string }
		}
	}
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { reviews { by } } }", made.OrderID), &got)
	if by := got.GetOrder.Reviews[0].By; by != "helper" {
		t.Errorf("it was decided by %q", by)
	}
	want := fmt.Sprintf("helper: approve %d  approval fine", made.OrderID)
	if all := strings.Join(s.done(), "\n"); !strings.Contains(all, want) {
		t.Errorf("%q is not in %s", want, all)
	}
}

// TestWhoMayNotApproveDoesNotPlaceWhatIsInReview: without the role approve, no route places an order in review.
func TestWhoMayNotApproveDoesNotPlaceWhatIsInReview(t *testing.T) {
	t.Parallel()
	s := start(t, withReviews(t), func(c *app.Config) {
		c.Operator = []app.Secret{"helper:support=the token of helper"}
	})
	id := s.create(firm("Reviewed")).OrderID
	s.arrives(id, "IN_REVIEW")
	const as = "Bearer the token of helper"
	s.call("POST", s.PrivateURL+"/updateOrderStatus", map[string]any{"orderId": id, "status": "PLACED"}, "Authorization", as).problem(fault.Forbidden)
	s.call("POST", s.PrivateURL+"/updateOrderStatus", fmt.Sprintf(`{"orderId":4711,"status":"STOCKED","detail":{"orderId":%d,"status":"PLACED"}}`, id), "Authorization", as).problem(fault.Forbidden)
	s.call("POST", s.PrivateURL+"/placeOrder", fmt.Sprintf(`{"detail":{"orderId":%d}}`, id), "Authorization", as).problem(fault.Forbidden)
	if code, _ := s.refusedAs("the token of helper", fmt.Sprintf(`mutation { a: updateOrderStatus(id: %d, status: PLACED) { orderId } }`, id)); code != string(fault.Forbidden) {
		t.Errorf("over GraphQL: %s", code)
	}
	if n := s.figures().series[`webshop_mutations_refused_total{mutation="updateOrderStatus"}`]; n != "1" {
		t.Errorf("%q refused mutations are counted", n)
	}
	if o := s.order(id); o.Status != "IN_REVIEW" {
		t.Errorf("it is %s", o.Status)
	}
}

// TestRefusedLoginsAreLoggedAndCounted: the log distinguishes clients without naming them.
func TestRefusedLoginsAreLoggedAndCounted(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t, operated)
	for _, client := range []string{"203.0.113.7", "203.0.113.7", "203.0.113.8"} {
		s.call("GET", s.PrivateURL+"/alerts", nil, "Authorization", "Bearer a guessed token", "X-Forwarded-For", client).refuses(fault.Unauthorized)
	}
	if text := string(s.call("GET", s.PrivateURL+"/metrics", nil).want(200).body); !strings.Contains(text, `webshop_logins_refused_total{reason="wrong-token"} 3`) {
		t.Error("they are not counted")
	}
	s.stop()
	seen := map[string]int{}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "log=security") && strings.Contains(line, "reason=wrong-token") {
			_, client, _ := strings.Cut(strings.TrimSpace(line), "client=")
			seen[strings.Fields(client)[0]]++
		}
	}
	if len(seen) != 2 || strings.Contains(log.String(), "203.0.113.") || strings.Contains(log.String(), "a guessed token") {
		t.Errorf("clients in the log: %v", seen)
	}
}

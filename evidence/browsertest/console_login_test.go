//go:build browser

package browsertest

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"acme.example/webshop/app"
)

const annsToken = "ann's own token is this"

func asAnn(c *app.Config) { c.Operator = []app.Secret{"ann=" + annsToken} }

// logIn gives ann's token to the login page, which must be open.
func (p *tab) logIn() {
	p.Helper()
	p.says("h1", "Log in")
	p.fill("#token", annsToken)
	p.pressed("main", "Log in")
}

// TestConsoleLogsInAndOut: an operator is led to the login page and back, is named, and has no access after logging out;
// also through a proxy on the shop's machine.
func TestConsoleLogsInAndOut(t *testing.T) {
	t.Parallel()
	s := start(t, asAnn)
	target, err := url.Parse(s.PrivateURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(httputil.NewSingleHostReverseProxy(target))
	t.Cleanup(proxy.Close)
	p := s.visit(desktop, "en-US")
	p.expect("status of 401")
	p.goTo(proxy.URL + "/console/partners")
	p.says("h1", "Log in")
	p.audit("the login page")
	p.fill("#token", "a wrong token")
	p.pressed("main", "Log in")
	p.says("[role=alert]", "does not know this token")
	p.audit("the login page after a wrong token")
	p.logIn()
	p.says("h1", "Partners")
	p.calm()
	p.says("#operator", "Log out ann")
	p.click("#carrier summary")
	p.pressed("#carrier", "Turn the knobs")
	p.confirms("Turn the knobs of carrier?")
	p.click("#operator")
	p.says("h1", "Log in")
	p.goTo(proxy.URL + "/console")
	p.says("h1", "Log in")
}

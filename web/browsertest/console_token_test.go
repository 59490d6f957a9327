//go:build browser

package browsertest

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"acme.example/webshop/app"
)

// TestConsoleFromElsewhereAsksForTheToken: through a proxy, which says for whom it asks, the pages come and their data
// only with a token. Who gives none is not asked over and over.
func TestConsoleFromElsewhereAsksForTheToken(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.Operator = []app.Secret{"ann=ann's own token is this"} })
	target, err := url.Parse(s.PrivateURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(httputil.NewSingleHostReverseProxy(target))
	t.Cleanup(proxy.Close)
	p := s.visit(desktop, "en-US")
	p.expect("status of 401")
	p.goTo(proxy.URL + "/console/partners")
	p.says("#ask-title", "Who are you?")
	p.click("#ask-no")
	p.until(`!document.querySelector("#ask").open && document.querySelector("#pulse").dataset.state === "lost"`)
	p.click("#operator")
	p.fill("#ask input", "a wrong one")
	p.click("#ask-yes")
	p.says("#ask-title", "This token is not known")
	p.fill("#ask input", "ann's own token is this")
	p.click("#ask-yes")
	p.calm()
	p.says("#operator", "Forget the token")
	p.click("#operator")
}

// TestAConsoleActionWithAWrongTokenSaysSo, on the shop's own machine too, and is not done.
func TestAConsoleActionWithAWrongTokenSaysSo(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.Operator = []app.Secret{"ann=ann's own token is this"} })
	p := s.visit(desktop, "en-US")
	p.expect("status of 401")
	p.operate("/console/partners")
	p.click("#carrier summary")
	p.pressed("#carrier", "Turn the knobs")
	p.says("#ask-title", "Turn the knobs of carrier?")
	p.click("#ask-yes")
	p.says("#ask-title", "Who are you?")
	p.fill("#ask input", "a wrong one")
	p.click("#ask-yes")
	p.says("#ask-title", "This token is not known")
	p.click("#ask-no")
	p.says("#problem", "this token is not known; nothing was done")
}

//go:build browser

package browsertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acme.example/webshop/app"
)

// TestPagesThatAreElsewhere: the shop's own pages link to those on another host, if there are some.
func TestPagesThatAreElsewhere(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,"><h1>`+r.URL.Path+`</h1>`)
	}))
	t.Cleanup(site.Close)
	s := start(t, func(c *app.Config) {
		c.SuccessPage, c.DeliveryPage = site.URL+"/thanks.html", site.URL+"/pick.html?order="
	})
	p, _ := s.ready("en-US")
	p.priced()
	p.click("#submit")
	p.until(`location.href === %s`, site.URL+"/thanks.html")
	p.says("h1", "/thanks.html")
	made := s.stocked("Followed", "US")
	p.goTo(s.trackingPage(made))
	p.until(`document.querySelector("#act")?.checkVisibility()`)
	if to := js[string](p, `document.querySelector("#act a").href`); !strings.HasPrefix(to, site.URL+"/pick.html?order=2-") {
		t.Errorf("the order's page leads to %s", to)
	}
}

package stripe_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"acme.example/webshop/payments"
)

// TestPages goes through the stand-in's pages as a customer does.
func TestPages(t *testing.T) {
	w := newWorld(t)
	r := w.begin(w.card("key-1"))
	out := w.find(r, payments.ActionRequired)
	w.sees(http.MethodGet, out.Action.URL, "NO MONEY MOVES", `href="https://shop.example/paid"`)
	w.sees(http.MethodPost, out.Action.URL+"/no-funds", "declined", `id="pay"`)
	w.sees(http.MethodPost, out.Action.URL+"/secure", "3-D Secure", `id="pay"`, `id="decline"`)
	w.sees(http.MethodPost, out.Action.URL+"/pay", "to https://shop.example/paid")
	w.find(r, payments.Paid)
	w.sees(http.MethodPost, out.Action.URL+"/pay", "to be paid by card")
	w.sees(http.MethodGet, out.Action.URL, "This page is complete.")
	voucher := w.begin(w.oxxo("key-2"))
	out = w.find(voucher, payments.ActionRequired)
	w.sees(http.MethodPost, out.Action.URL+"/voucher", "to https://shop.example/paid")
	out = w.find(voucher, payments.ActionRequired)
	w.sees(http.MethodGet, out.Action.Voucher.URL, out.Action.Voucher.Number)
	w.sees(http.MethodGet, w.stripe.URL+"/pay/cs_live_9", "no session")
}

// sees expects parts of an answer: of its page, or of where it leads to.
func (w *world) sees(method, address string, parts ...string) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, address, nil)
	w.must(err)
	res, err := http.DefaultTransport.RoundTrip(req)
	w.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	w.must(err)
	text := string(body) + "to " + res.Header.Get("Location")
	for _, part := range parts {
		if !strings.Contains(text, part) {
			w.Errorf("%s %s lacks %q: %s", method, address, part, text)
		}
	}
}

package edge

import (
	"net/http"
	"strings"
)

// answerHeaders are on every answer of both listeners; pages have stricter and longer-lived ones of their own. What
// the API answers is of one customer, and its address may hold a key: no cache keeps it, and no other site hears of it.
var answerHeaders = map[string]string{
	"X-Content-Type-Options":  "nosniff",
	"Referrer-Policy":         "no-referrer",
	"Cache-Control":           "no-store",
	"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	"X-Frame-Options":         "DENY", // for browsers that do not know frame-ancestors
	// No page of another site gets into the same process of a browser, by embedding an answer or by opening a page.
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
}

// WithHeaders sets what protects answers. A shop whose customers come by HTTPS tells their browsers to stay with it;
// not for subdomains, which are not the shop's to decide about.
func WithHeaders(publicURL string) func(http.Handler) http.Handler {
	secure := strings.HasPrefix(publicURL, "https://")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for name, value := range answerHeaders {
				h.Set(name, value)
			}
			if secure {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}

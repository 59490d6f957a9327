package edge

import (
	"net/http"
	"strings"
)

// answerHeaders are on every answer of both listeners; pages have stricter ones that last longer. Answers of the API
// belong to one customer, and their addresses may have a key: no cache keeps them, and no other site learns them.
var answerHeaders = map[string]string{
	"X-Content-Type-Options":  "nosniff",
	"Referrer-Policy":         "no-referrer",
	"Cache-Control":           "no-store",
	"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	"X-Frame-Options":         "DENY", // for browsers without frame-ancestors
	// Pages of other sites cannot share a browser process with this one by embedding an answer or opening a page.
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
}

// WithHeaders sets protective headers. If the public URL is HTTPS, browsers must keep to it; but not for subdomains,
// which do not belong to the shop.
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

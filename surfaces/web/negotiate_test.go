package web

import (
	"net/http/httptest"
	"testing"
)

func TestChoose(t *testing.T) {
	c := catalogue{"en": {}, "es": {}}
	for _, test := range []struct{ cookies, header, want string }{
		{"", "", "en"},
		{"", "es-MX,es;q=0.9,en;q=0.8", "es"},
		{"", "ES", "es"},
		{"", "fr;q=0.9, es;q=0.5, en;q=0.4", "es"},
		{"", "en;q=0.1,es;q=0.2", "es"},
		{"", "es;q=0,en", "en"},
		{"", "es;q=none,de", "en"},
		{"", "de,*;q=0.5", "en"},
		{"language=es", "en", "es"},
		{"language=en", "es", "en"},
		{"language=xx", "es", "es"},
		{"language=../../etc", "", "en"},
		{"market-language=es", "en", "en"},
		{"market-language=en", "es", "es"},
		{"market-language=es", "fr, *;q=0.5", "es"},
		{"market-language=es", "", "es"},
		{"order-language=es", "en", "es"},
		{"order-language=es; market-language=en", "fr", "es"},
		{"order-language=es; language=en", "es", "en"},
		{"order-language=xx", "es", "es"},
		{"market-language=xx", "es", "es"},
		{"language=en; market-language=es", "es", "en"},
		{"market-language=es; language=en", "es", "en"},
		{"language=xx; market-language=es", "fr", "es"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", test.header)
		if test.cookies != "" {
			r.Header.Set("Cookie", test.cookies)
		}
		if got := c.choose(r); got != test.want {
			t.Errorf("cookies %q, header %q: %s, want %s", test.cookies, test.header, got, test.want)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, GZIP": true, "br": false, "*": true, "gzip;q=0": false, "gzip; q=0.5": true, "gzipped": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

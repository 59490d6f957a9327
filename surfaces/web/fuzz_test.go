package web

import (
	"net/http/httptest"
	"testing"
)

// FuzzNegotiate: whatever a browser wants, it gets a page in a language that there is.
func FuzzNegotiate(f *testing.F) {
	f.Add("es-MX,es;q=0.9", "language=en", "gzip, br;q=0")
	f.Add("*;q=NaN,xx;q=-1", "language=\x00; language=es", "*;q=Inf")
	s := testSite(f)
	f.Fuzz(func(t *testing.T, languages, cookie, encodings string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", languages)
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Accept-Encoding", encodings)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != 200 || s.texts[w.Header().Get("Content-Language")] == nil || w.Body.Len() == 0 {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	})
}

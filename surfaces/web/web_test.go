package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func testSite(t testing.TB) *site {
	t.Helper()
	s, err := newSite(files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request with headers given as name, value, name, value…
func ask(s http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// wantHeaders compares headers given as name, value, name, value…
func wantHeaders(t *testing.T, w *httptest.ResponseRecorder, want ...string) {
	t.Helper()
	for i := 0; i < len(want); i += 2 {
		if got := strings.Join(w.Header().Values(want[i]), ", "); got != want[i+1] {
			t.Errorf("%s: %q, want %q", want[i], got, want[i+1])
		}
	}
}

func wantSecure(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	wantHeaders(t, w, "Content-Security-Policy", policy, "X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer",
		"Cross-Origin-Opener-Policy", "same-origin", "Cross-Origin-Resource-Policy", "same-origin")
	if w.Header().Get("Permissions-Policy") == "" {
		t.Error("no Permissions-Policy")
	}
}

var pagePaths = []string{"/", "/index.html", "/cart", "/cart.html", "/delivery", "/delivery.html",
	"/success", "/success.html", "/order", "/order.html", "/order?key=1.2.x", "/delivery?order=1.2.x"}

func TestPages(t *testing.T) {
	s := testSite(t)
	for _, path := range pagePaths {
		for _, language := range []string{"en", "es"} {
			t.Run(language+path, func(t *testing.T) {
				w := ask(s, "GET", path, "Accept-Language", language)
				if w.Code != 200 || !strings.Contains(w.Body.String(), `<html lang="`+language+`"`) {
					t.Fatalf("%d %.80s", w.Code, w.Body)
				}
				wantSecure(t, w)
				wantHeaders(t, w, "Content-Type", "text/html; charset=utf-8", "Cache-Control", "no-cache",
					"Content-Language", language, "Vary", "Cookie, Accept-Language, Accept-Encoding")
				again := ask(s, "GET", path, "Accept-Language", language, "If-None-Match", w.Header().Get("ETag"))
				if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
					t.Errorf("asked again: %d with %d bytes", again.Code, again.Body.Len())
				}
				wantSecure(t, again)
			})
		}
	}
}

func TestAssets(t *testing.T) {
	s := testSite(t)
	if len(s.assets) < 30 {
		t.Fatalf("only %d assets", len(s.assets))
	}
	for path, asset := range s.assets {
		w := ask(s, "GET", path)
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), asset.plain) {
			t.Errorf("%s: %d", path, w.Code)
		}
		wantSecure(t, w)
		wantHeaders(t, w, "Content-Type", asset.contentType, "Cache-Control", "public, max-age=31536000, immutable",
			"Vary", "Accept-Encoding", "Content-Encoding", "")
		if !strings.Contains(path, "."+asset.hash+".") {
			t.Errorf("%s does not hold its hash %s", path, asset.hash)
		}
	}
}

func TestCompressed(t *testing.T) {
	s := testSite(t)
	for path := range s.assets {
		plain, w := ask(s, "GET", path), ask(s, "GET", path, "Accept-Encoding", "br, gzip")
		wantHeaders(t, w, "Content-Encoding", "gzip")
		unzip, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(unzip)
		if err != nil || !bytes.Equal(content, plain.Body.Bytes()) {
			t.Errorf("%s is another thing when compressed (%v)", path, err)
		}
		if w.Header().Get("ETag") == plain.Header().Get("ETag") {
			t.Errorf("%s: plain and compressed have the same ETag", path)
		}
	}
}

func TestHead(t *testing.T) {
	server := httptest.NewServer(Handler())
	defer server.Close()
	for _, path := range []string{"/", "/cart", "/nowhere"} {
		r, err := http.NewRequest("HEAD", server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
		if answer.ContentLength < 500 {
			t.Errorf("HEAD %s says %d bytes", path, answer.ContentLength)
		}
	}
}

func TestNowhere(t *testing.T) {
	s := testSite(t)
	for _, path := range []string{"/nowhere", "/cart/", "/.html", "/index", "/404", "/layout.html", "/assets/", "/assets/js/home.js", "/pages/cart.html", "/favicon.ico", "/a/../b"} {
		person := ask(s, "GET", path, "Accept", "text/html,*/*;q=0.8", "Accept-Language", "es")
		if person.Code != 404 || !strings.Contains(person.Body.String(), "Aquí no crece nada") {
			t.Errorf("GET %s as a person: %d", path, person.Code)
		}
		wantSecure(t, person)
		wantHeaders(t, person, "Content-Type", "text/html; charset=utf-8", "Cache-Control", "no-cache", "ETag", "")
		program := ask(s, "GET", path, "Accept", "application/json")
		if program.Code != 404 || !strings.Contains(program.Body.String(), `"/problems/not-found"`) {
			t.Errorf("GET %s as a program: %d %s", path, program.Code, program.Body)
		}
		wantSecure(t, program)
		wantHeaders(t, program, "Content-Type", "application/problem+json", "Vary", "Accept")
	}
	if head := ask(s, "HEAD", "/nowhere", "Accept", "text/html"); head.Code != 404 || head.Body.Len() != 0 {
		t.Errorf("HEAD /nowhere: %d with %d bytes", head.Code, head.Body.Len())
	}
}

func TestMethods(t *testing.T) {
	s := testSite(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		w := ask(s, method, "/cart")
		if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Body.String(), `"status":405`) {
			t.Errorf("%s /cart: %d %s", method, w.Code, w.Body)
		}
		wantSecure(t, w)
		wantHeaders(t, w, "Allow", "GET, HEAD", "Content-Type", "application/problem+json")
		if w := ask(s, method, "/nowhere"); w.Code != http.StatusNotFound {
			t.Errorf("%s /nowhere: %d", method, w.Code)
		}
	}
}

package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func testSite(t testing.TB) *site {
	t.Helper()
	c, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSite(c, Shop{})
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
	for _, path := range []string{"/nowhere", "/carts/", "/.html", "/index", "/404", "/layout.html", "/assets/", "/assets/js/home.js", "/pages/cart.html", "/icon.ico", "/a/../b"} {
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

// TestAsTyped: a page is found with a slash at its end and in capital letters, and what robots and browsers look for is there.
func TestAsTyped(t *testing.T) {
	s := testSite(t)
	for path, want := range map[string]string{
		"/cart/": "/cart", "/Cart": "/cart", "/CART/": "/cart", "/order/?key=1.2.x": "/order?key=1.2.x", "/Index.html": "/index.html",
	} {
		w := ask(s, "GET", path, "Accept", "text/html")
		if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s, want %s", path, w.Code, w.Header().Get("Location"), want)
		}
		wantSecure(t, w)
	}
	for _, path := range []string{"//cart", "/cart//", "//example.com/cart/", "/carts/", "/assets/"} {
		if w := ask(s, "GET", path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d to %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	for path, kind := range map[string]string{"/favicon.ico": "image/svg+xml", "/robots.txt": "text/plain; charset=utf-8", "/sitemap.xml": "application/xml; charset=utf-8"} {
		w := ask(s, "GET", path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		wantSecure(t, w)
		if w := ask(s, "POST", path); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
	s.shop.URL = "https://shop.example"
	if text := ask(s, "GET", "/sitemap.xml").Body.String(); !strings.Contains(text, "<loc>https://shop.example/</loc>") {
		t.Error(text)
	}
}

// TestPlantsWithoutScripts: the first page has the plants in words, and another entity tag when they are others.
func TestPlantsWithoutScripts(t *testing.T) {
	s := testSite(t)
	plain := ask(s, "GET", "/")
	price := "150.00 USD"
	s.shop.Plants = func(_ context.Context, language string) []Plant {
		return []Plant{{Name: "Bracken <b> " + language, About: "A fountain.", Price: price}}
	}
	first := ask(s, "GET", "/", "Accept-Language", "es")
	for _, want := range []string{"<noscript><ul", "Bracken &lt;b&gt; es", "150.00 USD"} {
		if !strings.Contains(first.Body.String(), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	price = "160.00 USD"
	second := ask(s, "GET", "/", "Accept-Language", "es")
	if !strings.Contains(second.Body.String(), price) || second.Header().Get("ETag") == first.Header().Get("ETag") || strings.Contains(ask(s, "GET", "/cart").Body.String(), price) {
		t.Errorf("the price is not the new one, or on another page, or has the tag of the old one")
	}
	s.shop.Plants = func(context.Context, string) []Plant { return nil }
	if none := ask(s, "GET", "/"); none.Body.String() != plain.Body.String() {
		t.Error("without plants, the page is another one")
	}
}

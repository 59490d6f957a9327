package web

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// selling is a site that sells plants.
func selling(t *testing.T, plants ...Plant) *site {
	t.Helper()
	s := testSite(t)
	s.shop = Shop{URL: "https://shop.example/", Plants: func(_ context.Context, language string) (all []Plant) {
		for _, p := range plants {
			p.Name += " " + language
			all = append(all, p)
		}
		return all
	}}
	return s
}

var bracken = Plant{
	SKU: "LB001", Path: "/plants/LB001-bracken", Name: `<b>"Bracken"</b>`, About: "A fountain </script>.", Price: "USD 150.00", Drawing: "lush-bracken",
	Facts: map[string]string{"light": "Shade & mist"}, LeadDays: 3,
	Offers: []Offer{{"MX", "3000.00", "MXN"}, {"US", "150.00", "USD"}},
}

// TestAPlantsPage: it is there in each language, with what is known of the plant and nothing that is not.
func TestAPlantsPage(t *testing.T) {
	s := selling(t, bracken)
	for language, light := range map[string]string{"en": "Light", "es": "Luz"} {
		w := ask(s, "GET", "/plants/LB001-bracken", "Accept-Language", language)
		if w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		wantSecure(t, w)
		wantHeaders(t, w, "Content-Language", language, "Cache-Control", "no-cache", "Vary", "Cookie, Accept-Language, Accept-Encoding")
		html := w.Body.String()
		for _, want := range []string{
			"&lt;b&gt;&#34;Bracken&#34;&lt;/b&gt; " + language + "</h1>", "<dt>" + light + "</dt><dd>Shade &amp; mist</dd>", "USD 150.00",
			s.plants[language].drawings["lush-bracken"],
			`<link rel="canonical" href="https://shop.example/plants/LB001-bracken">`, `property="og:image" content="https://shop.example/assets/drawings/`,
			`hreflang="es" href="https://shop.example/plants/LB001-bracken?lang=es"`, `hreflang="x-default"`,
			`<meta name="description" content="A fountain &lt;/script&gt;.">`,
		} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: the page has no %s", language, want)
			}
		}
		if strings.Contains(html, "[[") || strings.Contains(html, "<b>\"") || strings.Count(html, "<dt>") != 1 {
			t.Errorf("%s: %s", language, html)
		}
		if again := ask(s, "GET", "/plants/LB001-bracken", "Accept-Language", language, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("asked again: %d", again.Code)
		}
	}
}

// TestAPlantsData: search engines read the plant with its price in each market.
func TestAPlantsData(t *testing.T) {
	gone := bracken
	gone.SoldOut = true
	for availability, plant := range map[string]Plant{"InStock": bracken, "OutOfStock": gone} {
		html := ask(selling(t, plant), "GET", plant.Path+"?lang=es").Body.String()
		found := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(html)
		if found == nil {
			t.Fatal("the page has no data")
		}
		var p product
		if err := json.Unmarshal([]byte(found[1]), &p); err != nil {
			t.Fatal(err)
		}
		if p.Type != "Product" || p.SKU != "LB001" || p.Description != plant.About || len(p.Offers) != 2 || p.Offers[0].Price != "3000.00" ||
			p.Offers[0].PriceCurrency != "MXN" || p.Offers[0].Availability != "https://schema.org/"+availability ||
			p.URL != "https://shop.example/plants/LB001-bracken?lang=es" || !strings.HasPrefix(p.Image[0], "https://shop.example/assets/") {
			t.Errorf("%+v", p)
		}
	}
}

// TestTheLanguageOfAPlantsPage: what the customer chose counts more than the address, and the address more than the browser.
func TestTheLanguageOfAPlantsPage(t *testing.T) {
	s := selling(t, bracken)
	for _, c := range []struct{ query, cookie, want string }{
		{"", "", "en"}, {"?lang=es", "", "es"}, {"?lang=es", "language=en", "en"}, {"?lang=es", "language=xx", "es"}, {"?lang=xx", "", "en"}, {"", "language=es", "es"},
	} {
		w := ask(s, "GET", bracken.Path+c.query, "Accept-Language", "en", "Cookie", c.cookie)
		if got := w.Header().Get("Content-Language"); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestAddressesOfPlants: the SKU finds a plant whatever it is called now, and what is sold nowhere is not found.
func TestAddressesOfPlants(t *testing.T) {
	longer := Plant{SKU: "LB001-X", Path: "/plants/LB001-X-other", Name: "Other"}
	s := selling(t, bracken, longer)
	for path, want := range map[string]string{
		"/plants/LB001": bracken.Path, "/plants/LB001-monstera": bracken.Path, "/plants/LB001-X": longer.Path, "/plants/LB001-X-old?lang=es": longer.Path + "?lang=es",
	} {
		w := ask(s, "GET", path)
		if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	for _, path := range []string{"/plants/", "/plants/LB002", "/plants/LB0011", "/plants//LB001", "/plants/../LB001"} {
		if w := ask(s, "GET", path, "Accept", "text/html"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<html") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := ask(s, "POST", bracken.Path); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	if w := ask(selling(t), "GET", bracken.Path); w.Code != http.StatusServiceUnavailable {
		t.Errorf("while what is sold is not known: %d", w.Code)
	}
	if w := ask(testSite(t), "GET", bracken.Path); w.Code != http.StatusNotFound {
		t.Errorf("in a shop without plants: %d", w.Code)
	}
}

func TestPlantPath(t *testing.T) {
	for name, want := range map[string]string{"Lush bracken": "/plants/A1-lush-bracken", " It's  big! ": "/plants/A1-it-s-big", "木": "/plants/A1"} {
		if got := PlantPath("A1", name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}

// TestTheMapHasThePlants: with the page of each in each language.
func TestTheMapHasThePlants(t *testing.T) {
	text := ask(selling(t, bracken), "GET", "/sitemap.xml").Body.String()
	if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<loc>https://shop.example/plants/LB001-bracken</loc>", `hreflang="es" href="https://shop.example/plants/LB001-bracken?lang=es"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the map has no %s: %s", want, text)
		}
	}
}

// TestKeptPagesAreBounded: and a page is made anew when its plant is another one.
func TestKeptPagesAreBounded(t *testing.T) {
	s := testSite(t)
	for i := range 2 * maxShelves {
		if _, err := s.shelves.keep(strings.Repeat("x", i), "words", func() []byte { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.shelves.pages); n > maxShelves || n != len(s.shelves.words) {
		t.Errorf("%d pages are kept", n)
	}
}

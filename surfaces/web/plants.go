package web

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"sync"
)

// Shop is what the pages say of a shop without asking it by script.
type Shop struct {
	URL string // its public address; "": that of the request
	// Plants returns what there is to buy; nil or none while that is not known.
	Plants func(ctx context.Context, language string) []Plant
}

// Plant is a plant in the words of one language.
type Plant struct {
	SKU, Path, Name, About string
	Price                  string // in the market of the language
	Drawing                string // its name; "" for none
	Facts                  map[string]string
	LeadDays               int
	SoldOut                bool
	Offers                 []Offer // one for each market
}

// Offer is what a plant costs in a market: a decimal number of a currency (ISO 4217).
type Offer struct{ Market, Price, Currency string }

// place is where the first page has the plants.
const place = "<noscript data-plants></noscript>"

var shelf = template.Must(template.New("").Parse(`<noscript><ul class="products">
{{range .}}{{if not .SoldOut}}<li class="product"><h3>{{if .Path}}<a href="{{.Path}}">{{.Name}}</a>{{else}}{{.Name}}{{end}}</h3><p class="about">{{.About}}</p><strong class="price">{{.Price}}</strong></li>
{{end}}{{end}}</ul></noscript>`))

// shelves keeps pages with plants until they are others.
type shelves struct {
	mu    sync.Mutex
	zip   *compressor
	words map[string]string    // the plants, or the plant, by the page's key
	pages map[string]*document // with them
}

// maxShelves bounds the pages that are kept: each takes some 30 KB.
const maxShelves = 500

// first returns the first page with the plants, or as it is when there are none.
func (s *site) first(r *http.Request, language string, page *document) *document {
	if s.shop.Plants == nil {
		return page
	}
	plants := s.shop.Plants(r.Context(), language)
	var words bytes.Buffer
	if err := shelf.Execute(&words, plants); err != nil || len(plants) == 0 {
		return page
	}
	with, err := s.shelves.keep(language, words.String(), func() []byte { return bytes.Replace(page.plain, []byte(place), words.Bytes(), 1) })
	if err != nil {
		return page
	}
	return with
}

// keep returns the page of a key, and makes it when its words are others than before.
func (k *shelves) keep(key, words string, html func() []byte) (*document, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if page, kept := k.pages[key]; kept && k.words[key] == words {
		return page, nil
	}
	if len(k.pages) >= maxShelves {
		clear(k.words)
		clear(k.pages)
	}
	page, err := k.zip.document("plant.html", html())
	if err == nil {
		k.words[key], k.pages[key] = words, page
	}
	return page, err
}

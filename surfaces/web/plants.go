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
	// Plants returns what there is to buy, for customers whose browser runs no scripts; nil or none leaves them out.
	Plants func(ctx context.Context, language string) []Plant
}

// Plant is a plant in words.
type Plant struct{ Name, About, Price string }

// place is where the first page has the plants.
const place = "<noscript data-plants></noscript>"

var shelf = template.Must(template.New("").Parse(`<noscript><ul class="products">
{{range .}}<li class="product"><h3>{{.Name}}</h3><p class="about">{{.About}}</p><strong class="price">{{.Price}}</strong></li>
{{end}}</ul></noscript>`))

// shelves keeps the first page with its plants, in each language, until they are others.
type shelves struct {
	mu    sync.Mutex
	zip   *compressor
	words map[string]string    // the plants by language
	pages map[string]*document // with them
}

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
	s.shelves.mu.Lock()
	defer s.shelves.mu.Unlock()
	if s.shelves.words[language] == words.String() {
		return s.shelves.pages[language]
	}
	with, err := s.shelves.zip.document("index.html", bytes.Replace(page.plain, []byte(place), words.Bytes(), 1))
	if err != nil {
		return page
	}
	s.shelves.words[language], s.shelves.pages[language] = words.String(), with
	return with
}

package web

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"acme.example/webshop/platform/fault"
)

// site is what one shop serves.
type site struct {
	*content
	shop    Shop
	shelves shelves
}

// content is all pages and assets, the same for every shop.
type content struct {
	texts  catalogue
	pages  map[string]page      // by path: "/", "/cart", "/cart.html", …
	assets map[string]*document // by hashed path
	plain  map[string]*document // by path: "/robots.txt", …
	plants map[string]plantPage // by language
	lost   page                 // for every other path
}

// embedded is the content of the binary's own files. It takes a tenth of a second to make.
var embedded = sync.OnceValues(func() (*content, error) { return newContent(files) })

// newSite returns the site of a shop.
func newSite(c *content, shop Shop) (*site, error) {
	zip, err := newCompressor()
	return &site{content: c, shop: shop, shelves: shelves{zip: zip, words: map[string]string{}, pages: map[string]*document{}}}, err
}

// page is one page in each language.
type page map[string]*document

// newContent loads everything: texts, then assets (each after those it refers to), then pages.
func newContent(files fs.FS) (*content, error) {
	texts, err := loadTexts(files)
	if err != nil {
		return nil, err
	}
	assets, err := newAssets(files)
	if err != nil {
		return nil, err
	}
	c := &content{texts: texts, pages: map[string]page{}, assets: assets.documents, plain: map[string]*document{}, plants: map[string]plantPage{}}
	if err := c.addPages(files, assets); err != nil {
		return nil, err
	}
	if err := c.addPlantPage(files, assets); err != nil {
		return nil, err
	}
	return c, c.addPlain(files, assets)
}

func (c *content) addPages(files fs.FS, assets *assets) error {
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == layout || name == plantFile {
			continue
		}
		if err := c.addPage(files, assets, name); err != nil {
			return err
		}
	}
	return nil
}

func (c *content) addPage(files fs.FS, assets *assets, name string) error {
	p, err := buildPage(files, assets, c.texts, name)
	if err != nil {
		return err
	}
	switch base := strings.TrimSuffix(path.Base(name), ".html"); base {
	case "404":
		c.lost = p
	case "index":
		c.pages["/"], c.pages["/index.html"] = p, p
	default:
		c.pages["/"+base], c.pages["/"+base+".html"] = p, p
	}
	return nil
}

// ServeHTTP answers any request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if strings.HasPrefix(r.URL.Path, plantsPath) {
		s.servePlant(w, r)
		return
	}
	asset, isAsset := s.assets[r.URL.Path]
	p, isPage := s.pages[r.URL.Path]
	plain, isPlain := s.plain[r.URL.Path]
	meant, isMap := s.meant(r.URL.Path), r.URL.Path == "/sitemap.xml"
	switch {
	case !isAsset && !isPage && !isPlain && !isMap && meant == "":
		s.serveLost(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		refuseMethod(w)
	case isAsset:
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		asset.serve(w, r, http.StatusOK)
	case isPlain:
		w.Header().Set("Cache-Control", "public, max-age=86400")
		plain.serve(w, r, http.StatusOK)
	case isMap:
		s.sitemap(w, r)
	case meant != "":
		redirect(w, r, meant)
	default:
		s.servePage(w, r, p, http.StatusOK)
	}
}

func (s *site) servePage(w http.ResponseWriter, r *http.Request, p page, status int) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Add("Vary", "Cookie, Accept-Language")
	language := s.texts.choose(r)
	w.Header().Set("Content-Language", language)
	page := p[language]
	if r.URL.Path == "/" || r.URL.Path == "/index.html" {
		page = s.first(r, language, page)
	}
	page.serve(w, r, status)
}

// serveLost tells a person with a page, and a program with a problem.
func (s *site) serveLost(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.servePage(w, r, s.lost, http.StatusNotFound)
		return
	}
	fault.Write(w, fault.New(fault.NotFound, "there is nothing at this address"))
}

func refuseMethod(w http.ResponseWriter) {
	w.Header().Set("Allow", "GET, HEAD")
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusMethodNotAllowed)
	_ = json.NewEncoder(w).Encode(fault.Problem{ // the client may be gone: there is no one left to tell
		Type: "/problems/method-not-allowed", Title: "Only GET and HEAD work here",
		Status: http.StatusMethodNotAllowed, Detail: "pages and their assets can only be read",
	})
}

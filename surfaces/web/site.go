package web

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"acme.example/webshop/platform/fault"
)

// site is all pages and assets.
type site struct {
	texts  catalogue
	pages  map[string]page      // by path: "/", "/cart", "/cart.html", …
	assets map[string]*document // by hashed path
	lost   page                 // for every other path
}

// page is one page in each language.
type page map[string]*document

// newSite loads everything once: texts, then assets (each after those it refers to), then pages.
func newSite(files fs.FS) (*site, error) {
	texts, err := loadTexts(files)
	if err != nil {
		return nil, err
	}
	assets, err := newAssets(files)
	if err != nil {
		return nil, err
	}
	s := &site{texts: texts, pages: map[string]page{}, assets: assets.documents}
	return s, s.addPages(files, assets)
}

func (s *site) addPages(files fs.FS, assets *assets) error {
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == layout {
			continue
		}
		if err := s.addPage(files, assets, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) addPage(files fs.FS, assets *assets, name string) error {
	p, err := buildPage(files, assets, s.texts, name)
	if err != nil {
		return err
	}
	switch base := strings.TrimSuffix(path.Base(name), ".html"); base {
	case "404":
		s.lost = p
	case "index":
		s.pages["/"], s.pages["/index.html"] = p, p
	default:
		s.pages["/"+base], s.pages["/"+base+".html"] = p, p
	}
	return nil
}

// ServeHTTP answers any request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	asset, isAsset := s.assets[r.URL.Path]
	p, isPage := s.pages[r.URL.Path]
	switch {
	case !isAsset && !isPage:
		s.serveLost(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		refuseMethod(w)
	case isAsset:
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		asset.serve(w, r, http.StatusOK)
	default:
		s.servePage(w, r, p, http.StatusOK)
	}
}

func (s *site) servePage(w http.ResponseWriter, r *http.Request, p page, status int) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Add("Vary", "Cookie, Accept-Language")
	language := s.texts.choose(r)
	w.Header().Set("Content-Language", language)
	p[language].serve(w, r, status)
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

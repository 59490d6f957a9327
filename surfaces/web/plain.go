package web

import (
	"encoding/xml"
	"io/fs"
	"net/http"
	"strings"

	"acme.example/webshop/platform/texts"
)

// plainFiles are what browsers and search engines ask for under fixed names.
var plainFiles = map[string]string{"/favicon.ico": "drawings/icon.svg", "/robots.txt": "root/robots.txt"}

func (c *content) addPlain(files fs.FS, assets *assets) error {
	for address, name := range plainFiles {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if c.plain[address], err = assets.document(name, content); err != nil {
			return err
		}
	}
	return nil
}

// meant returns the page that a path stands for which someone has typed: with a slash at its end, or in capital letters; "" for
// none.
func (s *site) meant(path string) string {
	typed := strings.ToLower(strings.TrimSuffix(path, "/"))
	if _, isPage := s.pages[typed]; isPage && path != typed {
		return typed
	}
	return ""
}

// redirect leads to a page of the shop, with what was asked of it.
func redirect(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.Redirect(w, r, path, http.StatusMovedPermanently)
}

// sitemap lists the pages that may be found in search engines, each with its languages.
func (s *site) sitemap(w http.ResponseWriter, r *http.Request) {
	base := s.base(r)
	all := urlset{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml", URLs: []location{{Loc: base + "/"}}}
	if s.shop.Plants != nil {
		for _, p := range s.shop.Plants(r.Context(), texts.Fallback) {
			l := location{Loc: base + p.Path}
			for _, a := range s.alternates(base, p.Path) {
				l.Links = append(l.Links, link{Rel: "alternate", Language: a.Language, Address: a.Address})
			}
			all.URLs = append(all.URLs, l)
		}
	}
	text, err := xml.Marshal(all)
	if err != nil {
		http.Error(w, "the sitemap cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, _ = w.Write(append([]byte(xml.Header), text...)) // the client may be gone
}

type urlset struct {
	XMLName xml.Name   `xml:"urlset"`
	NS      string     `xml:"xmlns,attr"`
	XHTML   string     `xml:"xmlns:xhtml,attr"`
	URLs    []location `xml:"url"`
}

type location struct {
	Loc   string `xml:"loc"`
	Links []link `xml:"xhtml:link"`
}

type link struct {
	Rel      string `xml:"rel,attr"`
	Language string `xml:"hreflang,attr"`
	Address  string `xml:"href,attr"`
}

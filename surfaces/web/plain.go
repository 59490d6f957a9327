package web

import (
	"encoding/xml"
	"io/fs"
	"net/http"
	"strings"
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

// sitemap lists the pages that may be found in search engines.
func (s *site) sitemap(w http.ResponseWriter, r *http.Request) {
	type url struct {
		Loc string `xml:"loc"`
	}
	type urlset struct {
		XMLName xml.Name `xml:"urlset"`
		NS      string   `xml:"xmlns,attr"`
		URLs    []url    `xml:"url"`
	}
	base := strings.TrimSuffix(s.shop.URL, "/")
	if base == "" {
		base = "http://" + r.Host
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, _ = w.Write([]byte(xml.Header)) // the client may be gone
	_ = xml.NewEncoder(w).Encode(urlset{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", URLs: []url{{base + "/"}}})
}

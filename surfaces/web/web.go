package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed pages js css drawings texts root
var files embed.FS

// Handler serves the pages and their assets, and a 404 page for everything else. It panics if the embedded files are
// inconsistent: such a binary was never tested.
func Handler() http.Handler { return HandlerOf(Shop{}) }

// HandlerOf is Handler of a shop that is known.
func HandlerOf(shop Shop) http.Handler {
	c, err := embedded()
	if err != nil {
		panic("web: " + err.Error())
	}
	s, err := newSite(c, shop)
	if err != nil {
		panic("web: " + err.Error())
	}
	return s
}

// Files are the pages' own files, for other pages with the same look.
var Files fs.FS = files

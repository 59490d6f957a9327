package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed pages js css drawings texts
var files embed.FS

// Handler serves the pages and their assets, and a 404 page for everything else. It panics if the embedded files are
// inconsistent: such a binary was never tested.
func Handler() http.Handler {
	s, err := newSite(files)
	if err != nil {
		panic("web: " + err.Error())
	}
	return s
}

// Files are the pages' own files, for other pages with the same look.
var Files fs.FS = files

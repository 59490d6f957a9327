package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed pages js css drawings texts
var files embed.FS

// Handler serves the pages and their assets, and a friendly 404 for everything else. It panics when the embedded
// files do not fit together: a binary like that was never tested, and must not serve.
func Handler() http.Handler {
	s, err := newSite(files)
	if err != nil {
		panic("web: " + err.Error())
	}
	return s
}

// Files are the pages' own files, for other pages that are to look like them.
var Files fs.FS = files

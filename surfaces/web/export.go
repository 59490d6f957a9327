package web

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Exported are the pages as files, for a server without language negotiation, such as a bucket behind a content
// delivery network, which must choose a page's file by the rule of choose.
type Exported struct {
	Files     map[string][]byte // by path: "en/cart.html", "assets/js/cart.0123456789ab.js"
	Pages     map[string]string // the file of each page in the folder of its language, by the path that is asked for: "/cart" is "cart.html"
	Languages []string
	Headers   http.Header // of every page and asset
}

// Export returns the pages as files.
func Export() (Exported, error) {
	c, err := embedded()
	if err != nil {
		return Exported{}, err
	}
	e := Exported{Files: map[string][]byte{}, Pages: map[string]string{}, Languages: slices.Sorted(maps.Keys(c.texts)), Headers: http.Header{}}
	secure(e.Headers)
	for address, asset := range c.assets {
		e.Files[strings.TrimPrefix(address, "/")] = asset.plain
	}
	for address, p := range c.pages {
		name := strings.TrimSuffix(path.Base(address), ".html") + ".html"
		if address == "/" {
			name = "index.html"
		}
		e.Pages[address] = name
		e.add(name, p)
	}
	e.add("404.html", c.lost)
	return e, nil
}

func (e Exported) add(name string, p page) {
	for language, document := range p {
		e.Files[language+"/"+name] = document.plain
	}
}

package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/web"
)

//go:embed pages css js
var files embed.FS

// pagePaths maps addresses to pages.
var pagePaths = []struct{ path, page string }{
	{"/console", "now"}, {"/console/orders", "orders"}, {"/console/orders/{id}", "order"}, {"/console/bulk", "bulk"}, {"/console/reviews", "reviews"}, {"/console/complaints", "complaints"}, {"/console/deadletters", "deadletters"},
	{"/console/partners", "partners"}, {"/console/ledger", "ledger"}, {"/console/books", "books"}, {"/console/stock", "stock"}, {"/console/rules", "rules"},
}

// policy lets a page use resources of its own origin only, and no script or style within the page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// pages are the console's pages and files, each rendered once.
type pages struct {
	html   map[string][]byte
	assets map[string][]byte
	tags   map[string]string
}

// shared are the files of the shop's pages that the console uses too.
var shared = []string{"css/base.css", "css/controls.css", "drawings/icon.svg"}

func newPages() (*pages, error) {
	p := &pages{html: map[string][]byte{}, assets: map[string][]byte{}, tags: map[string]string{}}
	for _, name := range shared {
		content, err := fs.ReadFile(web.Files, name)
		if err != nil {
			return nil, err
		}
		p.add(path.Base(name), content)
	}
	for _, pattern := range []string{"css/*.css", "js/*.js"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			content, err := files.ReadFile(name)
			if err != nil {
				return nil, err
			}
			p.add(path.Base(name), content)
		}
	}
	return p, p.render()
}

func (p *pages) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	p.assets[name], p.tags[name] = content, hex.EncodeToString(sum[:8])
}

// render puts each page into the layout.
func (p *pages) render() error {
	for _, at := range pagePaths {
		t, err := template.ParseFS(files, "pages/layout.html", "pages/"+at.page+".html")
		if err != nil {
			return err
		}
		var html bytes.Buffer
		if err := t.Execute(&html, map[string]any{"Page": at.page, "Modules": p.modules()}); err != nil {
			return fmt.Errorf("console: %s: %w", at.page, err)
		}
		p.html[at.page] = html.Bytes()
	}
	return nil
}

// modules are the scripts imported by most pages, to be preloaded.
func (p *pages) modules() []string {
	return []string{"dom.js", "api.js", "live.js", "words.js", "frame.js", "ask.js"}
}

func (p *pages) page(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		secure(w.Header())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(p.html[name]) // the client may have gone
	})
}

func (p *pages) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	content, known := p.assets[name]
	if !known {
		fault.Write(w, fault.New(fault.NotFound, "the console has no such file"))
		return
	}
	secure(w.Header())
	w.Header().Set("Cache-Control", "no-cache") // revalidated each time, and answered 304
	w.Header().Set("Content-Type", contentTypes[path.Ext(name)])
	w.Header().Set("ETag", `"`+p.tags[name]+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// contentTypes are the types of the console's files.
var contentTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}

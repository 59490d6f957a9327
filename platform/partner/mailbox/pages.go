package mailbox

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"acme.example/webshop/platform/fault"
)

//go:embed pages
var files embed.FS

// policyOfMails allows what a mail contains itself, inline styles and images, and nothing else. The sandbox protects
// those who open the address outside the frame.
const policyOfMails = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

// pages are the viewer's own pages.
type pages struct {
	templates *template.Template
	policy    string
}

func newPages() (*pages, error) {
	style, err := files.ReadFile("pages/style.css")
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	t, err := template.New("").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) }, // the viewer's, not a mail's
		"path":  url.PathEscape,
		"clock": func(t time.Time) string { return t.Local().Format("Jan 2, 15:04:05") },
	}).ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	sum := sha256.Sum256(style)
	return &pages{t, "default-src 'none'; frame-src 'self'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}, nil
}

// write answers with one of the viewer's pages.
func (m *Mailbox) write(w http.ResponseWriter, status int, page string, data any) {
	var out bytes.Buffer
	if err := m.pages.templates.ExecuteTemplate(&out, page, data); err != nil {
		m.config.Log.Error("mailbox: a page could not be made", "page", page, "error", err)
		fault.Write(w, err)
		return
	}
	secure(w, "text/html; charset=utf-8", m.pages.policy)
	w.WriteHeader(status)
	m.flush(w, out.Bytes())
}

// send answers with content of a mail.
func (m *Mailbox) send(w http.ResponseWriter, contentType, policy string, body []byte) {
	secure(w, contentType, policy)
	m.flush(w, body)
}

// secure sets the headers of every answer. Mails contain keys, so no page reveals its address to another site, and no
// cache keeps one.
func secure(w http.ResponseWriter, contentType, policy string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func (m *Mailbox) flush(w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		m.config.Log.Debug("mailbox: a reader went away", "error", err)
	}
}

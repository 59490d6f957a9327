package paper

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

var page = template.Must(template.New("page").Parse(pageText))

// ContentSecurityPolicy is what a browser must allow for a page: its own style, and nothing else.
var ContentSecurityPolicy = "default-src 'none'; style-src 'sha256-" + hashOf(style) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// HTML writes a document as a page of its own, which needs no other file and no script. See ContentSecurityPolicy.
func HTML(w io.Writer, d Document) error {
	if err := d.Check(); err != nil {
		return err
	}
	var text strings.Builder
	if err := page.Execute(&text, struct {
		view
		Style template.CSS
	}{viewOf(d), template.CSS(style)}); err != nil {
		return err
	}
	_, err := io.WriteString(w, text.String())
	return err
}

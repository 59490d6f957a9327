package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
)

// layout is the common head, header and footer.
const layout = "pages/layout.html"

// buildPage renders a page in every language.
func buildPage(files fs.FS, assets *assets, texts catalogue, name string) (page, error) {
	p := page{}
	for language := range texts {
		html, err := render(files, assets, texts, name, language)
		if err != nil {
			return nil, fmt.Errorf("%s in %s: %w", name, language, err)
		}
		if p[language], err = assets.document(name, html); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func render(files fs.FS, assets *assets, texts catalogue, name, language string) ([]byte, error) {
	text := func(key string) (string, error) { return texts.text(language, key) }
	t, err := template.New("layout.html").Funcs(template.FuncMap{"t": text}).ParseFS(files, layout, name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, map[string]any{"Language": language, "Languages": texts.tongues(language)}); err != nil {
		return nil, err
	}
	html, err := assets.rewrite(name, out.Bytes())
	if err != nil {
		return nil, err
	}
	return preload(html, assets.modules[name]), nil
}

// preload names the scripts that a page will import, so that the browser fetches them at once.
func preload(html []byte, modules []string) []byte {
	var links strings.Builder
	for _, address := range modules {
		fmt.Fprintf(&links, "<link rel=\"modulepreload\" href=%q>\n", address)
	}
	return bytes.Replace(html, []byte("</head>"), []byte(links.String()+"</head>"), 1)
}

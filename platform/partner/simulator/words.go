package simulator

import (
	"embed"
	"strings"

	"acme.example/webshop/platform/texts"
)

//go:embed texts
var textFiles embed.FS

// words are the texts of the page, by language and name: the files in texts.
var words = func() texts.Catalogue {
	all, err := texts.Load(textFiles, "texts")
	if err != nil {
		panic("simulator: " + err.Error()) // such a binary was never tested
	}
	return all
}()

// Languages lists the languages of the page on which customers pay.
func Languages() []string { return texts.Languages(words) }

// language returns the language of the page for a customer's.
func language(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if words[base] == nil {
		return texts.Fallback
	}
	return base
}

//go:build browser

package browsertest

import (
	"encoding/json"
	"os"
	"sync"
	"testing"

	"acme.example/webshop/platform/texts"
)

// catalogues returns the shop's texts by language, as its pages have them.
var catalogues = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, language := range []string{"en", "es"} {
		content, err := os.ReadFile("../../surfaces/web/texts/" + language + ".json")
		if err != nil {
			return nil, err
		}
		of := map[string]string{}
		if err := json.Unmarshal(content, &of); err != nil {
			return nil, err
		}
		all[language] = of
	}
	return all, nil
})

// word returns a text in the language of the tab, with the blanks filled in as name, value, name, value…
func (p *tab) word(key string, blanks ...string) string {
	p.Helper()
	all, err := catalogues()
	if err != nil {
		p.Fatal(err)
	}
	text := all[p.language[:2]][key]
	if text == "" {
		p.Fatalf("there is no text %s in %s", key, p.language)
	}
	given := make([]any, len(blanks))
	for i, blank := range blanks {
		given[i] = blank
	}
	return texts.Fill(text, given...)
}

// home is the market of a language.
var home = map[string]string{"en-US": "US", "es-MX": "MX"}

// inBothLanguages runs a test for a customer of each country, beside others.
func inBothLanguages(t *testing.T, test func(t *testing.T, language string)) {
	t.Parallel()
	for language := range home {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			test(t, language)
		})
	}
}

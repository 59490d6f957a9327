package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"acme.example/webshop/platform/texts/textstest"
)

var (
	element = regexp.MustCompile(`(?s)<[^>]*>`)
	spelled = regexp.MustCompile(` (?:aria-label|alt|title|placeholder|content|data-[a-z-]*text)="([^"]*)"`)
	entity  = regexp.MustCompile(`&(#?\w+);`)
	// own are words that are the same in every language: names, and what machines read.
	own = regexp.MustCompile(`ACME|\bEN\b|English|\bES\b|Español|width=device-width, initial-scale=1|light dark|noindex|#[0-9a-f]{6}`)
)

// TestAFurtherLanguageIsAFile: with one more file, every page is in that language, no word of it in English; a browser that
// wants the language gets it, and a customer can switch to it.
func TestAFurtherLanguageIsAFile(t *testing.T) {
	with, err := textstest.With(files, "texts")
	if err != nil {
		t.Fatal(err)
	}
	c, err := newContent(with)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSite(c, Shop{})
	if err != nil {
		t.Fatal(err)
	}
	for path := range s.pages {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Language", "de, "+textstest.Language+"-MX;q=0.8, en;q=0.5")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		page := w.Body.String()
		if !strings.Contains(page, `<html lang="xx" data-texts="/assets/texts/xx.`) || !strings.Contains(page, `data-language="xx"`) {
			t.Errorf("%s is not in the language, or does not offer it", path)
		}
		for _, text := range said(page) {
			if left := textstest.English.FindAllString(own.ReplaceAllString(text, ""), -1); len(left) > 0 {
				t.Errorf("%s says %q in English", path, left)
			}
		}
	}
}

// said are the texts of a page, and those that its attributes say.
func said(page string) (all []string) {
	for _, found := range spelled.FindAllStringSubmatch(page, -1) {
		all = append(all, found[1])
	}
	return append(all, entity.ReplaceAllString(element.ReplaceAllString(page, " "), ""))
}

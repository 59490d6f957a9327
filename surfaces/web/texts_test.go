package web

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTextsAreComplete wants every key that is used, and no key unused. That languages have the same is checked when they are loaded.
func TestTextsAreComplete(t *testing.T) {
	s := testSite(t)
	used := usedKeys(t, s.texts["en"])
	for key, where := range used {
		if s.texts["en"][key] == "" {
			t.Errorf("texts/en.json has no %q, which %s uses", key, where)
		}
	}
	for key := range s.texts["en"] {
		if used[key] == "" {
			t.Errorf("texts/en.json has %q, which nothing uses", key)
		}
	}
}

var (
	inPage  = regexp.MustCompile(`\{\{t "([^"]+)"\}\}`)
	inCall  = regexp.MustCompile(`\btext\("([^"]+)"`)
	counted = regexp.MustCompile(`\bcount\("([^"]+)"`)
	quoted  = regexp.MustCompile(`"([a-z]+(?:\.[a-zA-Z-]+)+)"`)
)

// usedKeys is every key that a page or script uses, with the file that does. A script may hold keys in tables, so each
// literal that looks like a key of an area that exists counts as one.
func usedKeys(t *testing.T, texts map[string]string) map[string]string {
	t.Helper()
	areas := map[string]bool{}
	used := map[string]string{"language.code": "the switch (tongues)", "language.name": "the switch (tongues)"}
	for key := range texts {
		area, _, _ := strings.Cut(key, ".")
		areas[area] = true
	}
	for name, source := range sources(t) {
		for key := range keysIn(source, areas) {
			used[key] = name
		}
	}
	return used
}

func keysIn(source string, areas map[string]bool) map[string]bool {
	keys, plural := map[string]bool{}, map[string]bool{}
	for _, found := range counted.FindAllStringSubmatch(source, -1) {
		plural[found[1]] = true
		keys[found[1]+".one"], keys[found[1]+".other"] = true, true
	}
	for _, pattern := range []*regexp.Regexp{inPage, inCall} {
		for _, found := range pattern.FindAllStringSubmatch(source, -1) {
			keys[found[1]] = true
		}
	}
	for _, found := range quoted.FindAllStringSubmatch(source, -1) {
		area, _, _ := strings.Cut(found[1], ".")
		if areas[area] && !plural[found[1]] {
			keys[found[1]] = true
		}
	}
	return keys
}

func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"pages/*.html", "js/*.js"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = string(content)
		}
	}
	return all
}

// TestUsedKeysAreFound keeps the search for keys itself honest.
func TestUsedKeysAreFound(t *testing.T) {
	source := `<p>{{t "home.title"}}</p> text(busy ? "cart.a" : "cart.b-c") text("nowhere.at.all") count("cart.n", 2) keep("acme.cart")`
	got := slices.Sorted(maps.Keys(keysIn(source, map[string]bool{"home": true, "cart": true})))
	want := []string{"cart.a", "cart.b-c", "cart.n.one", "cart.n.other", "home.title", "nowhere.at.all"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

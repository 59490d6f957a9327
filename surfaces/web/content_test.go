package web

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// everyPage is each page in each language, by a name for messages.
func everyPage(t *testing.T) map[string]string {
	t.Helper()
	s := testSite(t)
	all := map[string]string{}
	for language := range s.texts {
		all["404 "+language] = string(s.lost[language].plain)
		all["a plant "+language] = string(s.plants[language].source)
		for path, p := range s.pages {
			all[path+" "+language] = string(p[language].plain)
		}
	}
	return all
}

// TestNothingInline finds what the Content-Security-Policy would refuse.
func TestNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<base\b`)
	script := regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`)
	for name, html := range everyPage(t) {
		if found := inline.FindString(html); found != "" {
			t.Errorf("%s has %q", name, found)
		}
		for _, s := range script.FindAllStringSubmatch(html, -1) {
			data := s[1] == ` type="application/ld+json"` // no script: the policy is not asked
			if !data && (!strings.Contains(s[1], ` src="/assets/`) || s[2] != "") {
				t.Errorf("%s has an inline script: %s", name, s[0])
			}
		}
	}
}

// TestNoOtherHost finds addresses of anyone else, in pages and assets.
func TestNoOtherHost(t *testing.T) {
	other := regexp.MustCompile(`(https?:)?//[a-z0-9-]+\.[a-z]+`)
	own := strings.NewReplacer("http://www.w3.org/2000/svg", "")
	for name, html := range everyPage(t) {
		if found := other.FindString(own.Replace(html)); found != "" {
			t.Errorf("%s names %s", name, found)
		}
	}
	for name, asset := range testSite(t).assets {
		if found := other.FindString(own.Replace(string(asset.plain))); found != "" {
			t.Errorf("%s names %s", name, found)
		}
	}
}

// TestReferences follows every reference to an asset, and finds files that nobody refers to.
func TestReferences(t *testing.T) {
	s := testSite(t)
	used := map[string]bool{}
	check := func(name, content string) {
		for _, found := range reference.FindAllStringSubmatch(content, -1) {
			address := "/assets/" + found[1]
			used[address] = true
			if s.assets[address] == nil {
				t.Errorf("%s refers to %s, which does not exist", name, address)
			}
		}
		if strings.Count(content, "/assets/") != len(reference.FindAllString(content, -1)) {
			t.Errorf("%s refers to an asset in a way that is not found and replaced", name)
		}
	}
	for name, html := range everyPage(t) {
		check(name, html)
	}
	for name, asset := range s.assets {
		check(name, string(asset.plain))
	}
	if len(used) != len(s.assets) {
		t.Errorf("%d assets are used, %d are there", len(used), len(s.assets))
	}
	wantAllLoaded(t, s)
}

// wantAllLoaded finds embedded files that no page leads to.
func wantAllLoaded(t *testing.T, s *site) {
	t.Helper()
	loaded := map[string]bool{}
	hash := regexp.MustCompile(`\.[0-9a-f]{12}\.`)
	for address := range s.assets {
		loaded[strings.TrimPrefix(hash.ReplaceAllString(address, "."), "/assets/")] = true
	}
	for _, name := range plainFiles {
		loaded[name] = true
	}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Dir(name) != "pages" && !loaded[name] {
			t.Errorf("%s is embedded and never used", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// drawn is how many drawings the first page shows: one of each plant that the built-in rules sell, the leaves, and the icon.
const drawn = 6 + 2

// TestWeight adds up the first page with all that it can ever load, compressed as browsers get it: of the drawings, the heaviest.
func TestWeight(t *testing.T) {
	s := testSite(t)
	for language := range s.texts {
		first := s.pages["/"][language]
		seen := map[string]bool{}
		weight := len(first.gzipped)
		var drawings []int
		var follow func(content []byte)
		follow = func(content []byte) {
			for _, found := range reference.FindAllSubmatch(content, -1) {
				address := "/assets/" + string(found[1])
				asset := s.assets[address]
				if seen[address] {
					continue
				}
				seen[address] = true
				if strings.HasPrefix(address, "/assets/drawings/") {
					drawings = append(drawings, len(asset.gzipped))
					continue
				}
				weight += len(asset.gzipped)
				follow(asset.plain)
			}
		}
		follow(first.plain)
		slices.Sort(drawings)
		heaviest := drawings[max(0, len(drawings)-drawn):]
		for _, size := range heaviest {
			weight += size
		}
		t.Logf("%s: %d bytes", language, weight)
		if weight >= 40_000 {
			t.Errorf("the first page in %s weighs %d bytes", language, weight)
		}
	}
}

// TestIDs finds labels, descriptions and form owners that lead nowhere, and ids that are there twice.
func TestIDs(t *testing.T) {
	id := regexp.MustCompile(`\sid="([^"]+)"`)
	use := regexp.MustCompile(`\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"`)
	for name, html := range everyPage(t) {
		ids := map[string]bool{}
		for _, found := range id.FindAllStringSubmatch(html, -1) {
			if ids[found[1]] {
				t.Errorf("%s has id %q twice", name, found[1])
			}
			ids[found[1]] = true
		}
		for _, found := range use.FindAllStringSubmatch(html, -1) {
			for _, target := range strings.Fields(found[1]) {
				if !ids[target] {
					t.Errorf("%s refers to id %q, which it does not have", name, target)
				}
			}
		}
	}
}

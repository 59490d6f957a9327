package rules_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/rules"
)

// drawingsOf are the drawings of a text's products, by SKU.
func drawingsOf(t *testing.T, text []byte) map[string]string {
	t.Helper()
	set, err := rules.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, p := range set.Orders.Catalog {
		all[p.SKU] = p.Drawing
	}
	return all
}

// TestStoredPlantsKeepTheirDrawings: rules from before they named drawings show what they did, and never another plant.
func TestStoredPlantsKeepTheirDrawings(t *testing.T) {
	text, err := os.ReadFile("testdata/stored/built-in.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"LB001": "monstera", "LB002": "fiddle-leaf-fig", "EX001": "bird-of-paradise",
		"EX002": "orchid-tree", "BB001": "lucky-bamboo", "BB002": "bonsai-ficus",
	}
	if got := drawingsOf(t, text); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	want["LB001"] = "" // nobody knows what it looks like
	if got := drawingsOf(t, []byte(strings.ReplaceAll(string(text), "en: Monstera", "en: Lush bracken"))); !maps.Equal(got, want) {
		t.Errorf("of another LB001: %v", got)
	}
}

// TestDrawings: what the rules can name is what the pages have, each in its file.
func TestDrawings(t *testing.T) {
	var named []string
	for _, name := range rules.Schema(app.Providers).Properties["catalog"].Items.Properties["drawing"].Enum {
		named = append(named, name.(string))
	}
	files, err := filepath.Glob("../surfaces/web/drawings/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".svg"); !slices.Contains([]string{"icon", "leaves", "pot"}, name) {
			drawn = append(drawn, name)
		}
	}
	script, err := os.ReadFile("../surfaces/web/js/drawings.js")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, line := range regexp.MustCompile(`(?m)^  "([a-z-]+)": "/assets/drawings/([a-z-]+)\.svg",$`).FindAllStringSubmatch(string(script), -1) {
		if shown = append(shown, line[1]); line[1] != line[2] {
			t.Errorf("the pages show %s for %s", line[2], line[1])
		}
	}
	slices.Sort(named)
	slices.Sort(shown)
	if !slices.Equal(named, drawn) || !slices.Equal(named, shown) {
		t.Errorf("named: %v\ndrawn: %v\nshown: %v", named, drawn, shown)
	}
}

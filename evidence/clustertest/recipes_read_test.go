package clustertest

import (
	"fmt"
	"go/format"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const recipesFile = "../../docs/extending.md"

// recipe is a section of docs/extending.md with an example: data, new files, and changes of the tree.
type recipe struct {
	title       string
	data        []string          // YAML, to be applied to the rules
	files       map[string]string // new ones, by path
	changes     []change
	touched     map[string]bool // files, new and changed
	yaml, lines int             // of data and of Go
}

// row returns the recipe's row in the page's table.
func (r recipe) row() string {
	anchor := strings.ReplaceAll(strings.ToLower(r.title), " ", "-")
	return fmt.Sprintf("| [%s](#%s) | %d | %d | %d |", r.title, anchor, r.yaml, r.lines, len(r.touched))
}

// readRecipes reads the sections that have one.
func readRecipes(t *testing.T) (page string, all []recipe) {
	t.Helper()
	text, err := os.ReadFile(recipesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		title, rest, _ := strings.Cut(section, "\n")
		r := recipe{title: title, files: map[string]string{}, touched: map[string]bool{}}
		for i, block := range strings.Split("\n"+rest, "\n```") {
			if info, body, _ := strings.Cut(block, "\n"); i%2 == 1 {
				r.add(t, info, body+"\n")
			}
		}
		if len(r.touched) > 0 {
			all = append(all, r)
		}
	}
	return string(text), all
}

// add adds a block, whose first line says what it is.
func (r *recipe) add(t *testing.T, info, body string) {
	t.Helper()
	kind, path, named := strings.Cut(info, " ")
	switch {
	case kind == "yaml":
		r.yaml += lines(body)
		r.data = append(r.data, body)
		if path = strings.TrimSpace(path); path != "" {
			sameAs(t, r.title, path, body)
		}
		r.touched["rules"] = true // the stored rules, whatever the file is called
	case kind == "go" && named:
		r.lines += lines(body)
		r.files[path], r.touched[path] = body, true
	case kind == "diff" && named:
		for hunk := range strings.SplitSeq(body, "@@\n") {
			r.changes = append(r.changes, r.hunk(path, hunk))
		}
		r.touched[path] = true
	case kind != "sh" && kind != "text":
		t.Errorf("%s: a block that begins with %q, and is neither data nor code", r.title, info)
	}
}

// hunk parses one hunk of a diff: the old and the new text.
func (r *recipe) hunk(path, hunk string) change {
	c := change{path, "\n", "\n"} // complete lines only
	for line := range strings.Lines(hunk) {
		if !strings.HasPrefix(line, "+") {
			c.old += line[1:]
		}
		if !strings.HasPrefix(line, "-") {
			c.new += line[1:]
		}
		if strings.HasPrefix(line, "+") {
			r.lines += lines(line[1:])
		}
	}
	return c
}

// sameAs checks that the page shows the files that other tests use.
func sameAs(t *testing.T, title, path, body string) {
	t.Helper()
	file, err := os.ReadFile(inTree(path))
	if err != nil {
		t.Fatal(err)
	}
	if string(file) != body {
		t.Errorf("docs/extending.md, %s: shows another %s than there is; put in:\n%s", title, path, file)
	}
}

// code returns the changes of all recipes in the order of the page, and the new files.
func code(all []recipe) (changes []change, files map[string]string) {
	files = map[string]string{}
	for _, r := range all {
		maps.Copy(files, r.files)
		changes = append(changes, r.changes...)
	}
	return changes, files
}

// TestRecipesAreCounted: the page has the correct size of each recipe.
func TestRecipesAreCounted(t *testing.T) {
	page, all := readRecipes(t)
	for _, r := range all {
		if !strings.Contains(page, r.row()+"\n") {
			t.Errorf("docs/extending.md does not have this row in its table:\n%s", r.row())
		}
	}
	if rows := strings.Count(page, "\n| ["); rows != len(all) {
		t.Errorf("the table has %d rows for %d recipes", rows, len(all))
	}
}

// TestRecipesFit: their changes apply to the current tree, and leave it formatted as make check demands.
func TestRecipesFit(t *testing.T) {
	_, all := readRecipes(t)
	changes, files := code(all)
	for path, text := range changed(t, "docs/extending.md", changes, files) {
		tidy, err := format.Source([]byte(text))
		if err != nil || string(tidy) != text {
			t.Errorf("docs/extending.md: with it, %s is not formatted (gofmt): %v %s", path, err, cmp.Diff(text, string(tidy)))
		}
	}
}

// lines counts the lines that are not blank.
func lines(text string) (n int) {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	return n
}

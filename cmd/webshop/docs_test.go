package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

const root = "../.."

// strict are the pages whose paths must all exist. On other pages a path counts only if its first folder exists.
var strict = []string{"README.md", "CONTRIBUTING.md", "docs/extending.md"}

// TestDocsNameWhatExists: commands, flags, make targets, packages, paths and links in the docs exist.
func TestDocsNameWhatExists(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&commands{}, kong.DefaultEnvars("WEBSHOP"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(root + "/docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	c := checker{t: t, model: parser.Model.Node, targets: targets(t)}
	for _, path := range append(pages, root+"/README.md", root+"/CONTRIBUTING.md") {
		c.page = strings.TrimPrefix(path, root+"/")
		text := content(t, path)
		for _, code := range codes(text) {
			c.commands(code)
			c.paths(code)
		}
		c.links(path, text)
	}
}

// checker checks pages.
type checker struct {
	t       *testing.T
	page    string
	model   *kong.Node
	targets map[string]bool
}

var (
	fencedPattern  = regexp.MustCompile("(?ms)^ *```(\\w*)[^\n]*\n(.*?)^ *```")
	inlinePattern  = regexp.MustCompile("`([^`]+)`")
	commandPattern = regexp.MustCompile(`(?:^|[\s;&|(/])webshop((?: +[a-z]+)*)([^\n;&|>#]*)`)
	flagPattern    = regexp.MustCompile(`(?:^|\s)--([a-z][a-z-]*)`)
	madePattern    = regexp.MustCompile(`(?:^|\s)make ([a-z][a-z-]*)`)
	pkgPattern     = regexp.MustCompile(`go (?:test|run)[^\n#]*? (\./[a-z/]+)`)
	pathPattern    = regexp.MustCompile(`^\.?[a-z][\w.*<>-]*(/[\w.*<>-]+)*/?$`)
	linkPattern    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headingPattern = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// codes returns the lines of shell blocks and the inline code of a page.
func codes(text string) (all []string) {
	for _, block := range fencedPattern.FindAllStringSubmatch(text, -1) {
		if block[1] == "sh" {
			all = append(all, strings.Split(strings.ReplaceAll(block[2], "\\\n", " "), "\n")...)
		}
	}
	for _, code := range inlinePattern.FindAllStringSubmatch(fencedPattern.ReplaceAllString(text, ""), -1) {
		all = append(all, strings.ReplaceAll(code[1], "\n", " "))
	}
	return all
}

// commands checks a line's webshop commands with their flags, make targets and packages.
func (c checker) commands(code string) {
	for _, m := range commandPattern.FindAllStringSubmatch(code, -1) {
		node := c.model
		for word := range strings.FieldsSeq(m[1]) {
			next := child(node, word)
			if next == nil && node == c.model {
				c.t.Errorf("%s: webshop has no command %s: %s", c.page, word, code)
			}
			if next == nil {
				break
			}
			node = next
		}
		for _, f := range flagPattern.FindAllStringSubmatch(m[2], -1) {
			if !has(node, f[1]) && !(node == c.model && has(child(node, "serve"), f[1])) {
				c.t.Errorf("%s: %s has no flag --%s: %s", c.page, node.FullPath(), f[1], code)
			}
		}
	}
	for _, m := range madePattern.FindAllStringSubmatch(code, -1) {
		if !c.targets[m[1]] {
			c.t.Errorf("%s: the Makefile has no target %s", c.page, m[1])
		}
	}
	for _, m := range pkgPattern.FindAllStringSubmatch(code, -1) {
		c.exists(m[1])
	}
}

func child(n *kong.Node, name string) *kong.Node {
	i := slices.IndexFunc(n.Children, func(c *kong.Node) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return n.Children[i]
}

// has reports whether a command or one of its parents has a flag.
func has(n *kong.Node, name string) bool {
	return name == "help" || n != nil && (slices.ContainsFunc(n.Flags, func(f *kong.Flag) bool { return f.Name == name }) || has(n.Parent, name))
}

// paths checks that what looks like a path exists in the tree.
func (c checker) paths(code string) {
	first, _, deep := strings.Cut(code, "/")
	if !pathPattern.MatchString(code) || !deep || strings.HasPrefix(code, "application/") {
		return
	}
	if _, err := os.Stat(filepath.Join(root, first)); err == nil || slices.Contains(strict, c.page) {
		c.exists(code)
	}
}

var placeholder = regexp.MustCompile(`<\w+>`)

func (c checker) exists(name string) {
	found, err := filepath.Glob(filepath.Join(root, placeholder.ReplaceAllString(name, "*")))
	if err != nil || len(found) == 0 {
		c.t.Errorf("%s names %s, which does not exist", c.page, name)
	}
}

// links checks links within the tree, and their anchors.
func (c checker) links(from, text string) {
	for _, m := range linkPattern.FindAllStringSubmatch(inlinePattern.ReplaceAllString(fencedPattern.ReplaceAllString(text, ""), ""), -1) {
		name, anchor, _ := strings.Cut(m[1], "#")
		if strings.Contains(name, ":") {
			continue
		}
		to := from
		if name != "" {
			to = filepath.Join(filepath.Dir(from), name)
		}
		if _, err := os.Stat(to); err != nil {
			c.t.Errorf("%s links to %s, which does not exist", c.page, m[1])
		} else if anchor != "" && !anchors(content(c.t, to))[anchor] {
			c.t.Errorf("%s links to %s, which has no such heading", c.page, m[1])
		}
	}
}

// anchors returns GitHub's anchors of the headings.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, h := range headingPattern.FindAllStringSubmatch(fencedPattern.ReplaceAllString(text, ""), -1) {
		name := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(h[1]), "")
		all[strings.ReplaceAll(name, " ", "-")] = true
	}
	return all
}

func targets(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z-]*):`).FindAllStringSubmatch(content(t, root+"/Makefile"), -1) {
		all[m[1]] = true
	}
	return all
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

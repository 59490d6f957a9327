package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/google/jsonschema-go/jsonschema"
)

// strict checks a value of the text, and all below it, against its schema, and notes in which line each path is.
func (c *checker) strict(node ast.Node, s *jsonschema.Schema, path string) {
	switch n := node.(type) {
	case ast.MapNode:
		if c.require(allows(s, "object"), path, "must be %s", wanted(s)) {
			c.strictMap(n, s, path)
		}
	case *ast.SequenceNode:
		if c.require(allows(s, "array"), path, "must be %s", wanted(s)) {
			c.strictList(n, s, path)
		}
	default:
		if problem := wrongScalar(node, s); problem != "" {
			c.require(false, path, "%s", problem)
		}
	}
}

func (c *checker) strictMap(n ast.MapNode, s *jsonschema.Schema, path string) {
	seen := map[string]bool{}
	for entry := n.MapRange(); entry.Next(); {
		key := entry.Key()
		name, ok := exact(key).(string)
		if !ok {
			c.wrongAt(lineOf(key), path, fmt.Sprintf("the key %q must be a text: put it in quotes", excerpt(key.GetToken().Value)))
			continue
		}
		below := under(path, name)
		c.notes(below, key, entry.Value())
		c.strictEntry(name, entry.Value(), s, below)
		seen[name] = true
	}
	for _, required := range s.Required {
		if open(s) {
			c.require(seen[required], path, "has no text for %q", required)
		} else {
			c.require(seen[required], under(path, required), "is missing%s", needed[required])
		}
	}
	c.require(s.MinProperties == nil || len(seen) >= *s.MinProperties, path, empty)
	c.require(s.MaxProperties == nil || len(seen) <= *s.MaxProperties, path, "has more than %d entries", value(s.MaxProperties))
}

// needed says why a key is required, of those that earlier releases did without.
var needed = map[string]string{
	"tax":      ": without it no one has said how the market is taxed; where nothing is owed, say an authority with the treatment out-of-scope and a text",
	"taxClass": ": without it no one has said how the product is taxed; give it a name such as plant, which treatments of taxes can be for",
}

func (c *checker) strictEntry(name string, node ast.Node, s *jsonschema.Schema, path string) {
	if known, has := s.Properties[name]; has {
		c.strict(node, known, path)
		return
	}
	if !c.require(open(s), path, "unknown field; there are %s", strings.Join(s.PropertyOrder, ", ")) {
		return
	}
	if s.PropertyNames != nil {
		problem := wrongText(name, s.PropertyNames)
		c.require(problem == "", path, "its name %s", problem)
	}
	c.strict(node, s.AdditionalProperties, path)
}

func (c *checker) strictList(n *ast.SequenceNode, s *jsonschema.Schema, path string) {
	c.require(len(n.Values) >= value(s.MinItems), path, empty)
	c.require(s.MaxItems == nil || len(n.Values) <= *s.MaxItems, path, "has more than %d entries", value(s.MaxItems))
	for i, entry := range n.Values {
		below := fmt.Sprintf("%s[%d]", path, i)
		c.notes(below, entry, entry)
		c.strict(entry, s.Items, below)
	}
}

// notes remembers where a path is in the text, for what is found to be wrong with it later.
func (c *checker) notes(path string, at, node ast.Node) {
	c.lines[path] = lineOf(at)
	if _, block := node.(*ast.LiteralNode); block {
		c.blocks[path] = true
	}
}

func lineOf(node ast.Node) int { return node.GetToken().Position.Line }

// under is the path of a key of a map.
func under(path, key string) string {
	if path == "" {
		return excerpt(key)
	}
	return path + "." + excerpt(key)
}

// excerpt is the beginning of a text, for messages.
func excerpt(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

func allows(s *jsonschema.Schema, kind string) bool {
	return s.Type == kind || slices.Contains(s.Types, kind)
}

func value(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

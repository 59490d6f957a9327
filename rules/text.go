package rules

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// MaxText bounds a set of rules, in bytes.
	MaxText = 512 << 10
	// maxMarks bounds the bytes that can begin or end a value or a line, and by that the memory that a text takes: some 2 KB
	// for each. The built-in rules have one in ten bytes.
	maxMarks = 100_000
	marks    = "\n[]{},:?-&*!|>%#'\""
	// maxDepth bounds how deeply lists and maps are nested. The form of the rules has 6 levels.
	maxDepth = 20
	// maxKeys bounds one map. The form of the rules has maps of at most 100 names.
	maxKeys = 200
)

// parse reads the YAML of a text, once. It bounds what the parser gets: its memory grows with the square of the depth of lists
// and maps, and of the keys of one map. A text that someone brings must also be of plain YAML (plain).
func parse(text []byte, brought bool) (ast.Node, error) {
	if err := size(text, brought); err != nil {
		return nil, err
	}
	tokens := lexer.Tokenize(string(text))
	if err := nesting(tokens, brought); err != nil {
		return nil, err
	}
	if err := plain(tokens); err != nil && brought {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, unreadable(err)
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			return doc.Body, nil
		}
	}
	return nil, Wrong{"rules: line 1: the text is empty"}
}

// size bounds a text, and tells what is wrong with its characters.
func size(text []byte, brought bool) error {
	switch {
	case len(text) > MaxText:
		return Wrong{fmt.Sprintf("rules: line 1: the text has more than %d bytes", MaxText)}
	case !utf8.Valid(text) || bytes.ContainsRune(text, 0):
		return Wrong{"rules: line 1: the text is not UTF-8, or holds a zero character"}
	case !brought:
		return nil
	}
	n := 0
	for _, mark := range []byte(marks) {
		n += bytes.Count(text, []byte{mark})
	}
	if n > maxMarks {
		return Wrong{fmt.Sprintf("rules: line 1: the text has more than %d lines, brackets and other marks", maxMarks)}
	}
	return nil
}

// block is a list or a map that is written with indentation.
type block struct{ column, keys int }

// nesting refuses what is nested too deeply. Blocks are nested by their columns, and flows by their brackets.
func nesting(tokens token.Tokens, brought bool) error {
	var blocks []block // around a token
	flows := 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flows++
		case token.SequenceEndType, token.MappingEndType:
			flows = max(flows-1, 0)
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			if flows == 0 {
				blocks = enter(blocks, t)
			}
		}
		if len(blocks)+flows > maxDepth {
			return wrongToken(t, fmt.Sprintf("lists and maps are nested more than %d deep", maxDepth))
		}
		if brought && len(blocks) > 0 && blocks[len(blocks)-1].keys > maxKeys {
			return wrongToken(t, fmt.Sprintf("a map has more than %d keys", maxKeys))
		}
	}
	return nil
}

// enter leaves the blocks that do not hold a token, and enters its own.
func enter(blocks []block, t *token.Token) []block {
	column, keys := t.Position.Column, 0
	if t.Type == token.MappingValueType {
		keys = 1
		if t.Prev != nil && t.Prev.Position.Line == t.Position.Line {
			column = t.Prev.Position.Column // of its key
		}
	}
	for len(blocks) > 0 && blocks[len(blocks)-1].column > column {
		blocks = blocks[:len(blocks)-1]
	}
	if len(blocks) == 0 || blocks[len(blocks)-1].column < column {
		blocks = append(blocks, block{column: column})
	}
	blocks[len(blocks)-1].keys += keys
	return blocks
}

// plain refuses YAML that rules do not need, and that readers may understand in different ways.
func plain(tokens token.Tokens) error {
	first, last := body(tokens)
	for i, t := range tokens {
		what := ""
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			what = "anchors, aliases and merge keys are"
		case token.TagType:
			what = "tags are"
		case token.DirectiveType:
			what = "directives are"
		case token.MappingKeyType:
			what = "keys after a question mark are"
		case token.DocumentHeaderType, token.DocumentEndType:
			if i > first && i < last {
				what = "second documents are"
			}
		}
		if what != "" {
			return wrongToken(t, what+" not for rules: write out what is meant")
		}
	}
	return nil
}

// body is where the first and the last token are that are no comments.
func body(tokens token.Tokens) (first, last int) {
	comment := func(t *token.Token) bool { return t.Type == token.CommentType }
	for last = len(tokens) - 1; last > 0 && comment(tokens[last]); {
		last--
	}
	for first < last && comment(tokens[first]) {
		first++
	}
	return first, last
}

func wrongToken(t *token.Token, text string) Wrong {
	return Wrong{fmt.Sprintf("rules: line %d: %s", t.Position.Line, text)}
}

// unreadable is an error of the YAML reader, with its line.
func unreadable(err error) error {
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
		return wrongToken(e.GetToken(), e.GetMessage())
	}
	return Wrong{"rules: line 1: " + err.Error()}
}

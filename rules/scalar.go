package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
	"github.com/google/jsonschema-go/jsonschema"
)

// odd is a scalar that YAML readers understand in different ways, such as 012500, 1e3, 1_000, True or no: neither a number nor a
// text, whatever the schema says.
type odd string

const empty = "is empty; leave it out, or say what it is"

var (
	wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
	// likeNumber matches all that is a number for a reader of YAML 1.1 or 1.2: with signs, underscores, points, exponents, other
	// bases and base 60.
	likeNumber = regexp.MustCompile(`^[-+]?(0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]+([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))$|^\.(nan|NaN|NAN)$`)
	// likeOther matches what is no text for a reader of YAML 1.1: truth values, days, times, and the signs of default and merge.
	likeOther = regexp.MustCompile(`^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|=|<<|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*:[0-9]{2}:[0-9]{2}.*)?)$`)
)

// exact is what a scalar is for every reader of YAML: a string, an int64, a bool, nil where there is nothing, or odd.
func exact(node ast.Node) any {
	text := node.GetToken().Value
	switch n := node.(type) {
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.StringNode:
		if quoted := n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType; quoted || !likeNumber.MatchString(n.Value) && !likeOther.MatchString(n.Value) {
			return n.Value
		}
	case *ast.IntegerNode:
		if number, err := strconv.ParseInt(text, 10, 64); err == nil && wholeNumber.MatchString(text) {
			return number
		}
	case *ast.BoolNode:
		if text == "true" || text == "false" {
			return n.Value
		}
	case *ast.NullNode:
		return nil
	}
	return odd(text)
}

// wrongScalar tells what is wrong with a scalar, or nothing.
func wrongScalar(node ast.Node, s *jsonschema.Schema) string {
	v := exact(node)
	switch v := v.(type) {
	case nil:
		return empty
	case string:
		if allows(s, "string") {
			return wrongText(v, s)
		}
	case int64:
		if allows(s, "integer") {
			return wrongNumber(v, s)
		}
	case bool:
		if allows(s, "boolean") {
			return ""
		}
	}
	if _, text := v.(string); !text && allows(s, "string") {
		return fmt.Sprintf("must be a text: put it in quotes, %q", excerpt(node.GetToken().Value))
	}
	return "must be " + wanted(s)
}

// wrongText tells what is wrong with a text, or nothing.
func wrongText(text string, s *jsonschema.Schema) string {
	n := utf8.RuneCountInString(text)
	switch {
	case s.Pattern != "" && !matches(s.Pattern, text):
		return says(s, "must match "+s.Pattern)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)):
		return says(s, "must be one of "+strings.Trim(strings.ReplaceAll(fmt.Sprintf("%q", s.Enum), `" "`, `", "`), "[]"))
	case n < value(s.MinLength):
		return empty
	case s.MaxLength != nil && n > *s.MaxLength:
		return says(s, fmt.Sprintf("must have at most %d characters", *s.MaxLength))
	}
	return ""
}

// wrongNumber tells what is wrong with a number, or nothing.
func wrongNumber(n int64, s *jsonschema.Schema) string {
	if s.Minimum != nil && n < int64(*s.Minimum) || s.Maximum != nil && n > int64(*s.Maximum) {
		return says(s, fmt.Sprintf("must be a whole number from %d to %d", int64(*s.Minimum), int64(*s.Maximum)))
	}
	return ""
}

// says is what the schema says of a wrong value.
func says(s *jsonschema.Schema, otherwise string) string {
	if text, has := s.Extra[errorMessage].(string); has {
		return text
	}
	return otherwise
}

var kinds = map[string]string{
	"object": "a map", "array": "a list", "string": "a text", "integer": "a whole number such as 12900", "boolean": "true or false",
}

// wanted says what a value must be.
func wanted(s *jsonschema.Schema) string {
	var names []string
	for _, kind := range append(slices.Clone(s.Types), s.Type) {
		if kind != "" {
			names = append(names, kinds[kind])
		}
	}
	return strings.Join(names, " or ")
}

// compiled holds the expressions of the schema, which never change.
var compiled sync.Map

func matches(expression, text string) bool {
	e, has := compiled.Load(expression)
	if !has {
		e, _ = compiled.LoadOrStore(expression, regexp.MustCompile(expression))
	}
	return e.(*regexp.Regexp).MatchString(text)
}

package template

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Parse reads a template. Short forms of intrinsic functions (!Ref, !Sub, …) become the long ones, so that the result is
// plain: maps, slices, strings, numbers and booleans.
func Parse(text []byte) (map[string]any, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if len(file.Docs) != 1 {
		return nil, fmt.Errorf("template: it holds %d documents, not one", len(file.Docs))
	}
	tree, err := plain(file.Docs[0].Body)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	whole, ok := tree.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("template: it is not a mapping")
	}
	return whole, nil
}

// plain converts a node of YAML to Go's own types.
func plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return mapping(n.Values)
	case *ast.MappingValueNode:
		return mapping([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		return sequence(n)
	case *ast.TagNode:
		return tagged(n)
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.CommentGroupNode, nil:
		return nil, nil
	case ast.ScalarNode:
		return n.GetValue(), nil
	}
	return nil, fmt.Errorf("line %d: %s is not understood", node.GetToken().Position.Line, node.Type())
}

func mapping(values []*ast.MappingValueNode) (any, error) {
	all := make(map[string]any, len(values))
	for _, v := range values {
		key := v.Key.GetToken().Value
		value, err := plain(v.Value)
		if err != nil {
			return nil, err
		}
		if _, twice := all[key]; twice {
			return nil, fmt.Errorf("line %d: %s is there twice", v.Key.GetToken().Position.Line, key)
		}
		all[key] = value
	}
	return all, nil
}

func sequence(n *ast.SequenceNode) (any, error) {
	all := make([]any, 0, len(n.Values))
	for _, v := range n.Values {
		value, err := plain(v)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

// tagged returns the long form of a short intrinsic function.
func tagged(n *ast.TagNode) (any, error) {
	value, err := plain(n.Value)
	if err != nil {
		return nil, err
	}
	switch name := strings.TrimPrefix(n.Start.Value, "!"); name {
	case "Ref", "Condition":
		return map[string]any{name: value}, nil
	case "GetAtt":
		if text, ok := value.(string); ok {
			id, attribute, _ := strings.Cut(text, ".")
			value = []any{id, attribute}
		}
		return map[string]any{"Fn::GetAtt": value}, nil
	default:
		return map[string]any{"Fn::" + name: value}, nil
	}
}

package graphql

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// limitFragments refuses short queries that expand without bounds: fragments that each use the next one twice double it
// each time. The checks of depth and complexity would walk through all of that.
type limitFragments struct{}

func (limitFragments) ExtensionName() string                   { return "LimitFragments" }
func (limitFragments) Validate(graphql.ExecutableSchema) error { return nil }
func (limitFragments) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	left := maxSelections
	if fits(op.Operation.SelectionSet, &left) {
		return nil
	}
	err := gqlerror.Errorf("the query has more than %d fields when its fragments are written out", maxSelections)
	errcode.Set(err, "COMPLEXITY_LIMIT_EXCEEDED")
	return err
}

// fits counts the selections with fragments expanded, and stops when there are too many.
func fits(set ast.SelectionSet, left *int) bool {
	for _, selection := range set {
		if *left--; *left < 0 {
			return false
		}
		var inner ast.SelectionSet
		switch s := selection.(type) {
		case *ast.Field:
			inner = s.SelectionSet
		case *ast.InlineFragment:
			inner = s.SelectionSet
		case *ast.FragmentSpread:
			inner = s.Definition.SelectionSet
		}
		if !fits(inner, left) {
			return false
		}
	}
	return true
}

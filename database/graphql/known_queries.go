package graphql

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// maxKnown bounds the queries that are remembered: the shop's own processes have about half as many.
	maxKnown = 64
	// maxKnownText bounds the text of one.
	maxKnownText = 4 << 10
)

// knownQueries remembers what queries mean that were read and checked before: that is 40% of the work of a small one. It
// takes only those without values in their text, as a program's are: values differ each time, and keepDigits changes them,
// which must not happen to a tree that others read.
type knownQueries struct {
	graphql.Cache[*ast.QueryDocument]
}

func newKnownQueries() knownQueries {
	return knownQueries{lru.New[*ast.QueryDocument](maxKnown)}
}

// Add remembers a query, if it is a program's.
func (k knownQueries) Add(ctx context.Context, text string, doc *ast.QueryDocument) {
	if len(text) > maxKnownText {
		return
	}
	for _, operation := range doc.Operations {
		if !onlyVariables(operation.SelectionSet) {
			return
		}
	}
	for _, fragment := range doc.Fragments {
		if !onlyVariables(fragment.SelectionSet) {
			return
		}
	}
	k.Cache.Add(ctx, text, doc)
}

// onlyVariables reports whether all arguments are variables. It does not follow fragments, which may grow without bounds.
func onlyVariables(set ast.SelectionSet) bool {
	for _, selection := range set {
		var inner ast.SelectionSet
		switch s := selection.(type) {
		case *ast.Field:
			for _, argument := range s.Arguments {
				if argument.Value.Kind != ast.Variable {
					return false
				}
			}
			inner = s.SelectionSet
		case *ast.InlineFragment:
			inner = s.SelectionSet
		}
		if !onlyVariables(inner) {
			return false
		}
	}
	return true
}

// Package graphql serves the database service's GraphQL schema (schema.graphql).
//
// It guarantees: a query that is too deep, too costly or too long is refused before anything is read; and an error has
// its code and fields, and reveals nothing internal.
package graphql

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acme.example/webshop/platform/fault"
)

const (
	maxDepth      = 6    // of nested fields; introspection does not count
	maxComplexity = 300  // a field costs 1, and a list as defined in costs
	maxTokens     = 2000 // of the query's text
	maxSelections = 2000 // of the query with its fragments expanded
)

// Handler serves the schema over HTTP. The caller must bound the bodies.
func Handler(r *Resolver, log *slog.Logger) http.Handler {
	server := handler.New(NewExecutableSchema(Config{Resolvers: r, Complexity: costs()}))
	server.AddTransport(transport.Options{})
	server.AddTransport(transport.GET{})
	server.AddTransport(transport.GRAPHQL{})
	server.AddTransport(transport.POST{})
	server.SetParserTokenLimit(maxTokens)
	server.Use(extension.Introspection{})
	server.Use(limitFragments{}) // before anything that walks through the query
	server.Use(keepDigits{})     // before arguments are first read, for the complexity
	server.Use(extension.FixedComplexityLimit(maxComplexity))
	server.AroundOperations(limitDepth)
	server.AroundOperations(r.asked(log))
	server.SetErrorPresenter(presenter(log))
	server.SetRecoverFunc(func(_ context.Context, p any) error { return fmt.Errorf("panic: %v", p) })
	return asSeed(server)
}

// costs defines what lists cost: many orders fit a few times into one query, and histories not for many orders at once.
func costs() (c ComplexityRoot) {
	const many = maxComplexity / 6
	c.Query.GetAllTestOrders = func(child int, _ *int32) int { return many + 4*child }
	c.Query.DeadLetters = func(child int, _ int32) int { return many + 4*child }
	c.Query.ParkedEvents = func(child int) int { return maxComplexity / 2 }
	c.Query.Counts = func(child int) int { return maxComplexity / 2 }
	c.Mutation.ReplayDeadLetters = func(child int, _ string, _ int32) int { return maxComplexity / 2 }
	c.Order.History = func(child int) int { return maxComplexity/4 + 5*child }
	c.Order.Ledger = func(child int) int { return maxComplexity/12 + 4*child }
	return c
}

// limitDepth refuses an operation with fields nested too deep.
func limitDepth(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if depth(graphql.GetOperationContext(ctx).Operation.SelectionSet) > maxDepth {
		return graphql.OneShot(graphql.ErrorResponse(ctx, "the query is nested deeper than %d fields", maxDepth))
	}
	return next(ctx)
}

// depth returns how deep fields are nested. Introspection is deep by nature and cheap.
func depth(set ast.SelectionSet) int {
	deepest := 0
	for _, selection := range set {
		d := 0
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name == "__schema" || s.Name == "__type" {
				continue
			}
			d = 1 + depth(s.SelectionSet)
		case *ast.InlineFragment:
			d = depth(s.SelectionSet)
		case *ast.FragmentSpread:
			d = depth(s.Definition.SelectionSet)
		}
		deepest = max(deepest, d)
	}
	return deepest
}

// keepDigits passes whole numbers beyond 64 bits on as text, so that they get the error of the argument's type.
type keepDigits struct{}

func (keepDigits) ExtensionName() string                   { return "KeepDigits" }
func (keepDigits) Validate(graphql.ExecutableSchema) error { return nil }
func (keepDigits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	eachValue(op.Operation.SelectionSet, func(v *ast.Value) {
		if _, err := strconv.ParseInt(v.Raw, 10, 64); v.Kind == ast.IntValue && err != nil {
			v.Kind = ast.StringValue
		}
	})
	return nil
}

// eachValue visits the literals in the arguments of all fields.
func eachValue(set ast.SelectionSet, visit func(*ast.Value)) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			for _, argument := range s.Arguments {
				eachPart(argument.Value, visit)
			}
			eachValue(s.SelectionSet, visit)
		case *ast.InlineFragment:
			eachValue(s.SelectionSet, visit)
		case *ast.FragmentSpread:
			eachValue(s.Definition.SelectionSet, visit)
		}
	}
}

func eachPart(v *ast.Value, visit func(*ast.Value)) {
	visit(v)
	for _, child := range v.Children {
		eachPart(child.Value, visit)
	}
}

// presenter sets each error's code and fields, and logs internal causes.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		out := graphql.DefaultErrorPresenter(ctx, err)
		_, ours := errors.AsType[*fault.Error](err)
		if theirs, ok := errors.AsType[*gqlerror.Error](err); ok && !ours && theirs.Err == nil {
			return out // an error of the query itself: syntax, unknown fields, limits
		}
		problem := fault.ProblemOf(err)
		if problem.Status >= http.StatusInternalServerError {
			log.ErrorContext(ctx, "graphql", "path", graphql.GetPath(ctx).String(), "error", err)
		}
		out.Message = problem.Detail
		for _, f := range problem.Errors {
			out.Message += "; " + f.Name + ": " + f.Detail
		}
		out.Extensions = map[string]any{"code": string(fault.CodeOf(err)), "status": problem.Status, "errors": problem.Errors}
		if e, ok := errors.AsType[*fault.Error](err); ok && e.RetryAfter > 0 {
			out.Extensions["retryAfterMs"] = e.RetryAfter.Milliseconds()
		}
		return out
	}
}

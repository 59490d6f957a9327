package graphql

import (
	"context"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Change is a field of a mutation, for Resolver.Before.
type Change struct {
	Name string
	Args map[string]any
}

// asked calls Resolver.Before before the mutations of a request, which then all run, or none.
func (r *Resolver) asked(log *slog.Logger) graphql.OperationMiddleware {
	present := presenter(log)
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		op := graphql.GetOperationContext(ctx)
		if r.Before == nil || op.Operation.Operation != ast.Mutation {
			return next(ctx)
		}
		after, err := r.Before(ctx, mutationsOf(op))
		if err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{present(ctx, err)}})
		}
		answer := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			response := answer(ctx)
			if response != nil {
				after(len(response.Errors) > 0)
			}
			return response
		}
	}
}

func mutationsOf(op *graphql.OperationContext) (all []Change) {
	for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"}) {
		if f.Name != "__typename" {
			all = append(all, Change{f.Name, f.ArgumentMap(op.Variables)})
		}
	}
	return all
}

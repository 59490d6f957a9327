package ops

import (
	"context"

	"acme.example/webshop/order"
)

// Local is who acts from this machine without a token.
const Local = order.ByLocal

type whoKey struct{}

// WithWho returns a context that carries who asks: the name that goes with a token.
func WithWho(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, whoKey{}, name)
}

// Who returns who asks; Local when no one was told.
func Who(ctx context.Context) string {
	if name, ok := ctx.Value(whoKey{}).(string); ok {
		return name
	}
	return Local
}

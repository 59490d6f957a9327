package ops

import (
	"context"

	"acme.example/webshop/order"
)

// Local is the name of callers on this machine without a token.
const Local = order.ByLocal

type whoKey struct{}

// WithWho returns a context that carries the caller's name.
func WithWho(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, whoKey{}, name)
}

// Who returns the caller's name; Local if there is none.
func Who(ctx context.Context) string {
	if name, ok := ctx.Value(whoKey{}).(string); ok {
		return name
	}
	return Local
}

package operatorclient

import (
	"context"
	"io"
	"net/http"

	"acme.example/webshop/surfaces/terminal"
)

// Order prints the history of an order.
func (c Client) Order(ctx context.Context, id int64) error {
	return terminal.Order(ctx, c.get, id, c.Out)
}

// Top shows the traffic of the shop: each second on a terminal, or once.
func (c Client) Top(ctx context.Context, in io.Reader, live bool) error {
	if !live {
		return terminal.Once(ctx, c.get, c.Out)
	}
	return terminal.Top(ctx, c.get, in, c.Out)
}

func (c Client) get(ctx context.Context, path string, into any) error {
	return c.call(ctx, http.MethodGet, path, nil, into)
}

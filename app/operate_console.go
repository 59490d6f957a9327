package app

import (
	"context"
	"io"
	"net/http"

	"acme.example/webshop/app/terminal"
)

// Order prints an order's story.
func (d Desk) Order(ctx context.Context, id int64) error {
	return terminal.Order(ctx, d.get, id, d.Out)
}

// Top shows what goes through the shop: each second on a terminal, or once.
func (d Desk) Top(ctx context.Context, in io.Reader, live bool) error {
	if !live {
		return terminal.Once(ctx, d.get, d.Out)
	}
	return terminal.Top(ctx, d.get, in, d.Out)
}

func (d Desk) get(ctx context.Context, path string, into any) error {
	return d.call(ctx, http.MethodGet, path, nil, into)
}

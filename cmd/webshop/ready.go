package main

import (
	"context"

	"acme.example/webshop/app"
)

type readyCommand struct {
	URL string `arg:"" optional:"" default:"http://127.0.0.1:8080" help:"Public listener of the process."`
}

// Help is shown by webshop ready -h.
func (readyCommand) Help() string {
	return `The exit code is 0 when the process takes requests, and 1 when it does not; the reason is printed. It is the health
check of a container, which has nothing else to ask with.`
}

func (c *readyCommand) Run(ctx context.Context) error { return app.AskReady(ctx, c.URL) }

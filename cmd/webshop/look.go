package main

import (
	"context"
	"os"

	"golang.org/x/term"
)

type topCommand struct {
	privateFlags `embed:""`

	Once bool `help:"Print it once and end; also what happens when the output is no terminal."`
}

// Help is shown by webshop top -h.
func (topCommand) Help() string {
	return `The console's first page for a terminal: what is wrong and what to do about it, how many events go through each step,
what waits and what fails, and how the partners answer. The arrows scroll, q ends.`
}

func (c *topCommand) Run(ctx context.Context) error {
	live := !c.Once && term.IsTerminal(int(os.Stdout.Fd()))
	return c.client().Top(ctx, os.Stdin, live)
}

type orderCommand struct {
	ID int64 `arg:"" help:"The order's number."`

	privateFlags `embed:""`
}

// Help is shown by webshop order -h.
func (orderCommand) Help() string {
	return `Prints what happened to an order, because of what, how far each subscriber got, and what is not done and why. It shows
the customer's name and mail address.`
}

func (c *orderCommand) Run(ctx context.Context) error {
	return c.client().Order(ctx, c.ID)
}

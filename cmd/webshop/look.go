package main

import (
	"context"
	"errors"
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

type refundCommand struct {
	ID      int64  `arg:"" help:"The order's number."`
	Amount  string `help:"How much, in the order's currency, e.g. 12.50." xor:"what" required:""`
	Reason  string `help:"Why. If the refund is made, the customer reads this."`
	Approve int    `help:"Approve the refund of this number, which another operator has asked for." placeholder:"NUMBER" xor:"what" required:""`
	Refuse  int    `help:"Refuse the refund of this number, which waits for a second operator, or withdraw your own." placeholder:"NUMBER" xor:"what" required:""`

	privateFlags `embed:""`
}

// Help is shown by webshop refund -h.
func (refundCommand) Help() string {
	return `Gives money of an order back, whole or in part. The order stays as it is. Above an amount that the rules set, another
operator approves it, with --approve and a token of their own, or refuses it, with --refuse; who asked for it withdraws it so.`
}

// Validate wants a reason with an amount, and with a refusal.
func (c refundCommand) Validate() error {
	switch {
	case c.Amount != "" && c.Reason == "":
		return errors.New("expected --reason with --amount: the customer is told")
	case c.Refuse != 0 && c.Reason == "":
		return errors.New("expected --reason with --refuse")
	}
	return nil
}

func (c *refundCommand) Run(ctx context.Context) error {
	if c.Approve != 0 {
		return c.client().ApproveRefund(ctx, c.ID, c.Approve)
	}
	if c.Refuse != 0 {
		return c.client().RefuseRefund(ctx, c.ID, c.Refuse, c.Reason)
	}
	return c.client().Refund(ctx, c.ID, c.Amount, c.Reason)
}

package main

import (
	"context"
	"os"
	"time"

	"golang.org/x/term"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/systemtest"
)

type systemtestCommand struct {
	privateFlags `embed:""`

	PublicURL   string        `name:"public-url" default:"http://localhost:8080" help:"Public listener of the shop."`
	TestToken   app.Secret    `help:"Token of the shop for test orders (its --test-token)." placeholder:"@FILE"`
	Orders      int           `default:"100" help:"How many orders to make."`
	Concurrency int           `default:"8" help:"How many orders to make at once."`
	Seed        uint64        `default:"1" help:"The same seed makes the same customers."`
	Timeout     time.Duration `default:"60s" help:"How long after the last order was made all may take to arrive."`
	JSON        bool          `name:"json" help:"Print the summary as JSON, and nothing else."`
}

// Help is shown by webshop systemtest -h.
func (systemtestCommand) Help() string {
	return `Makes test orders of believable customers in both markets and of both customer types, through the public
listener, and asks the private one until each is DELIVERY_BOOKED. The exit code is 0 only if every order
arrived, once, with the data that was sent. Test orders pay nothing, and no plant is sent anywhere.`
}

func (c *systemtestCommand) Run(ctx context.Context) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	_, err = systemtest.Run(ctx, systemtest.Config{
		PublicURL: c.PublicURL, PrivateURL: c.PrivateURL, Token: string(token), TestToken: string(c.TestToken), Orders: c.Orders,
		Concurrency: c.Concurrency, Seed: c.Seed, Timeout: c.Timeout, JSON: c.JSON,
		Out: os.Stdout, Terminal: term.IsTerminal(int(os.Stdout.Fd())),
	})
	return err
}

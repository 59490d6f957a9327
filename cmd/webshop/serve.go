package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"acme.example/webshop/app"
)

type serveCommand struct {
	app.Config `embed:""`
}

// Help is shown by webshop serve -h.
func (serveCommand) Help() string {
	return `Serves the whole shop until SIGTERM or Ctrl-C. Then intake stops first, work in flight ends within
--shutdown-timeout, and the exit code is 0. What was not done by then goes on at the next start.

Without further flags all partners are simulated inside the process and all mails go to a built-in receiver, so
that the whole way of an order can be seen and tested. Test orders (testId other than 0) never reach a real partner.`
}

func (c *serveCommand) Run(ctx context.Context) error {
	begun := time.Now()
	log, err := c.Log(os.Stderr)
	if err != nil {
		return err
	}
	shop, err := app.Start(ctx, c.Config, log)
	if err != nil {
		return err
	}
	fmt.Print(greeting(shop, c.DataDir, time.Since(begun)))
	var failure error
	select {
	case <-ctx.Done():
		fmt.Println("Stopping: no new orders; ending what is in work …")
	case failure = <-shop.Failed():
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownTimeout)
	defer cancel()
	if err := shop.Stop(deadline); err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	return failure
}

func greeting(shop *app.Shop, data string, took time.Duration) string {
	return fmt.Sprintf(`ACME webshop, ready in %d ms. Data: %s

  Shop      %s
  Console   %[4]s/console
  Mails     %[4]s/mail
  GraphQL   %[4]s/database
  Partners  %[4]s/partners

`, took.Milliseconds(), data, shop.PublicURL, shop.PrivateURL)
}

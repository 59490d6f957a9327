package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"acme.example/webshop/app"
)

type serveCommand struct {
	app.Config `embed:""`
}

// Help is shown by webshop serve -h.
func (serveCommand) Help() string {
	return `Serves the shop until SIGTERM or Ctrl-C. Then intake stops first, work in flight ends within --shutdown-timeout,
and the exit code is 0. What was not done by then goes on at the next start.

Without further flags it is the whole shop, all partners are simulated inside the process and all mails go to a
built-in receiver, so that the whole way of an order can be seen and tested. Test orders (testId other than 0) never
reach a real partner.

With --services the process runs some of the services, and waits for NATS and for the processes that run database.`
}

func (c *serveCommand) Run(ctx context.Context) error {
	begun := time.Now()
	log, err := c.Log(os.Stderr)
	if err != nil {
		return err
	}
	endTraces, err := c.Traces(ctx, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := endTraces(context.WithoutCancel(ctx)); err != nil {
			log.Warn("the last traces could not be sent", "error", err)
		}
	}()
	shop, err := app.Start(ctx, c.Config, log)
	if ctx.Err() != nil && shop == nil {
		fmt.Println("Stopped before it had started.")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Print(c.greeting(shop, time.Since(begun)))
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

func (c *serveCommand) greeting(shop *app.Shop, took time.Duration) string {
	if len(c.Services) > 0 {
		return fmt.Sprintf(`ACME webshop, services %s, ready in %d ms.

  Public    http://%s
  Private   %s

`, strings.Join(c.Services, ", "), took.Milliseconds(), shop.PublicAddress(), shop.PrivateURL)
	}
	return fmt.Sprintf(`ACME webshop, ready in %d ms. Data: %s

  Mode      %[5]s
  Shop      %[3]s
  Console   %[4]s/console
  Mails     %[4]s/mail
  GraphQL   %[4]s/database
  Partners  %[4]s/partners

`, took.Milliseconds(), c.DataDir, shop.PublicURL, shop.PrivateURL, c.entry(shop))
}

// entry says how operators log in.
func (c *serveCommand) entry(shop *app.Shop) string {
	switch {
	case shop.Mode == "local":
		return "local: callers on this machine need no token"
	case shop.TokenFile != "":
		return "production: operators log in with the token in " + shop.TokenFile
	}
	return "production: operators log in with their tokens"
}

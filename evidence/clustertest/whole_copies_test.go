package clustertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"acme.example/webshop/platform/database/pgtest"
)

// TestIdenticalCopies: three processes of the whole shop need PostgreSQL and nothing else. Customers order at all of them
// while each is killed in turn; at the end nothing is lost or doubled, and the auditor finds nothing.
func TestIdenticalCopies(t *testing.T) {
	if testing.Short() {
		t.Skip("some minutes")
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 8*time.Minute, errors.New("the run takes too long"))
	defer cancel()
	c := bareCluster(t, build(t, "webshop", "acme.example/webshop/cmd/webshop"))
	c.postgres = pgtest.New(t)
	c.databaseURL = c.postgres.Database(t)
	if err := errors.Join(c.world(ctx, *seed), c.startThree(ctx)); err != nil {
		t.Fatal(err)
	}
	background, stop := context.WithCancel(ctx)
	defer func() { stop(); c.background.Wait() }()
	c.background.Go(func() { c.watch(background) })
	c.background.Go(func() { c.witness.Order(background) })
	for _, i := range c.all() {
		if r := c.suffer(ctx, c.killed(i)); r.err != nil {
			t.Fatal(r.err, c.logs())
		}
	}
	c.judge(ctx, t)
	if t.Failed() {
		t.Log(c.logs())
	}
}

// startThree starts three copies of the whole shop, and waits for them.
func (c *cluster) startThree(ctx context.Context) error {
	for n := range 3 {
		i, err := c.newInstance(wholeShop, n+1)
		if err != nil {
			return err
		}
		c.copies[wholeShop] = append(c.copies[wholeShop], i)
		if err := i.start(); err != nil {
			return err
		}
	}
	return c.allReady(ctx)
}

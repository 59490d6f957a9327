package clustertest

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/evidence/harness"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/database/pgtest"
)

// cluster is all processes of a shop, and the servers that they use.
type cluster struct {
	t                 testing.TB
	dir, binary, next string // folder; the shop's program, and its next release
	postgres          *pgtest.Server
	databaseURL       string         // for the test itself: without any link or pooler
	pooler            *pgtest.Pooler // in front of PostgreSQL; nil: none
	nats              *bustest.Cluster
	routes            map[[2]int]*link // between NATS servers
	copies            map[string][]*instance
	public, private   *gateway
	witness           *harness.Witness
	meter             *meter
	alerts            alerts
	background        sync.WaitGroup // customers, and the watch of alerts
	say               func(format string, args ...any)
}

// newCluster starts everything, and waits until it is ready. It ends with the test.
func newCluster(t *testing.T, binary, next string, seed uint64) *cluster {
	t.Helper()
	c := bareCluster(t, binary)
	c.next = next
	c.postgres = pgtest.New(t)
	c.databaseURL = c.postgres.Database(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c.startNATS(t)
	if err := c.natsReady(ctx); err != nil {
		t.Fatal("the NATS servers: ", err)
	}
	if err := c.world(ctx, seed); err != nil {
		t.Fatal(err)
	}
	if err := c.shop(ctx); err != nil {
		t.Fatal(err)
	}
	return c
}

// bareCluster has no processes yet. What it starts ends with the test.
func bareCluster(t *testing.T, binary string) *cluster {
	c := &cluster{t: t, dir: t.TempDir(), binary: binary, routes: map[[2]int]*link{}, copies: map[string][]*instance{}, meter: &meter{}, say: t.Logf}
	c.alerts.seen = map[string]*sighting{}
	if keep := os.Getenv("CLUSTERTEST_DIR"); keep != "" {
		c.dir = keep
	}
	t.Cleanup(c.end)
	return c
}

// world starts the gateways, the partners and the mail server.
func (c *cluster) world(ctx context.Context, seed uint64) (err error) {
	ports, err := harness.FreePorts(2)
	if err != nil {
		return err
	}
	if c.public, err = newGateway(ports[0], func(path string) (all []*backend) {
		for _, i := range c.serving(publicService(path)) {
			all = append(all, &i.public)
		}
		return all
	}); err != nil {
		return err
	}
	if c.private, err = newGateway(ports[1], func(string) (all []*backend) {
		for _, i := range c.serving("database") {
			all = append(all, &i.private)
		}
		return all
	}); err != nil {
		return err
	}
	c.witness = &harness.Witness{
		Binary: c.binary, Dir: c.dir, Seed: seed, Public: "http://" + ports[0], Private: "http://" + ports[1], Token: operator,
		Simulators: true, Calm: true, Shoppers: shoppers, Stroll: stroll, Seen: c.meter.saw, Say: c.say,
	}
	return errors.Join(c.witness.Open(ctx), c.witness.Turn(ctx, mood))
}

// The customers: some eight orders a second.
const (
	shoppers = 4
	stroll   = 900 * time.Millisecond
)

// mood is the partners' knobs: they decline and refuse occasionally, and the stockist answers later, by a callback.
var mood = map[string]harness.Knobs{
	"payments-us": {DeclineRate: 0.05, Latency: 20}, "payments-mx": {DeclineRate: 0.05, Latency: 20},
	"stockist": {RefuseRate: 0.02, AnswerLater: 300},
}

// shop starts all processes of the shop, and waits for them.
func (c *cluster) shop(ctx context.Context) error {
	for _, service := range services {
		for n := range copiesOfEach {
			i, err := c.newInstance(service, n+1)
			if err != nil {
				return err
			}
			c.copies[service] = append(c.copies[service], i)
		}
	}
	for _, i := range c.all() {
		if err := i.start(); err != nil {
			return err
		}
	}
	return c.allReady(ctx)
}

// all returns the processes of the shop.
func (c *cluster) all() (all []*instance) {
	for _, service := range append([]string{wholeShop}, services...) {
		all = append(all, c.copies[service]...)
	}
	return all
}

// serving returns the processes that run a service.
func (c *cluster) serving(service string) []*instance {
	return append(slices.Clone(c.copies[wholeShop]), c.copies[service]...)
}

func (c *cluster) allReady(ctx context.Context) error {
	var waits []func() error
	for _, i := range c.all() {
		waits = append(waits, func() error { return i.ready(ctx) })
	}
	return together(waits...)
}

// end kills all that is left.
func (c *cluster) end() {
	if c.public != nil {
		c.public.close()
	}
	if c.private != nil {
		c.private.close()
	}
	for _, i := range c.all() {
		i.process.Kill()
		for _, k := range i.links() {
			k.close()
		}
	}
	if c.witness != nil {
		_ = c.witness.Close() // its processes are killed
	}
	for _, k := range c.routes {
		k.close()
	}
	if c.pooler != nil {
		_ = c.pooler.Stop() // no one uses it any more
	}
}

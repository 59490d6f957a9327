package clustertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/evidence/harness"
)

var (
	errAlert  = errors.New("alerts are open")
	errSilent = errors.New("no alert")
	errSeen   = errors.New("customers had requests that failed")
)

// patience bounds the time until everything works again: longer is a shop that has stopped, not a slow one.
const patience = 3 * time.Minute

// tellTime bounds the wait for an alert after everything works again.
const tellTime = time.Minute

// trouble is a fault: how it begins and how it ends.
type trouble struct {
	name       string
	begin, end func(context.Context) error
	goesOn     bool          // whether orders must complete while it lasts, since there is another copy
	lasts      time.Duration // otherwise: its duration
	raises     string        // an alert that must fire
	unseen     bool          // whether customers may see no other error than "later"
}

// row is the result of one fault.
type row struct {
	name   string
	lasted time.Duration
	normal time.Duration // until everything worked: from its start if it must work meanwhile, otherwise from its end
	during bool
	whole  time.Duration // from its end until each NATS node was current again
	traffic
	again  int64 // redelivered messages
	alerts []string
	err    error
}

// suffer causes a fault while customers order, and waits until everything works again.
func (c *cluster) suffer(ctx context.Context, f trouble) row {
	r := row{name: f.name, during: f.goesOn}
	handled, err := c.handled(ctx)
	if err != nil {
		r.err = err
		return r
	}
	before, begun := c.witness.Newest(), time.Now()
	if r.err = f.begin(ctx); r.err != nil {
		return r
	}
	if f.goesOn {
		r.normal, r.err = c.normal(ctx, before, begun)
	} else {
		r.err = sleep(ctx, f.lasts)
	}
	ended := time.Now()
	r.lasted = ended.Sub(begun)
	r.err = errors.Join(r.err, f.end(ctx))
	normal, err := c.normal(ctx, append(before, c.witness.Newest()...), ended)
	if !f.goesOn {
		r.normal = normal
	}
	r.err = errors.Join(r.err, err)
	r.err = errors.Join(r.err, c.natsWholeWithin(ctx, &r.whole, ended))
	r.traffic, r.alerts = c.meter.between(begun, time.Now()), c.alerts.since(begun)
	after, err := c.handled(ctx)
	r.again, r.err = max(0, after-handled), errors.Join(r.err, err)
	if f.raises != "" {
		r.err = errors.Join(r.err, c.told(ctx, f.raises, begun))
	}
	if f.unseen && r.failed > 0 {
		r.err = errors.Join(r.err, fmt.Errorf("%w: %v", errSeen, r.failures))
	}
	if r.err != nil {
		r.err = fmt.Errorf("%s: %w", f.name, r.err)
	}
	return r
}

// told waits until an alert has been open after a time: it may come after everything works again.
func (c *cluster) told(ctx context.Context, alert string, after time.Time) error {
	ctx, cancel := context.WithTimeoutCause(ctx, tellTime, fmt.Errorf("it must be told within %s", tellTime))
	defer cancel()
	return watched(ctx, func() error {
		if !c.alerts.wasOpen(alert, after) {
			return fmt.Errorf("%w: %s", errSilent, alert)
		}
		return nil
	})
}

// natsWholeWithin waits until the NATS cluster is whole, and measures it.
func (c *cluster) natsWholeWithin(ctx context.Context, took *time.Duration, since time.Time) error {
	if c.nats == nil {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the NATS cluster must be whole within %s", patience))
	defer cancel()
	err := c.natsWhole(ctx)
	*took = time.Since(since)
	return err
}

// handled returns how many more messages were delivered than there are receipts. While customers order, some receipts
// have no message yet, so it is exact only at rest.
func (c *cluster) handled(ctx context.Context) (int64, error) {
	if c.nats == nil {
		return 0, nil
	}
	delivered, err := c.delivered(ctx)
	if err != nil {
		return 0, err
	}
	receipts, err := c.count(ctx, "SELECT count(*) FROM receipts")
	return delivered - receipts, err
}

// normal waits until earlier orders are at rest, and a new one has completed. It returns the time from since until then.
func (c *cluster) normal(ctx context.Context, before []int64, since time.Time) (time.Duration, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("all must go on within %s", patience))
	defer cancel()
	id, err := c.witness.TestOrder(ctx)
	if err != nil {
		return 0, err
	}
	slices.Sort(before)
	all := append(slices.Compact(before), id)
	err = watched(ctx, func() error { return c.witness.AtRest(ctx, all) })
	return time.Since(since), err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func nothing(context.Context) error { return nil }

// killed is a process of the shop that is killed, and started again when everything has worked without it.
func (c *cluster) killed(i *instance) trouble {
	return trouble{name: "SIGKILL " + i.name, goesOn: true,
		begin: func(context.Context) error { i.process.Kill(); return nil },
		end:   func(ctx context.Context) error { return errors.Join(i.start(), i.ready(ctx)) },
	}
}

// nodesKilled is the kill of NATS servers. If it is one of three, the others continue.
func (c *cluster) nodesKilled(nodes ...int) trouble {
	name := "SIGKILL NATS"
	for _, n := range nodes {
		name += " " + nodeName(n)
	}
	return trouble{name: name, goesOn: len(nodes) == 1, lasts: 5 * time.Second,
		begin: func(context.Context) (err error) {
			for _, n := range nodes {
				err = errors.Join(err, c.nats.Kill(n))
			}
			return err
		},
		end: func(ctx context.Context) (err error) {
			for _, n := range nodes {
				err = errors.Join(err, c.nats.Restart(n))
			}
			return errors.Join(err, c.natsReady(ctx))
		},
	}
}

// postgresKilled is the kill of all PostgreSQL's processes at once, and its restart.
func (c *cluster) postgresKilled() trouble {
	return trouble{name: "SIGKILL PostgreSQL", lasts: 4 * time.Second, raises: "storage",
		begin: func(context.Context) error { return c.postgres.Crash() },
		end:   func(context.Context) error { return c.postgres.Start() },
	}
}

// proxied puts a PgBouncer in transaction mode in front of PostgreSQL, under the running shop, and leaves it there: later
// faults occur behind a pooler.
func (c *cluster) proxied() trouble {
	return trouble{name: "PgBouncer before PostgreSQL from now on", goesOn: true, end: nothing, begin: func(context.Context) (err error) {
		if c.pooler, err = c.postgres.StartPooler(); err != nil {
			return err
		}
		file, _, err := socket(c.pooler.Behind(c.databaseURL))
		if err != nil {
			return err
		}
		for _, k := range between(c.all(), toSQL) {
			k.lead(file)
		}
		return nil
	}}
}

// poolerKilled is the end of the pooler with all its connections, and its restart.
func (c *cluster) poolerKilled() trouble {
	return trouble{name: "PgBouncer ended", lasts: 4 * time.Second, raises: "storage",
		begin: func(context.Context) error { return c.pooler.Break() },
		end:   func(context.Context) error { return c.pooler.Start() },
	}
}

// cut is a silence of some links: for a time, or (0) until everything has worked without them.
func cut(between string, lasts time.Duration, links []*link) trouble {
	return trouble{name: "cut: " + between, goesOn: lasts == 0, lasts: lasts, begin: set(links, true, 0), end: set(links, false, 0)}
}

// raising sets the alert that a fault must raise.
func (f trouble) raising(alert string) trouble {
	f.raises = alert
	return f
}

// slow is a delay of some links.
func slow(between string, delay time.Duration, links []*link) trouble {
	return trouble{name: fmt.Sprintf("slow (%s): %s", delay, between), goesOn: true, begin: set(links, false, delay), end: set(links, false, 0)}
}

func set(links []*link, cut bool, delay time.Duration) func(context.Context) error {
	return func(context.Context) error {
		for _, k := range links {
			k.set(cut, delay)
		}
		return nil
	}
}

// between returns the links from some processes to their servers.
func between(of []*instance, which func(*instance) []*link) (all []*link) {
	for _, i := range of {
		all = append(all, which(i)...)
	}
	return all
}

func toSQL(i *instance) []*link  { return []*link{i.sql} }
func toNATS(i *instance) []*link { return i.nats }

// around returns the links between one NATS server and the others.
func (c *cluster) around(node int) (all []*link) {
	for pair, k := range c.routes {
		if pair[0] == node || pair[1] == node {
			all = append(all, k)
		}
	}
	return all
}

// rolling stops one process after the other, as an operator does, and starts it again with a program.
func (c *cluster) rolling(name, binary string, of []*instance) trouble {
	return trouble{name: name, goesOn: true, unseen: true, end: nothing, begin: func(ctx context.Context) error {
		for _, i := range of {
			if err := i.stop(); err != nil {
				return err
			}
			i.binary = binary
			if err := errors.Join(i.start(), i.ready(ctx)); err != nil {
				return err
			}
		}
		return nil
	}}
}

// logs returns the ends of all processes' logs.
func (c *cluster) logs() (text string) {
	for _, i := range c.all() {
		text += fmt.Sprintf("\n--- %s\n%s", i.name, harness.Tail(i.log))
	}
	return text
}

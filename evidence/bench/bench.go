package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"sync/atomic"
	"time"
)

// Config configures a measurement.
type Config struct {
	Binary      string        // the shop's program
	PublicURL   string        // of a running shop; "" starts one
	PrivateURL  string        // of that shop
	Token       string        // for its private listener
	Database    string        // postgres: // empty postgres:// database for the started shop; "": an SQLite file. For a running shop: its file or address, or "" if it cannot be read
	Processes   []Process     // whose processor time is measured separately
	Stored      int           // finished orders in the started shop's database
	Waiting     int           // how many of them have an event to be published again when the shop starts
	Dir         string        // for the data of the shop and the floor; its disk is the measured one
	Concurrency int           // customers of the closed loop
	Rate        float64       // orders per second of the open loop; 0 is the closed loop
	Overload    bool          // the closed loop, and then the open loop at three times the acknowledged rate
	OverloadFor time.Duration // its duration; 0: three times Duration
	After       int           // how many orders the shop finishes, in a closed loop, before the overload
	Half        bool          // the closed loop, and then the open loop at half of the finished rate
	Warmup      time.Duration // before the measurement
	Duration    time.Duration // of each measured phase
	Drain       time.Duration // how long after a phase all orders may take to end
	Profiles    string        // folder for profiles of the shop during the first phase; "" takes none
	NoLimits    bool          // does not measure the machine's limits
	JSON        bool          // prints the report as JSON
	Out         io.Writer
}

// engine returns where orders are stored, and how durably.
func (c Config) engine() string {
	switch {
	case c.PublicURL != "":
		return "a shop that ran before"
	case c.Database != "":
		return "PostgreSQL"
	}
	return "SQLite synchronous=FULL"
}

// openConns is the number of customers of the open loop: more than the shop accepts at once, so that it has to refuse.
const openConns = 512

// overloadTimes is the overload as a multiple of the rate that saturates the shop.
const overloadTimes = 3

// overloadLasts is the overload's duration as a multiple: until its backlog is full, the shop accepts more orders than it
// finishes.
const overloadLasts = 3

// bench is one run.
type bench struct {
	cfg       Config
	shop      *shop
	witness   witness
	customers customers
	place     atomic.Int64
	phases    []phase
	rest      float64 // bytes resident in the shop before the first load
}

// Run measures, prints the report, and returns it. It returns an error if it could not measure, or an acknowledged order
// did not end.
func Run(ctx context.Context, cfg Config) (Report, error) {
	dir, err := os.MkdirTemp(cfg.Dir, "webshop-bench-")
	if err != nil {
		return Report{}, err
	}
	defer os.RemoveAll(dir)
	b := &bench{cfg: cfg}
	report, err := b.run(ctx, dir)
	if err != nil {
		return report, err
	}
	if err := report.print(cfg.Out, cfg.JSON); err != nil {
		return report, err
	}
	return report, report.verdict()
}

func (b *bench) run(ctx context.Context, dir string) (r Report, err error) {
	if err := b.open(ctx, dir); err != nil {
		return r, err
	}
	err = b.measure(ctx)
	if err == nil {
		r, err = b.report(ctx)
	}
	err = errors.Join(err, b.witness.close(), b.shop.stop())
	if err != nil || b.cfg.NoLimits || b.cfg.PublicURL != "" {
		return r, err
	}
	if b.cfg.Database != "" {
		r.Limits.Pgbench, err = pgbench(ctx, b.cfg.Database, b.cfg.Duration)
	} else {
		r.Limits, err = limits(ctx, dir, b.shop.database, b.cfg.Duration/2)
	}
	r.compare()
	return r, err
}

// open starts the shop, or connects to a running one, and opens its witness.
func (b *bench) open(ctx context.Context, dir string) (err error) {
	if b.cfg.PublicURL != "" {
		b.shop = &shop{public: b.cfg.PublicURL, private: b.cfg.PrivateURL, token: b.cfg.Token, database: b.cfg.Database}
	} else if b.shop, err = b.start(ctx, dir); err != nil {
		return err
	}
	u, err := url.Parse(b.shop.public)
	if err != nil || u.Host == "" || u.Scheme != "http" {
		return errors.Join(fmt.Errorf("the shop's address must be like http://localhost:8080, and is %q", b.shop.public), b.shop.stop())
	}
	b.customers = newCustomers(u.Host)
	b.witness = lists{b.shop, b.customers, &b.place}
	if b.shop.database != "" {
		if b.witness, err = openRows(ctx, b.shop.database); err != nil {
			return errors.Join(err, b.shop.stop())
		}
	}
	return nil
}

// start starts a shop with the configured number of orders in its database.
func (b *bench) start(ctx context.Context, dir string) (*shop, error) {
	if b.cfg.Stored > 0 {
		if err := b.fill(ctx, dir); err != nil {
			return nil, err
		}
	}
	return start(ctx, b.cfg, dir)
}

// fill lets a shop finish one order, and copies it.
func (b *bench) fill(ctx context.Context, dir string) error {
	s, err := start(ctx, b.cfg, dir)
	if err != nil {
		return err
	}
	err = s.finishOne(ctx)
	if err := errors.Join(err, s.stop()); err != nil {
		return err
	}
	return Fill(ctx, s.database, b.cfg.Stored-1, b.cfg.Waiting)
}

// measure runs the phases.
func (b *bench) measure(ctx context.Context) error {
	rest, err := b.shop.read(ctx)
	if err != nil {
		return err
	}
	b.rest = rest.memory
	warm := b.load("warm-up", b.cfg.Rate, b.cfg.Warmup)
	if err := b.phase(ctx, warm); err != nil {
		return err
	}
	b.phases = nil
	if b.cfg.Rate > 0 && !b.cfg.Overload {
		return b.phase(ctx, b.load("open loop", b.cfg.Rate, b.cfg.Duration))
	}
	if err := b.phase(ctx, b.load("closed loop", 0, b.cfg.Duration)); err != nil {
		return err
	}
	if b.cfg.Half {
		if err := b.half(ctx); err != nil {
			return err
		}
	}
	if b.cfg.Overload {
		return b.overload(ctx)
	}
	return nil
}

// errNothing means that there is no rate for another load.
var errNothing = errors.New("the shop acknowledged no order of the closed loop, so that no other load can be measured by it")

// overload puts more load on the shop than it can handle, after it has finished After orders.
func (b *bench) overload(ctx context.Context) error {
	rate := overloadTimes * b.phases[0].outcome.perSecond()
	if rate == 0 {
		return errNothing
	}
	if b.cfg.After > 0 {
		before := b.load("orders before the overload", 0, longestBefore)
		before.orders = int64(b.cfg.After)
		if err := b.phase(ctx, before); err != nil {
			return err
		}
	}
	return b.phase(ctx, b.load(overload, rate, cmp.Or(b.cfg.OverloadFor, overloadLasts*b.cfg.Duration)))
}

// The names of the open loops at half of the finished rate, and at an overload.
const halfLoad, overload = "half load", "overload"

// longestBefore bounds the phase before the overload.
const longestBefore = 2 * time.Hour

// half puts half of the closed loop's finished rate on the shop.
func (b *bench) half(ctx context.Context) error {
	p := b.phases[0]
	finished := ratio(float64(len(p.outcome.acknowledged)), (p.lasts + p.drained).Seconds())
	if finished == 0 {
		return errNothing
	}
	return b.phase(ctx, b.load(halfLoad, finished/2, b.cfg.Duration))
}

func (o outcome) perSecond() float64 {
	return ratio(float64(len(o.acknowledged)), o.to.Sub(o.from).Seconds())
}

// named is a load with a name.
type named struct {
	load
	name string
}

func (b *bench) load(name string, rate float64, lasts time.Duration) named {
	conns := b.cfg.Concurrency
	if rate > 0 {
		conns = max(conns, openConns)
	}
	return named{load{
		customers: b.customers, address: b.customers.host, conns: conns, rate: rate, lasts: lasts, place: &b.place,
	}, name}
}

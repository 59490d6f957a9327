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

// Config is what is measured, and how.
type Config struct {
	Binary      string        // the shop to start
	PublicURL   string        // of a shop that runs already; "" starts one
	PrivateURL  string        // of that shop
	Token       string        // of its private listener
	Database    string        // postgres:// address of the started shop's database, which is empty; "": an SQLite file. Of a shop that runs already: its file or address, and "" when it cannot be read
	Processes   []Process     // whose processor time is told apart
	Stored      int           // finished orders that the started shop's database has before
	Waiting     int           // how many of them have an event that is to be published again when the shop starts
	Dir         string        // where data of the shop and of the floor are; they are on the disk that is measured
	Concurrency int           // customers of the closed loop
	Rate        float64       // orders per second of the open loop; 0 is the closed loop
	Overload    bool          // the closed loop, and then the open loop at three times what it acknowledged
	OverloadFor time.Duration // how long that lasts; 0: three times Duration
	After       int           // how many orders the shop finishes, in a closed loop, before the overload
	Half        bool          // the closed loop, and then the open loop at half of what it finished
	Warmup      time.Duration // before what is measured
	Duration    time.Duration // of each measured phase
	Drain       time.Duration // how long after a phase all orders may take to end
	Profiles    string        // folder for profiles of the shop during the first phase; "" takes none
	NoLimits    bool          // does not measure the limits of the machine
	JSON        bool          // prints the report as JSON
	Out         io.Writer
}

// engine says what stores the orders, and how durably.
func (c Config) engine() string {
	switch {
	case c.PublicURL != "":
		return "a shop that ran before"
	case c.Database != "":
		return "PostgreSQL"
	}
	return "SQLite synchronous=FULL"
}

// openConns is how many customers the open loop has: more than the shop takes at once, so that it has to refuse.
const openConns = 512

// overloadTimes is how many times what saturates the shop it gets in the overload.
const overloadTimes = 3

// overloadLasts is how many times as long the overload lasts: until what may wait is full, the shop takes more orders than
// it ends.
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

// Run measures, prints the report, and returns it. The error says that it could not be measured, or that an acknowledged
// order did not end.
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

// open starts the shop, or finds the one that runs, and its witness.
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

// start starts a shop, with as many orders in its database as wanted.
func (b *bench) start(ctx context.Context, dir string) (*shop, error) {
	if b.cfg.Stored > 0 {
		if err := b.fill(ctx, dir); err != nil {
			return nil, err
		}
	}
	return start(ctx, b.cfg, dir)
}

// fill lets a shop finish one order, and copies that.
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

// errNothing is why there is no rate to put on the shop.
var errNothing = errors.New("the shop acknowledged no order of the closed loop, so that no other load can be measured by it")

// overload puts more on the shop than it can do, when it has finished as many orders as told.
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

// The names of the open loops at half of what the shop finishes, and at more than it can do.
const halfLoad, overload = "half load", "overload"

// longestBefore bounds the orders before the overload.
const longestBefore = 2 * time.Hour

// half puts half of the load on the shop that it finished under the closed loop.
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

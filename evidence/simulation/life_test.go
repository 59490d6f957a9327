package simulation

import (
	"context"
	"log/slog"
	"slices"
	"testing/synctest"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/stock"
)

const (
	doubtAfter     = 15 * time.Second // as with the default partner timeout
	handlerTimeout = 15 * time.Second
	settleEvery    = 5 * time.Second
	findLateEvery  = time.Minute
	remindEvery    = time.Minute
	mostAtOnce     = 12 // activities
)

// tries are fewer than the shop's, so that there are often dead letters.
var tries = bus.Retries{Attempts: 5, Base: time.Second, Cap: 30 * time.Second}

// life is a process of the shop, from its start to its end.
type life struct {
	*world
	dead      bool
	began     time.Time
	end       context.CancelFunc
	store     *sqlite.Store  // itself
	seen      database.Store // as the shop sees it
	services  app.Services
	handlers  map[string]bus.Handler
	dispatch  *bus.Dispatcher
	relay     *database.Relay
	running   int // activities
	settling  bool
	settled   time.Time // when payments were last polled
	seeking   bool
	sought    time.Time // when late charges were last polled
	reminding bool
	reminded  time.Time // when the stockist was last polled
	committed []event.Envelope
	bus       *wire
	watchdog  *database.Watchdog
	glance    glance
}

// live starts a life with what the last one left.
func (w *world) live() {
	l := &life{world: w, store: w.disk.open(), began: time.Now(), settled: time.Now(), sought: time.Now(), reminded: time.Now()}
	w.life = l
	w.lives++
	l.seen = store{Store: l.store, life: l}
	if w.bug.engine != nil {
		w.bug.engine(l)
	}
	if w.bug.store != nil {
		l.seen = w.bug.store(l.seen)
	}
	l.bus = newWire(l)
	l.wire()
	ctx, end := context.WithCancel(context.Background())
	l.end = end
	l.relay = database.NewRelay(l.seen, l.bus, time.Now, quiet)
	l.store.OnCommit(func(events []event.Envelope) { l.committed = append(l.committed, events...) })
	l.watchdog = &database.Watchdog{Outbox: watched{l.store, w}, Deadlines: func() database.Deadlines { return rules.Deadlines }, Now: time.Now, Log: quiet}
	relay := withActivity(ctx, &activity{number: 0, name: "relay", life: l})
	lost := make(chan struct{}, 1)
	lost <- struct{}{} // the last life's bus is gone
	go l.relay.Run(relay, lost)
	go func() {
		select { // so that it never runs at the same moment as the relay: the seed would not determine which is first
		case <-time.After(time.Millisecond):
			l.watchdog.Run(ctx)
		case <-ctx.Done():
		}
	}()
	w.note("life %d begins", w.lives)
}

var quiet = slog.New(slog.DiscardHandler)

// wire gives each service its dependencies, as app does.
func (l *life) wire() {
	calendars := map[string]delivery.Calendar{}
	for market, c := range rules.Delivery.Calendars {
		c.Capacity = l.plan.capacity
		calendars[market] = c
	}
	l.services = app.Services{
		Orders: &order.Service{
			Store: l.seen, Rules: l.plan.rules(), Payments: l.payments(), Now: time.Now, Log: quiet, DoubtAfter: doubtAfter,
			Links: links{},
		},
		Fraud:    &fraud.Service{Store: l.seen, Screening: screening{l}, RemindAfter: func() time.Duration { return screenAfter }, Now: time.Now},
		Approval: &approval.Service{Store: l.seen, Who: func(context.Context) string { return "approver" }, Now: time.Now},
		Stock:    &stock.Service{Store: l.seen, Stockist: stockist{l}, RemindAfter: func() time.Duration { return rules.Deadlines.Statuses[order.Placed] }, Now: time.Now},
		Finance:  &finance.Service{Store: l.seen, Bookkeeping: l.books()},
		Delivery: &delivery.Service{Store: l.seen, Rules: &delivery.Rules{Calendars: calendars}, Carrier: carrier{l}, Now: time.Now},
		Email:    &email.Service{Store: l.seen, Mailer: mailer{l}, Links: links{}, Rules: rules.Mail, Now: time.Now},
	}
	l.handlers = l.services.Handlers()
	l.dispatch = &bus.Dispatcher{
		Receipts: l.seen, Retries: tries, Timeout: handlerTimeout, Now: time.Now, Log: quiet,
		Jitter: func(longest time.Duration) time.Duration { return time.Duration(l.dice.Int64N(int64(longest))) },
	}
}

// begin starts an activity, which the scheduler then advances from call to call.
func (l *life) begin(name string, do func(context.Context, *activity)) {
	a := &activity{number: l.number(), name: name, life: l}
	l.running++
	l.note("%d %s begins", a.number, a.name)
	go func() {
		do(withActivity(context.Background(), a), a)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.running--
	}()
}

// collect takes what was published since the last step.
func (l *life) collect() { l.bus.collect() }

// options returns what the life can do by itself.
func (l *life) options() (options []option) {
	if len(l.committed) > 0 && !l.relaying() {
		options = append(options, option{8, func() {
			events := l.committed
			l.committed = nil
			l.relay.Committed(events)
		}})
	}
	if l.running < mostAtOnce {
		options = append(options, l.bus.options()...)
	}
	if !l.settling && time.Since(l.settled) >= settleEvery {
		options = append(options, option{5, l.settle})
	}
	if !l.seeking && time.Since(l.sought) >= findLateEvery {
		options = append(options, option{5, l.findLate})
	}
	if !l.reminding && time.Since(l.reminded) >= remindEvery {
		options = append(options, option{5, l.remind})
	}
	return options
}

// relaying reports whether the relay is in a sweep. It learns of commits only when it is not: otherwise the seed would
// not determine what it does first.
func (l *life) relaying() bool {
	return slices.ContainsFunc(l.parked, func(c *call) bool { return c.by.number == 0 })
}

// settle polls doubtful payments, as the shop does every five seconds.
func (l *life) settle() {
	l.settling, l.settled = true, time.Now()
	l.begin("settle", func(ctx context.Context, _ *activity) {
		_ = l.services.Orders.Settle(ctx) // what is still open is polled again
		l.settling = false
	})
}

// findLate polls for charges that came after their orders were declined, as the shop does every minute.
func (l *life) findLate() {
	l.seeking, l.sought = true, time.Now()
	l.begin("find late charges", func(ctx context.Context, _ *activity) {
		_ = l.services.Orders.FindLate(ctx) // a failed poll is repeated
		l.seeking = false
	})
}

// remind polls the fraud check and the stockist about late orders, less often than the shop, so that the polls are not
// most of what happens.
func (l *life) remind() {
	l.reminding, l.reminded = true, time.Now()
	l.begin("remind", func(ctx context.Context, _ *activity) {
		_ = l.services.Fraud.Remind(ctx)
		_ = l.services.Stock.Remind(ctx) // a partner that does not answer now is not polled again in this life
		l.reminding = false
	})
}

// crash ends the life at once: no call in progress continues or is answered. Another life begins.
func (w *world) crash() {
	w.note("CRASH with %d calls under way", len(w.parked))
	w.checkMidway()
	w.disk.crash()
	w.end()
	w.sleep(time.Duration(1+w.dice.IntN(3000)) * time.Millisecond) // a restart takes a moment
	w.live()
}

// end ends the life, and lets its goroutines finish without effect.
func (w *world) end() {
	w.life.dead = true
	left := w.parked
	w.parked = nil
	w.life.end()
	for _, c := range left {
		c.resume <- verdict{fate: isDead}
		w.unlocked(synctest.Wait) // one by one, as always
	}
	w.unlocked(synctest.Wait)
	for _, c := range w.clients {
		c.waiting = 0
	}
	if err := w.life.store.Close(); err != nil {
		panic(err)
	}
}

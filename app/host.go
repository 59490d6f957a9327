package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
	"acme.example/webshop/rules"
)

// Host is what a hosted shop uses instead of listeners, a bus and loops of its own.
type Host struct {
	Publisher   database.Publisher                    // receives committed events, and due ones again
	Login       func(context.Context) (string, error) // returns the password of a connection to PostgreSQL; nil: the address has it
	Connections int                                   // to PostgreSQL, at most
}

// Hosted is a shop, or some of its services, that a host calls with requests, events and ticks; it does nothing by
// itself. Each of its processes uses PostgreSQL directly. It is safe for concurrent use.
type Hosted struct {
	system     *system
	dispatcher *bus.Dispatcher
	handlers   map[string]bus.Handler
}

// NewHosted wires the services of a configuration, with the database, for a host. It connects to nothing yet.
func NewHosted(ctx context.Context, cfg Config, host Host, log *slog.Logger) (*Hosted, error) {
	cfg.host = &host
	if !slices.Contains(cfg.Services, databaseService) {
		cfg.Services = append(slices.Clone(cfg.Services), databaseService)
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &system{cfg: cfg, log: telemetry.Log(log), now: time.Now}
	if err := s.wire(ctx, nil, cfg.PublicURL); err != nil {
		return nil, err
	}
	s.journal.OnCommit(func(events []event.Envelope) {
		for _, env := range events {
			host.Publisher.Publish(env, "", 0)
		}
	})
	s.log.Info("started", "version", Version, "services", cfg.running())
	return &Hosted{system: s, handlers: handlers(s.running()), dispatcher: s.dispatcher()}, nil
}

// Migrate makes the tables of a hosted shop, or updates them to this version. A new shop gets its first rules.
func Migrate(ctx context.Context, cfg Config, login func(context.Context) (string, error), log *slog.Logger) (err error) {
	first, err := cfg.firstRules()
	if err := errors.Join(err, cfg.checkSimulated()); err != nil {
		return err
	}
	s := &system{cfg: cfg, log: log, now: time.Now}
	store, err := postgres.OpenWith(ctx, string(cfg.DatabaseURL), postgres.Options{Connections: 1, Login: login}, s.now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	s.engine, s.rules = store, &rules.Versions{Store: store, Providers: Providers, Now: s.now, Log: log}
	s.rulesAdmin = s.newRulesAdmin()
	return s.foundRules(ctx, first)
}

// Refresh loads the active rules. Call it before each request and event.
func (h *Hosted) Refresh(ctx context.Context) { h.system.rules.Refresh(ctx) }

// Public returns the handler for customers.
func (h *Hosted) Public() http.Handler { return h.system.public(h.Ready) }

// Private returns the handler for operators, who need a token. Alerts are evaluated when they are requested.
func (h *Hosted) Private() (http.Handler, error) {
	inside, err := h.system.private()
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/alerts" && h.system.guard.Lets(r) {
			h.system.watchdog.Check(r.Context())
			h.system.alerts.Evaluate(r.Context())
		}
		inside.ServeHTTP(w, r)
	}), nil
}

// Handle passes an event to a subscriber of this process, and reports whether the outcome is in the database.
func (h *Hosted) Handle(ctx context.Context, subscriber string, env event.Envelope) (kept bool, err error) {
	for _, sub := range event.Subscriptions {
		if handle := h.handlers[subscriber]; sub.Subscriber == subscriber && handle != nil {
			return h.dispatcher.Dispatch(ctx, sub, handle, env), nil
		}
	}
	return false, fmt.Errorf("this process has no subscriber %q", subscriber)
}

// Event returns an event from the journal, or fault.NotFound.
func (h *Hosted) Event(ctx context.Context, orderID int64, id string) (event.Envelope, error) {
	history, err := h.system.store.History(ctx, orderID)
	if err != nil {
		return event.Envelope{}, err
	}
	for _, env := range history {
		if env.ID == id {
			return env, nil
		}
	}
	return event.Envelope{}, fault.New(fault.NotFound, "order %d has no event %s", orderID, id)
}

// Park makes an event a dead letter of a subscriber, unless it has been handled.
func (h *Hosted) Park(ctx context.Context, subscriber, eventID, why string) error {
	err := h.system.store.Park(ctx, &event.Receipt{EventID: eventID, Subscriber: subscriber}, why)
	if fault.CodeOf(err) == fault.NotFound { // its order was archived, or it is no event of this shop
		h.system.log.WarnContext(ctx, "a dead letter without a receipt is passed over", "event", eventID, "subscriber", subscriber)
		return nil
	}
	return err
}

// GoOn runs the background work until the context ends: relay, watchdog, alerts, and that of each service.
func (h *Hosted) GoOn(ctx context.Context) {
	s := h.system
	s.relay.Sweep(ctx)
	s.watchdog.Check(ctx)
	runs := []func(context.Context){s.publish, s.retention.Run, s.bookkeeper.Run, s.bulk.Run, s.rules.Run, s.alerts.Run, s.notifier.Run}
	for _, row := range s.running() {
		runs = append(runs, row.runs...)
	}
	for _, channel := range s.channels {
		runs = append(runs, channel.Run)
	}
	var work sync.WaitGroup
	for _, run := range runs {
		work.Go(func() { run(ctx) })
	}
	work.Wait()
}

// maxHeld bounds the orders that Busy reads.
const maxHeld = 100

// Busy reports whether there is work before the next round: an event is due, or a payment has no outcome.
func (h *Hosted) Busy(ctx context.Context) (bool, error) {
	due, err := h.system.engine.OldestDue(ctx)
	if err != nil || !due.IsZero() && due.Before(h.system.now().Add(roundEvery)) {
		return true, err
	}
	unsettled, err := h.system.engine.UnsettledOrders(ctx, h.system.now().Add(time.Hour), maxHeld+1)
	if err != nil {
		return true, err
	}
	held, err := h.system.engine.HeldPayments(ctx, maxHeld) // they are postponed for longer than a round
	return len(unsettled) > len(held), err
}

// Connect makes the first connection to the database, which may take longer than later ones.
func (h *Hosted) Connect(ctx context.Context) error { return h.system.store.Ping(ctx) }

// Ready reports why the shop cannot answer requests now, or nil.
func (h *Hosted) Ready(ctx context.Context) error { return h.system.ready(ctx) }

// Close closes the database and what else the shop has opened.
func (h *Hosted) Close() error { return h.system.close() }

// Vitals are a hosted shop in numbers.
type Vitals struct {
	DeadLetters, OverdueEvents, OverdueOrders, OpenAlerts int
	OutboxAge                                             time.Duration // how long the oldest event has been due
}

// Vitals counts what is wrong now. The alerts are those of their last evaluation.
func (h *Hosted) Vitals(ctx context.Context) (v Vitals, err error) {
	s := h.system
	s.watchdog.Check(ctx)
	parked, err := s.store.Parked(ctx)
	for _, p := range parked {
		v.DeadLetters += p.Count
	}
	overdue, err2 := s.watchdog.Overdue(ctx)
	for _, o := range overdue {
		if o.Status == "" {
			v.OverdueEvents += o.Count
		} else {
			v.OverdueOrders += o.Count
		}
	}
	due, err3 := s.engine.OldestDue(ctx)
	if late := s.now().Sub(due); !due.IsZero() && late > 0 {
		v.OutboxAge = late
	}
	v.OpenAlerts = len(s.alerts.List().Open)
	return v, errors.Join(err, err2, err3)
}

// dispatcher returns a dispatcher, which calls handlers and stores the outcomes.
func (s *system) dispatcher() *bus.Dispatcher {
	return &bus.Dispatcher{
		Receipts: s.store, Retries: bus.DefaultRetries, Timeout: handlerTimeout, Now: s.now, Jitter: rand.N[time.Duration], Log: s.log,
		Observe: s.counts.handledOne, Able: s.able,
	}
}

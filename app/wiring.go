// Package app puts the shop together: configuration, the wiring of all services, and the running of it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/access"
	"acme.example/webshop/bus"
	"acme.example/webshop/crash"
	"acme.example/webshop/database"
	"acme.example/webshop/database/sqlite"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/ops"
	"acme.example/webshop/order"
	"acme.example/webshop/stock"
)

// handlerTimeout bounds one call of an event's handler.
const handlerTimeout = 15 * time.Second

// system is the whole shop, wired but not running.
type system struct {
	orders   *order.Service
	delivery *delivery.Service
	stock    *stock.Service
	finance  *finance.Service
	email    *email.Service

	store    database.Store
	partners *partners
	mail     *mail
	bus      *bus.Bus
	nats     *embeddedBus
	relay    *database.Relay
	watchdog *database.Watchdog
	alerts   *ops.Alerts
	outlets  []*ops.Outlet // who hears of alerts
	metrics  *prometheus.Registry
	requests *prometheus.HistogramVec
	log      *slog.Logger
	now      func() time.Time
	quitting <-chan struct{} // closed when the shop stops
}

// wire makes every part and connects it. The address is where the public listener is reached in links.
func wire(ctx context.Context, cfg Config, rules *Rules, address string, log *slog.Logger) (*system, error) {
	s := &system{log: log, now: time.Now}
	var undo cleanup
	links, err := s.links(cfg, address)
	if err != nil {
		return nil, err
	}
	s.measure()
	if s.store, err = s.openStore(ctx, cfg); err != nil {
		return nil, err
	}
	undo.add(s.store.Close)
	crash.At("start.after-migrations")
	if s.nats, err = openEmbeddedBus(ctx, filepath.Join(cfg.DataDir, "nats"), log); err != nil {
		return nil, undo.after(err)
	}
	undo.add(func() error { s.nats.close(); return nil })
	s.bus = s.nats.bus
	if s.partners, err = openPartners(cfg, address, s.now, log); err != nil {
		return nil, undo.after(err)
	}
	undo.add(func() error { s.partners.simulated.Close(); return nil })
	if s.mail, err = openMail(cfg, s.now, log); err != nil {
		return nil, undo.after(err)
	}
	s.services(cfg, rules, links)
	s.relay = database.NewRelay(s.store, s.bus, s.now, log)
	s.store.OnCommit(s.relay.Committed)
	s.watchdog = &database.Watchdog{
		Outbox: s.store, Deadlines: rules.Deadlines, Remind: s.reminders(), Now: s.now, Log: log,
	}
	s.openAlerts(cfg, address)
	return s, nil
}

// services gives each service what it needs.
func (s *system) services(cfg Config, rules *Rules, links access.Links) {
	s.orders = &order.Service{
		Store: s.store, Rules: rules.Orders, Payments: s.partners.payments, Links: links, Now: s.now, Log: s.log,
		DoubtAfter: 3 * cfg.PartnerTimeout,
	}
	s.stock = &stock.Service{Store: s.store, Stockist: s.partners.stockist, Verify: s.partners.webhook}
	s.finance = &finance.Service{Store: s.store, Books: s.partners.books}
	s.delivery = &delivery.Service{
		Store: s.store, Calendars: rules.Calendars, Languages: rules.languages(), Carrier: s.partners.carrier, Links: links,
		Now: s.now,
	}
	s.email = &email.Service{
		Mailer: s.mail.sender, Links: links, Markets: rules.mailMarkets(), Products: rules.mailProducts(), Now: s.now,
	}
}

// handlers is who hears what: each name of event.Subscriptions with the method that handles it.
func (s *system) handlers() map[string]bus.Handler {
	return map[string]bus.Handler{
		"order.OrderCreated":        bus.On(s.orders.OnOrderCreated),
		"email.OrderCreated":        bus.On(s.email.OnOrderCreated),
		"stock.OrderPlaced":         bus.On(s.stock.OnOrderPlaced),
		"finance.OrderPlaced":       bus.On(s.finance.OnOrderPlaced),
		"order.StockCreated":        bus.On(s.orders.OnStockCreated),
		"email.OrderDeliverable":    bus.On(s.email.OnOrderDeliverable),
		"delivery.OrderDeliverable": bus.On(s.delivery.OnOrderDeliverable),
		"order.DeliveryBooked":      bus.On(s.orders.OnDeliveryBooked),
		"email.DeliveryBooked":      bus.On(s.email.OnDeliveryBooked),
		"delivery.DeliveryBooked":   bus.On(s.delivery.OnDeliveryBooked),
		"order.OrderCancelled":      bus.On(s.orders.OnOrderCancelled),
		"finance.OrderCancelled":    bus.On(s.finance.OnOrderCancelled),
		"email.OrderCancelled":      bus.On(s.email.OnOrderCancelled),
	}
}

// publicAPI is who serves what to customers.
func (s *system) publicAPI(api huma.API) {
	s.orders.PublicRoutes(api)
	s.delivery.PublicRoutes(api)
	s.stock.PublicRoutes(api)
	tellLimits(api)
}

// privateAPI is who serves what to operators and inner clients.
func (s *system) privateAPI(api huma.API) {
	s.orders.PrivateRoutes(api)
	s.delivery.PrivateRoutes(api)
	s.stock.PrivateRoutes(api)
	s.finance.PrivateRoutes(api)
	s.email.PrivateRoutes(api)
	ops.DeadLetters{Store: s.store}.Routes(api)
	ops.Ledger{Store: s.store}.Routes(api)
	s.alerts.Routes(api)
}

// subscribe starts the subscribers. A subscription without a handler, or a handler without a subscription, is an error.
func (s *system) subscribe(ctx context.Context) (stop []func(context.Context) error, err error) {
	handlers := s.handlers()
	if err := matching(handlers); err != nil {
		return nil, err
	}
	d := &bus.Dispatcher{
		Receipts: s.store, Retries: bus.DefaultRetries, Timeout: handlerTimeout, Now: s.now, Jitter: rand.N[time.Duration], Log: s.log,
	}
	for _, sub := range event.Subscriptions {
		end, err := s.bus.Subscribe(ctx, sub, d, handlers[sub.Subscriber])
		if err != nil {
			return stop, err
		}
		stop = append(stop, end)
	}
	return stop, nil
}

// matching checks that subscriptions and handlers are the same set, and that every event type is heard.
func matching(handlers map[string]bus.Handler) error {
	for _, sub := range event.Subscriptions {
		if handlers[sub.Subscriber] == nil {
			return fmt.Errorf("wiring: the subscription %s has no handler", sub.Subscriber)
		}
	}
	if len(handlers) != len(event.Subscriptions) {
		return fmt.Errorf("wiring: %d handlers for %d subscriptions", len(handlers), len(event.Subscriptions))
	}
	for _, t := range event.Types {
		if len(event.SubscribersOf(t)) == 0 {
			return fmt.Errorf("wiring: no one hears the event %s", t)
		}
	}
	return nil
}

// reminders is who is asked again when an order is too long in a status.
func (s *system) reminders() map[order.Status]func(context.Context, int64) error {
	return map[order.Status]func(context.Context, int64) error{order.Placed: s.stock.AskAgain}
}

// storage tells the operator that orders cannot be stored, and why, or that they can be again.
func (s *system) storage(t *sqlite.Trouble) {
	switch {
	case t == nil:
		s.log.Info("storage: all is well again; orders are taken")
	case t.Kind == sqlite.LogGrows:
		s.log.Warn("storage: orders are still taken", "what", t.Kind, "file", t.Path, "do", t.Remedy(), "error", t.Cause)
	default:
		s.log.Error("storage: no orders are taken", "what", t.Kind, "file", t.Path, "do", t.Remedy(), "error", t.Cause)
	}
}

// Package app puts the shop together: its configuration, the wiring of all services, and running it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/bus/nats"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/login"
	"acme.example/webshop/platform/partner/simulator"
	"acme.example/webshop/rules"
	"acme.example/webshop/stock"
	"acme.example/webshop/surfaces/console"
	"acme.example/webshop/surfaces/ops"
)

const (
	// handlerTimeout bounds one call of an event handler.
	handlerTimeout = 15 * time.Second
	// settleEvery is how often payments without an outcome are polled.
	settleEvery = 5 * time.Second
	// findLateEvery is how often charges are looked for that came after their orders were declined.
	findLateEvery = time.Minute
	// remindEvery is how often overdue answers of the stockist and the fraud check are looked for.
	remindEvery = time.Second
)

// system is this process's part of the shop, wired but not running: the whole shop, unless --services says otherwise.
type system struct {
	orders   *order.Service
	fraud    *fraud.Service
	approval *approval.Service
	delivery *delivery.Service
	stock    *stock.Service
	finance  *finance.Service
	email    *email.Service

	cfg         Config
	mode        string
	guard       *login.Guard // of the private listener
	links       access.Links // to orders
	secrets     [][]byte     // the link secrets, newest first; none in a process without links
	rules       *rules.Versions
	rulesAdmin  *rules.Admin      // nil without the database
	store       database.Services // for the services
	journal     database.Store    // the same database, whose commits the relay receives
	engine      database.Store    // the same, for the shop as a whole; like watchdog, nil unless this process runs database
	reach       reach             // whether the store can be reached
	partners    *partners
	mail        *mail
	bus         bus.Bus   // nil if a host delivers the events
	nats        *nats.Bus // the bus, if it is on NATS servers; else nil
	relay       *database.Relay
	watchdog    *database.Watchdog
	housekeeper *database.Housekeeper
	retention   *database.Retention
	indexer     *database.Indexer
	bookkeeper  *database.Bookkeeper
	reporter    *database.Reporter
	papers      *paperMails
	bulk        *ops.Bulk     // works on jobs on many orders; nil without the database
	finder      *finder       // mails links again to customers who ask for them
	patrol      *audit.Patrol // nil without the database
	alerts      *ops.Alerts
	console     *console.Console // nil without the database
	recorder    *console.Recorder
	notifier    *ops.Notifier  // sends alerts if this copy leads
	channels    []*ops.Channel // the receivers of alerts
	metrics     *prometheus.Registry
	requests    *prometheus.HistogramVec
	counts      *counts
	security    *securityLog
	log         *slog.Logger
	now         func() time.Time
	quitting    <-chan struct{}                                 // closed when the shop stops
	mayMail     func(ctx context.Context, address string) error // returns an error if strangers have had too many mails sent to an address
	undo        cleanup                                         // closes what was opened
}

// service is what a process needs to run a service.
type service struct {
	name    string
	public  func(huma.API)          // the routes for customers; nil: none
	private func(huma.API)          // the routes for operators and inner clients; nil: none
	hears   map[string]bus.Handler  // handlers by the names of event.Subscriptions
	runs    []func(context.Context) // background work, until the context ends
}

// table is the registry of the shop's services: their routes, subscriptions and background work. A process runs the rows
// named by --services. The pages are served with order, and GraphQL and the console with database (edges.go).
func (s *system) table() []service {
	return []service{
		{
			name: orderService, public: s.orders.PublicRoutes, private: s.orders.PrivateRoutes,
			hears: map[string]bus.Handler{
				"order.OrderCreated":   bus.On(s.orders.OnOrderCreated),
				"order.ReviewDone":     bus.On(s.orders.OnReviewDone),
				"order.StockCreated":   bus.On(s.orders.OnStockCreated),
				"order.DeliveryBooked": bus.On(s.orders.OnDeliveryBooked),
				"order.OrderCancelled": bus.On(s.orders.OnOrderCancelled),
			},
			runs: []func(context.Context){
				s.repeat(settleEvery, s.orders.Settle, "payments not settled yet; trying again"),
				func(ctx context.Context) { s.finder.run(ctx) },
				s.repeat(findLateEvery, s.orders.FindLate, "cannot tell whether declined orders were paid late; trying again"),
			},
		},
		{
			name: fraudService, public: s.fraud.PublicRoutes,
			hears: map[string]bus.Handler{"fraud.ReviewRequested": bus.On(s.fraud.OnReviewRequested)},
			runs:  []func(context.Context){s.repeat(remindEvery, s.fraud.Remind, "orders are late, and asking the fraud check again failed")},
		},
		{
			name: approvalService, private: s.approval.PrivateRoutes,
			hears: map[string]bus.Handler{"approval.ReviewRequested": bus.On(s.approval.OnReviewRequested)},
		},
		{
			name: deliveryService, public: s.delivery.PublicRoutes, private: s.delivery.PrivateRoutes,
			hears: map[string]bus.Handler{
				"delivery.OrderDeliverable":    bus.On(s.delivery.OnOrderDeliverable),
				"delivery.DeliveryBooked":      bus.On(s.delivery.OnDeliveryBooked),
				"delivery.DeliveryRescheduled": bus.On(s.delivery.OnDeliveryRescheduled),
				"delivery.OrderCancelled":      bus.On(s.delivery.OnOrderCancelled),
				"delivery.OrderCorrected":      bus.On(s.delivery.OnOrderCorrected),
			},
		},
		{
			name: stockService, public: s.stock.PublicRoutes, private: s.stock.PrivateRoutes,
			hears: map[string]bus.Handler{"stock.OrderPlaced": bus.On(s.stock.OnOrderPlaced)},
			runs:  []func(context.Context){s.repeat(remindEvery, s.stock.Remind, "orders are late, and asking the stockist again failed")},
		},
		{
			name: financeService, private: s.finance.PrivateRoutes,
			hears: map[string]bus.Handler{
				"finance.OrderPlaced":    bus.On(s.finance.OnOrderPlaced),
				"finance.OrderCancelled": bus.On(s.finance.OnOrderCancelled),
				"finance.RefundDone":     bus.On(s.finance.OnRefundDone),
			},
			runs: []func(context.Context){s.report},
		},
		{
			name: emailService, public: s.email.PublicRoutes, private: s.email.PrivateRoutes,
			hears: map[string]bus.Handler{
				"email.OrderCreated":        bus.On(s.email.OnOrderCreated),
				"email.OrderDeliverable":    bus.On(s.email.OnOrderDeliverable),
				"email.DeliveryBooked":      bus.On(s.email.OnDeliveryBooked),
				"email.DeliveryRescheduled": bus.On(s.email.OnDeliveryRescheduled),
				"email.DeliveryStarted":     bus.On(s.email.OnDeliveryStarted),
				"email.DeliveryFailed":      bus.On(s.email.OnDeliveryFailed),
				"email.Delivered":           bus.On(s.email.OnDelivered),
				"email.OrderCancelled":      bus.On(s.email.OnOrderCancelled),
				"email.PaymentDeclined":     bus.On(s.email.OnPaymentDeclined),
				"email.PaymentRequested":    bus.On(s.email.OnPaymentRequested),
				"email.RefundDone":          bus.On(s.email.OnRefundDone),
				"email.ComplaintMade":       bus.On(s.email.OnComplaintMade),
				"email.ComplaintAnswered":   bus.On(s.email.OnComplaintAnswered),
			},
			runs: []func(context.Context){s.repeat(papersEvery, s.papers.mail, "documents could not be mailed; trying again")},
		},
		{
			name: databaseService, private: s.operatorRoutes,
			runs: []func(context.Context){s.watchdog.Run, s.housekeeper.Run, s.retention.Run, s.indexer.Run, s.bookkeeper.Run, func(ctx context.Context) { s.bulk.Run(ctx) }, func(ctx context.Context) { s.patrol.Run(ctx) }},
		},
	}
}

// wire makes and connects every part. A new shop gets the first rules. address is the public listener's, for links.
func wire(ctx context.Context, cfg Config, first []byte, address string, log *slog.Logger) (*system, error) {
	s := &system{cfg: cfg, log: log, now: cfg.now()}
	if err := s.wire(ctx, first, address); err != nil {
		return nil, err
	}
	s.journal.OnCommit(s.relay.Committed)
	s.openSamples()
	return s, nil
}

func (s *system) wire(ctx context.Context, first []byte, address string) error {
	s.mode = s.cfg.mode()
	s.measure()
	s.openCounts()
	s.newBook()
	for _, open := range []func() error{
		func() error { return s.openStore(ctx) },
		func() error { return s.openLinks(ctx, address) },
		func() error { return s.openRules(ctx, first) },
		func() error { return s.cfg.deployment().openBus(ctx, s) },
		func() error { return s.openPartners(address) },
		func() error { return s.openMail(address) },
	} {
		if err := open(); err != nil {
			return s.undo.after(err)
		}
	}
	s.openSecurityLog()
	s.services()
	s.recorder = s.newRecorder()
	s.relay = database.NewRelay(s.journal, s.cfg.deployment().publisher(s), s.now, s.log)
	if s.engine != nil {
		s.watchdog = &database.Watchdog{
			Outbox: s.engine, Deadlines: s.deadlines, Now: s.now, Log: s.log,
		}
		lead := s.keeps() // one holder for all, or they would keep the role from each other
		s.housekeeper = &database.Housekeeper{Outbox: s.engine, Tests: s.engine, Keep: s.cfg.Keep, KeepTests: s.cfg.KeepTestOrders, Lead: lead, Now: s.now, Log: s.log}
		s.retention = &database.Retention{Store: s.engine, Keep: s.keepsPersons, Lead: lead, Now: s.now, Log: s.log}
		s.indexer = &database.Indexer{Store: s.engine, Lead: lead, Log: s.log}
		s.bookkeeper = s.newBookkeeper(lead)
		s.bulk = s.newBulk()
		s.patrol = s.newPatrol()
		s.metrics.MustRegister(s.kept()...)
	}
	s.openAlerts(address)
	return nil
}

// services gives each service its dependencies. Every process makes all of them, since the GraphQL of database uses the
// rules of order and delivery; services that a process does not run have no effect.
func (s *system) services() {
	s.mayMail = s.recipients()
	s.orders = &order.Service{
		Store: s.store, Rules: s.rules.Orders(), Payments: s.partners.payments, Simulated: s.cfg.simulatedPayments(), Links: s.links, Who: ops.Who, Now: s.now, Log: s.log,
		DoubtAfter: 3 * s.cfg.PartnerTimeout, OfferFailed: s.counts.offerFailed, Mailable: s.mailable,
		MayTest: s.cfg.mayTest, Languages: email.Languages(),
		Guess: s.guessing(), Papers: customerPapers{s},
	}
	if s.cfg.host == nil { // a host has the pages as files, without those of plants
		s.orders.Page = plantPath
	}
	s.fraud = &fraud.Service{
		Store: s.store, Screening: s.partners.screening, Verify: s.partners.callbacks[simulator.Screening],
		RemindAfter: func() time.Duration { return s.deadlines().Statuses[order.InReview] }, Now: s.now,
	}
	s.approval = &approval.Service{Store: s.store, Who: ops.Who, Now: s.now, First: s.firstApproval}
	s.stock = &stock.Service{
		Store: s.store, Stockist: s.partners.stockist, Verify: s.partners.callbacks[simulator.Stockist],
		RemindAfter: func() time.Duration { return s.deadlines().Statuses[order.Placed] }, Now: s.now,
	}
	s.finance = &finance.Service{Store: s.store, Bookkeeping: s.partners.books}
	s.reporter = s.newReporter()
	s.papers = s.newPaperMails()
	s.delivery = &delivery.Service{
		Store: s.store, Rules: s.rules.Delivery(), Carrier: s.partners.carrier, Links: s.links,
		Verify: s.partners.verifier(simulator.Carrier), Now: s.now,
	}
	s.email = &email.Service{
		Store: s.store, Mailer: s.mail.sender, Orders: standings{s.store, s.now}, Links: s.links, Rules: s.rules.Mail(), Now: s.now,
		Verify: s.partners.verifier(mailParty), Reported: s.counts.mailReported,
	}
	s.finder = s.newFinder()
	s.orders.Find = s.finder.find
}

// running returns the rows of the table that this process runs.
func (s *system) running() []service {
	return slices.DeleteFunc(s.table(), func(row service) bool { return !s.cfg.runs(row.name) })
}

// handlers returns the handlers of some rows.
func handlers(rows []service) map[string]bus.Handler {
	all := map[string]bus.Handler{}
	for _, row := range rows {
		maps.Copy(all, row.hears)
	}
	return all
}

// publicAPI adds the customers' routes.
func (s *system) publicAPI(api huma.API) {
	for _, row := range s.running() {
		if row.public != nil {
			row.public(api)
		}
	}
	tellLimits(api)
}

// privateAPI adds the routes for operators and inner clients.
func (s *system) privateAPI(api huma.API) {
	for _, row := range s.running() {
		if row.private != nil {
			row.private(api)
		}
	}
	s.alerts.Routes(api)
}

// atConsole reports whether a service's routes for operators are served here because the console calls them.
func (s *system) atConsole(service string) bool {
	return s.engine != nil && !s.cfg.runs(service) && slices.Contains(event.ServicesThat(func(s event.Service) bool { return s.AtConsole }), service)
}

// operatorRoutes adds the routes about the shop as a whole, and those that the console calls.
func (s *system) operatorRoutes(api huma.API) {
	for _, row := range s.table() {
		if s.atConsole(row.name) {
			row.private(api)
		}
	}
	ops.DeadLetters{Store: s.store}.Routes(api)
	ops.Ledger{Store: s.store, Corrections: s.engine}.Routes(api)
	ops.Books{Store: s.engine, Keeper: s.bookkeeper, Paper: s.issuedPaper}.Routes(api)
	ops.Privacy{Store: s.engine, Correct: s.orders.CorrectOrder, Log: s.log}.Routes(api)
	ops.Audit{Known: s.audited}.Routes(api)
	ops.Stock{Counted: s.orders.Counted, Changes: s.engine}.Routes(api)
	s.support().Routes(api)
	s.bulk.Routes(api)
	s.rulesAdmin.Routes(api)
}

// subscribe starts the subscribers of this process. It is an error if a subscription of the shop has no handler, or a
// handler no subscription.
func (s *system) subscribe(ctx context.Context) (stop map[string]func(context.Context) error, err error) {
	if err := matching(handlers(s.table())); err != nil {
		return nil, err
	}
	d := s.dispatcher()
	here := handlers(s.running())
	stop = map[string]func(context.Context) error{}
	for _, sub := range event.Subscriptions {
		if here[sub.Subscriber] == nil {
			continue
		}
		if stop[sub.Subscriber], err = s.bus.Subscribe(ctx, sub, d, here[sub.Subscriber]); err != nil {
			return nil, err
		}
	}
	return stop, nil
}

// publish runs the relay. A process without the service database only publishes its own commits.
func (s *system) publish(ctx context.Context) {
	if s.engine == nil {
		s.relay.Forward(ctx)
		return
	}
	var lost <-chan struct{}
	if s.bus != nil {
		lost = s.bus.Lost()
	}
	s.relay.Run(ctx, lost)
}

// repeat returns a function that calls do at an interval until the context ends.
func (s *system) repeat(every time.Duration, do func(context.Context) error, failed string) func(context.Context) {
	return func(ctx context.Context) {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn(failed, "error", err)
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

// matching checks that each subscription has a handler and the reverse, and that every event type is subscribed to,
// except the silent ones.
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
		if len(event.SubscribersOf(t)) == 0 && !event.Silent(t) {
			return fmt.Errorf("wiring: no one hears the event %s", t)
		}
	}
	return nil
}

// moved logs that the database may have lost its newest orders.
func (s *system) moved(m database.Moved) {
	s.log.Warn("the database was restored, or another server took over; it may lack the newest orders, and their numbers are skipped",
		"was", m.Was, "is", m.Is, "nextOrder", m.First, "do", "run webshop audit: it names money that was taken for orders that are lost")
}

// storage logs that orders cannot be stored, and why, or that they can be again.
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

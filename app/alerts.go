package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/datafolder"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/surfaces/ops"
)

const (
	// housekeepingTerm is when another copy takes over the housekeeping of a dead one.
	housekeepingTerm = 10 * time.Minute
	// outboxLimit is how late the relay may be. It checks each second.
	outboxLimit = 3 * time.Second
	// gapLimit is how long no process may take a subscriber's events, if another process should: processes restart one
	// after the other.
	gapLimit = 15 * time.Second
)

// alertRules returns the alert rules: in a process that runs database those about the whole shop, and in every process
// those about what it uses itself.
func (s *system) alertRules() []ops.Rule {
	everywhere := []ops.Rule{
		ops.RulesUnreadable(s.rules.Understood),
		ops.PartnerFailing(s.vitals),
		s.manyRefused(),
	}
	if s.engine == nil {
		return append(everywhere, ops.BusAway(s.busState)) // the other processes notice when one without the database is silent
	}
	consumers := ops.SubscriberNotConsuming(s.consumers, bus.StuckAfter)
	if !s.cfg.whole() {
		consumers.After = gapLimit
	}
	rules := append(everywhere,
		ops.StorageFails(s.store.Ping),
		ops.OverdueStep(s.watchdog),
		ops.DeadLetterKept(s.store),
		ops.PaymentInDoubt(s.engine, s.orders.DoubtAfter+settleEvery),
		ops.RefundFails(s.engine),
		ops.Chargeback(s.engine),
		ops.ComplaintWaits(s.engine),
		ops.MailBounced(s.engine),
		ops.StockLow(s.orders.Counted),
		ops.BulkStandsStill(s.engine),
		ops.LedgerOutOfBalance(s.store),
		ops.BooksBehind(s.engine, s.bookkeeper.Failing),
		ops.PapersUnmailed(s.engine),
		ops.AuditFinds(s.audited),
		ops.OutboxOld(s.engine, s.relay, outboxLimit),
		consumers,
		ops.QueueFull(s.queues),
	)
	if s.cfg.BooksJournal {
		rules = append(rules, ops.BooksUntold(s.engine, s.reporter.Failing))
	}
	if s.nats != nil {
		rules = append(rules, ops.BusFails(s.busState))
	}
	if s.copies() {
		rules = append(rules, ops.ProcessSilent(s.rules.Name, s.engine))
	}
	if s.cfg.earnest() {
		rules = append(rules, ops.PaymentsSimulated(s.cfg.simulatedPayments()))
	}
	if s.cfg.AlertUnusualLeast > 0 {
		rules = append(rules, ops.BusinessUnusual(s.engine, s.cfg.unusual()))
	}
	if s.cfg.deployment().keepsFiles(s.cfg) {
		rules = append(rules, ops.DiskFull(func() (free, total uint64, err error) { return datafolder.DiskSpace(s.cfg.DataDir) }))
	}
	return rules
}

// copies reports whether the shop may have other processes.
func (s *system) copies() bool { return s.cfg.deployment().copies() }

// unusual configures the alerts about the business.
func (c Config) unusual() ops.Unusual {
	return ops.Unusual{Least: c.AlertUnusualLeast, Times: c.AlertUnusualTimes}
}

// openAlerts makes the alerts and their channels.
func (s *system) openAlerts(address string) {
	cfg := s.cfg
	s.channels = []*ops.Channel{ops.NewChannel("log", ops.ToLog(s.log), s.log)}
	for i, url := range cfg.AlertWebhook {
		s.channels = append(s.channels, ops.NewChannel(numbered("webhook", i), ops.ToWebhook(string(url)), s.log))
	}
	for i, url := range cfg.AlertSlack {
		s.channels = append(s.channels, ops.NewChannel(numbered("slack", i), ops.ToSlack(string(url)), s.log))
	}
	for i, to := range cfg.AlertMail {
		s.channels = append(s.channels, ops.NewChannel(numbered("mail", i), ops.ToMail(s.mailTo(to)), s.log))
	}
	s.notifier = &ops.Notifier{Lead: s.lead("alerts"), Notify: s.tell, Now: s.now, Log: s.log}
	s.alerts = &ops.Alerts{
		Rules: cfg.deployment().alerts(s), Shop: address, Now: s.now, Notify: s.notifier.Offer,
		Link: func(id int64) string { return cfg.deployment().orderLink(cfg, id) },
	}
}

// lead returns a function that reports whether this process has a role among the copies of the service database. It is
// nil without copies: in a process without that service, or with a database file.
func (s *system) lead(role string) func(context.Context, time.Time, time.Duration) (bool, error) {
	if s.engine == nil {
		return nil
	}
	return s.leadAmongAll(role)
}

// leadAmongAll is lead in a process of any service.
func (s *system) leadAmongAll(role string) func(context.Context, time.Time, time.Duration) (bool, error) {
	if !s.copies() {
		return nil
	}
	holder := rand.Text() // unique to this process
	return func(ctx context.Context, at time.Time, term time.Duration) (bool, error) {
		return s.journal.Lead(ctx, role, holder, at, term)
	}
}

// keeps returns a function that reports whether this process does the housekeeping among the copies of the database.
func (s *system) keeps() func(context.Context) (bool, error) {
	lead := s.lead("housekeeping")
	if lead == nil {
		return nil
	}
	return func(ctx context.Context) (bool, error) { return lead(ctx, s.now(), housekeepingTerm) }
}

func numbered(name string, i int) string { return fmt.Sprintf("%s %d", name, i+1) }

// tell sends a notice to all its channels.
func (s *system) tell(n ops.Notice) {
	for _, o := range s.channels {
		o.Offer(n)
	}
}

// mailTo returns a function that sends mails to an operator.
func (s *system) mailTo(to string) func(context.Context, ops.Message) error {
	return func(ctx context.Context, l ops.Message) error {
		return s.mail.operators.Send(ctx, email.Message{
			ID: l.ID, To: to, Subject: l.Subject, Text: l.Text, HTML: "<pre>" + html.EscapeString(l.Text) + "</pre>",
		})
	}
}

// vitals returns the state of the partners and mail servers.
func (s *system) vitals() (all []ops.Vitals) {
	for _, h := range append(s.mail.sender.Health(), s.partners.health...) {
		all = append(all, ops.Vitals(h.Vitals()))
	}
	return all
}

// busState returns the state of the NATS servers.
func (s *system) busState() (b ops.Bus) {
	if s.copies() {
		b.Process = s.rules.Name
	}
	if t := s.nats.Trouble(); t != nil {
		b.Trouble, b.Since, b.Settling = t.What, t.Since, t.Settling()
	}
	b.Lost, b.LostAt = s.nats.LastLoss()
	return b
}

// consumers returns the state of the subscribers on the bus.
func (s *system) consumers(ctx context.Context) (all []ops.Consumer, err error) {
	found, err := s.bus.Consumers(ctx)
	for _, c := range found {
		all = append(all, ops.Consumer(c))
	}
	return all, err
}

// queues returns the queues that can fill up.
func (s *system) queues(ctx context.Context) ([]ops.Queue, error) {
	queue := func(name string, held, most int, do string) ops.Queue {
		return ops.Queue{Name: name, Held: uint64(held), Most: uint64(most), Do: do}
	}
	shared := func(q ops.Queue) ops.Queue { q.Shared = true; return q }
	writes, mostWrites := s.engine.Queue()
	events, mostEvents := s.relay.Queue()
	held, most, err := s.bus.Fill(ctx)
	return []ops.Queue{
		queue("The queue of writes to the database", writes, mostWrites, "More is written than the disk takes: customers wait. Look for a slow disk, or for more traffic than usual."),
		queue("The queue of events to be published", events, mostEvents, "The bus is slower than the shop. What does not fit is published 5 seconds later; nothing is lost."),
		shared(queue("The backlog of events that wait for their first try", s.store.Backlog().Inside, s.cfg.MaxBacklog, "The shop is behind. When it is full, no more orders are taken until it has caught up.")),
		{Name: "The bus", Shared: s.nats != nil, Held: held, Most: most, Do: "Subscribers are slower than the shop, or one does not consume. What does not fit is published again later; nothing is lost."},
	}, err
}

// checkAlerts checks the addresses of alerts.
func (c Config) checkAlerts() error {
	wrong := []error{c.unusual().Check()}
	for _, address := range append(c.AlertWebhook[:len(c.AlertWebhook):len(c.AlertWebhook)], c.AlertSlack...) {
		if err := ops.CheckWebhook(string(address)); err != nil {
			wrong = append(wrong, fmt.Errorf("--alert-webhook, --alert-slack: an address %w", err))
		}
	}
	for _, to := range c.AlertMail {
		if _, err := mailaddr.Parse(to); err != nil {
			wrong = append(wrong, fmt.Errorf("--alert-mail %q must be like someone@example.com", to))
		}
	}
	return errors.Join(wrong...)
}

package app

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/bus"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/rules"
	"acme.example/webshop/surfaces/ops"
)

// slowBuckets are for durations that depend on others: from a millisecond to the longest timeout.
var slowBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}

// counts are the counters of this process's own work.
type counts struct {
	handled  *prometheus.HistogramVec
	partners *prometheus.HistogramVec
	orders   *prometheus.CounterVec
	taken    *prometheus.CounterVec
	repaid   *prometheus.CounterVec
	failed   prometheus.Counter
	reviews  *prometheus.CounterVec
	limited  *prometheus.CounterVec
	bulk     *prometheus.CounterVec
	mails    *prometheus.CounterVec
	names    atomic.Pointer[rules.Set] // names of the shop's markets, customer types and currencies: all other values share one label
}

func newCounts() *counts {
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: slowBuckets}, labels)
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	return &counts{
		handled:  histogram("webshop_event_handled_seconds", "Time of tries of subscribers to handle an event, by outcome.", "subscriber", "outcome"),
		partners: histogram("webshop_partner_call_seconds", "Time of calls of partners and mail servers, by outcome: ok, or the code of the fault.", "partner", "outcome"),
		orders:   counter("webshop_orders_total", "Orders that got a status, by status, market and customer type; orders of tests apart.", "status", "market", "type", "test"),
		taken:    counter("webshop_money_taken_minor_total", "Money taken for real orders, in minor units.", "currency"),
		repaid:   counter("webshop_money_given_back_minor_total", "Money given back for real orders, in minor units.", "currency"),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "webshop_offer_failures_total", Help: "Carts for which an offer's expression failed, so that the offer was left out.",
		}),
		reviews: counter("webshop_reviews_total", "Reviews of orders that were decided, by step and outcome.", "step", "outcome"),
		limited: counter("webshop_limits_reached_total", "Orders and bookings that were refused because their customer has as much as one may have, by what.", "limit"),
		bulk:    counter("webshop_bulk_orders_total", "Orders of jobs on many orders that were done or not, by action and outcome.", "action", "outcome"),
		mails:   counter("webshop_mail_reports_total", "Reports of the mail provider about mails to customers, by what became of the mail.", "state"),
	}
}

// expect sets the known labels from a set of rules.
func (c *counts) expect(set *rules.Set) {
	c.names.Store(set)
	for _, m := range set.Orders.Markets {
		c.taken.WithLabelValues(string(m.Currency)) // so that they exist before the first order
		c.repaid.WithLabelValues(string(m.Currency))
	}
}

// label returns a label's value, one of few.
func (c *counts) label(value string) string {
	if set := c.names.Load(); set != nil && set.Names(value) {
		return value
	}
	return "other"
}

// arrived counts an order with a new status.
func (c *counts) arrived(o order.Order) {
	c.orders.WithLabelValues(string(o.Status), c.label(o.Market), c.label(o.CustomerType), strconv.FormatBool(o.TestID != 0)).Inc()
	for _, e := range database.EntriesOf("", o) {
		if e.Kind == finance.KindPayment && !e.Test {
			c.taken.WithLabelValues(c.label(string(e.Amount.Currency))).Add(float64(e.Amount.Minor))
		}
	}
}

// gaveBack counts a refunded order.
func (c *counts) gaveBack(o order.Order) {
	if o.TestID == 0 {
		c.repaid.WithLabelValues(c.label(string(o.Total.Currency))).Add(float64(o.Total.Minor))
	}
}

// offerFailed counts an offer that failed for a cart; the log names it.
func (c *counts) offerFailed(string) { c.failed.Inc() }

// limitReached counts an order that a cap refused.
func (c *counts) limitReached(kind string) { c.limited.WithLabelValues(kind).Inc() }

// bulkOne counts an order of a job on many orders.
func (c *counts) bulkOne(action, outcome string) { c.bulk.WithLabelValues(action, outcome).Inc() }

// mailReported counts a report of the mail provider.
func (c *counts) mailReported(state string) { c.mails.WithLabelValues(state).Inc() }

// decided counts a decision of a review.
func (c *counts) decided(step string, passed bool) {
	c.reviews.WithLabelValues(step, order.Decision(step, passed, "", "").State).Inc()
}

// handledOne counts a subscriber's try.
func (c *counts) handledOne(subscriber string, outcome bus.Outcome, took time.Duration) {
	c.handled.WithLabelValues(subscriber, string(outcome)).Observe(took.Seconds())
}

// called counts a call of a partner.
func (c *counts) called(partner, outcome string, took time.Duration) {
	c.partners.WithLabelValues(partner, outcome).Observe(took.Seconds())
}

// openCounts makes the counters. A process has only those that it can count.
func (s *system) openCounts() {
	s.counts = newCounts()
	s.metrics.MustRegister(s.counts.partners)
	for _, sub := range event.Subscriptions {
		if s.cfg.runs(sub.Service()) {
			s.counts.handled.WithLabelValues(sub.Subscriber, string(bus.Done)) // so that it exists before the first event
		}
	}
	s.metrics.MustRegister(s.counts.handled)
	s.metrics.MustRegister(s.counts.limited)
	if s.cfg.runs(orderService) {
		s.metrics.MustRegister(s.counts.failed)
		s.counts.limited.WithLabelValues(limitCodes) // so that it exists before the first
	}
	if s.cfg.runs(emailService) {
		s.metrics.MustRegister(s.counts.mails)
		for _, state := range email.Reports() {
			s.counts.mails.WithLabelValues(state) // so that it exists before the first
		}
	}
	s.metrics.MustRegister(s.counts.orders, s.counts.taken, s.counts.repaid, s.counts.reviews)
	if s.cfg.runs(databaseService) {
		for _, kind := range []string{order.TallyUnpaid, order.TallyDelivery} {
			s.counts.limited.WithLabelValues(kind) // so that it exists before the first
		}
		s.metrics.MustRegister(s.counts.bulk)
		for _, action := range []string{database.BulkCancel, database.BulkMail} {
			s.counts.bulk.WithLabelValues(action, database.BulkMade) // as above
		}
		for _, step := range event.ReviewSteps() {
			s.counts.reviews.WithLabelValues(step, order.ReviewPassed) // as above
		}
	}
}

// observed returns a store whose calls are counted and traced.
func (s *system) observed(store database.Services) database.Services {
	return database.Observed{Services: store, Arrived: s.counts.arrived, Repaid: s.counts.gaveBack, Decided: s.counts.decided, Limited: s.counts.limitReached}
}

// openSamples makes the metrics that are read on demand.
func (s *system) openSamples() {
	sources := []*source{{name: "alerts", ask: s.openedAlerts, tells: []string{"alerts_open"}}}
	if s.cfg.runs(deliveryService) {
		sources = append(sources, &source{name: "slots", every: 15 * time.Second, ask: s.slotsLeft, tells: []string{"slots_left"}})
	}
	if s.engine != nil {
		sources = append(sources,
			&source{name: "bus", every: time.Second, ask: s.waiting, tells: []string{"subscriber_waiting", "subscriber_held"}},
			&source{name: "outbox", every: time.Second, ask: s.outboxAge, tells: []string{"outbox_age_seconds"}},
			&source{name: "dead_letters", every: 5 * time.Second, ask: s.parked, tells: []string{"dead_letters"}},
			&source{name: "bulk", every: 5 * time.Second, ask: s.bulkWaiting, tells: []string{"bulk_waiting"}},
			&source{name: "orders", every: 15 * time.Second, ask: s.ordersNow, tells: []string{"orders", "receipts_pending"}},
			&source{name: "audit", every: 5 * time.Second, ask: s.auditedNow, tells: []string{
				"audit_last_look_timestamp_seconds", "audit_last_round_timestamp_seconds", "audit_orders", "audit_findings",
			}},
		)
	}
	s.metrics.MustRegister(&samples{sources: sources})
}

// waiting reports how many events wait for each subscriber on the bus, and how many are in work.
func (s *system) waiting(ctx context.Context, tell tell) error {
	all, err := s.bus.Consumers(ctx)
	for _, c := range all {
		service, _, _ := strings.Cut(c.Subscriber, ".")
		tell("subscriber_waiting", float64(c.Waiting), service, c.Subscriber)
		tell("subscriber_held", float64(c.Held), service, c.Subscriber)
	}
	return err
}

// outboxAge reports for how long the oldest event has been due.
func (s *system) outboxAge(ctx context.Context, tell tell) error {
	due, err := s.engine.OldestDue(ctx)
	if err != nil {
		return err
	}
	age := 0.0
	if !due.IsZero() {
		age = max(0, s.now().Sub(due).Seconds())
	}
	tell("outbox_age_seconds", age)
	return nil
}

// parked reports the dead letters of each subscriber.
func (s *system) parked(ctx context.Context, tell tell) error {
	stuck, err := s.store.Parked(ctx)
	if err != nil {
		return err
	}
	of := map[string]int{}
	for _, one := range stuck {
		of[one.Subscriber] = one.Count
	}
	for _, sub := range event.Subscriptions {
		tell("dead_letters", float64(of[sub.Subscriber]), sub.Subscriber)
	}
	return nil
}

// bulkWaiting reports how many orders wait in jobs on many orders, by action.
func (s *system) bulkWaiting(ctx context.Context, tell tell) error {
	runs, err := s.engine.BulkRuns(ctx)
	if err != nil {
		return err
	}
	of := map[string]int{database.BulkCancel: 0, database.BulkMail: 0}
	for _, j := range runs {
		of[j.Action] += j.Waiting
	}
	for action, n := range of {
		tell("bulk_waiting", float64(n), action)
	}
	return nil
}

// ordersNow reports how many orders are in each status, and how many receipts are pending.
func (s *system) ordersNow(ctx context.Context, tell tell) error {
	counts, err := s.store.Counts(ctx)
	if err != nil {
		return err
	}
	tests, err := s.engine.TestsByStatus(ctx)
	if err != nil {
		return err
	}
	for _, status := range order.Statuses {
		tell("orders", float64(max(0, counts.Orders[status]-tests[status])), string(status), "false")
		tell("orders", float64(tests[status]), string(status), "true")
	}
	tell("receipts_pending", float64(counts.Pending))
	return nil
}

// openedAlerts reports how many alerts of each rule are open.
func (s *system) openedAlerts(_ context.Context, tell tell) error {
	type series struct {
		rule     string
		severity ops.Severity
	}
	of := map[series]int{}
	for _, rule := range slices.Concat(s.alerts.Rules, []ops.Rule{{Name: ops.BlindRule}}) {
		for _, severity := range ops.Severities {
			of[series{rule.Name, severity}] = 0 // so that a series ends with 0 rather than vanish
		}
	}
	for _, a := range s.alerts.List().Open {
		of[series{a.Rule, a.Severity}]++
	}
	for of, n := range of {
		tell("alerts_open", float64(n), of.rule, string(of.severity))
	}
	return nil
}

// slotsLeft reports how many deliveries each market, and each of its zones that is counted by itself, can still take on each of the
// days that it offers.
func (s *system) slotsLeft(ctx context.Context, tell tell) error {
	for market, calendar := range s.rules.Latest().Delivery.Calendars {
		rooms := map[string]int{"": calendar.Capacity}
		maps.Copy(rooms, calendar.Zones)
		for zone, capacity := range rooms {
			booked, err := s.store.Booked(ctx, delivery.Pool(market, zone), s.now())
			if err != nil {
				return err
			}
			for day, n := range leftOn(calendar, capacity, booked, s.now()) {
				tell("slots_left", float64(n), market, zone, strconv.Itoa(day))
			}
		}
	}
	return nil
}

// leftOn counts the deliveries that can still be taken, by days from today.
func leftOn(calendar delivery.Calendar, capacity int, booked map[time.Time]int, now time.Time) map[int]int {
	left := map[int]int{}
	for day := calendar.FirstDay; day < calendar.FirstDay+calendar.Days; day++ {
		left[day] = 0
	}
	for _, slot := range calendar.Slots(now) {
		left[daysBetween(now.In(calendar.Zone), slot.In(calendar.Zone))] += max(0, capacity-booked[slot])
	}
	return left
}

// daysBetween returns how many days later on the calendar a time is.
func daysBetween(from, to time.Time) int {
	date := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(date(to).Sub(date(from)).Hours() / 24)
}

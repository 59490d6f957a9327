package app_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	spans "go.opentelemetry.io/proto/otlp/trace/v1"

	"acme.example/webshop/app"
)

// TestAnOrdersWholeWayIsOneTrace: from the customer's request to the booked delivery, with a step that is retried and the
// customer's later request.
func TestAnOrdersWholeWayIsOneTrace(t *testing.T) {
	c := collect(t)
	s := start(t)
	s.turn("stockist", map[string]any{"failureRate": 1})
	stranger := "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"
	made := s.create(realOrder("Traced", "email", "traced@example.com"), "Traceparent", stranger)
	s.eventually("the stockist fails", func() bool {
		for _, e := range s.order(made.OrderID).History {
			for _, r := range e.Receipts {
				if r.Subscriber == "stock.OrderPlaced" && r.Attempts > 0 {
					return true
				}
			}
		}
		return false
	})
	s.turn("stockist", map[string]any{"failureRate": 0})
	s.arrives(made.OrderID, "STOCKED")
	s.bookFirst(s.deliveryKey(s.mails("traced@example.com")))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.stop()
	c.end()

	trace := c.traceOf(made.OrderID)
	c.whole(trace)
	root := "POST /createOrder"
	published := func(of string, way ...string) []string { return append(way, "publish "+of) }
	placed := published("OrderPlaced", root, "store RecordPayment", "publish OrderCreated", "order.OrderCreated", "store MoveOrder")
	stocked := published("OrderDeliverable", slices.Concat(published("StockCreated", slices.Concat(placed, []string{"stock.OrderPlaced", "store StockCreated"})...),
		[]string{"order.StockCreated", "store MoveOrder"})...)
	for _, way := range [][]string{
		{root, "store CreateOrder"}, {root, "POST payments-us"}, {root, "store RecordPayment"},
		{root, "store RecordPayment", "publish OrderCreated", "email.OrderCreated", "mail"},
		append(slices.Clone(placed), "finance.OrderPlaced", "POST books"),
		append(slices.Clone(placed), "stock.OrderPlaced", "POST stockist"),
		append(slices.Clone(stocked), "email.OrderDeliverable", "mail"),
	} {
		c.has(trace, way)
	}
	c.redone(trace, "stock.OrderPlaced")
	c.goesOn(trace, "store Book", "POST /bookDelivery")
	c.linked(trace, root, stranger)
	c.commits()
}

// TestOneTraceAcrossProcesses: the services in one, the database in another, with NATS between them.
func TestOneTraceAcrossProcesses(t *testing.T) {
	c := collect(t)
	f := newFleet(t)
	f.base.SimulatorsURL, f.base.TestSMTPAddr = "", ""
	all := []*member{f.run("database"), f.run("order,delivery,stock,finance,email")}
	made := f.create(realOrder("Traced", "testId", 77))
	f.arrives(made.OrderID, "DELIVERY_BOOKED")
	for _, m := range all {
		f.end(m)
	}
	c.end()
	trace := c.traceOf(made.OrderID)
	c.whole(trace)
	ways := map[string]bool{}
	for _, s := range trace {
		ways[strings.Join(c.way(s), " > ")] = true
	}
	for _, way := range []string{
		"POST /createOrder > store CreateOrder",
		"POST /createOrder > store RecordPayment > publish OrderCreated > email.OrderCreated > mail",
	} {
		if !ways[way] {
			t.Errorf("no %s among %d ways", way, len(ways))
		}
	}
	if last := "publish DeliveryBooked > email.DeliveryBooked > mail"; !slices.ContainsFunc(slices.Collect(maps.Keys(ways)), func(w string) bool { return strings.HasSuffix(w, last) }) {
		t.Errorf("no %s", last)
	}
}

// TestTracesThatNoOneTakes: a missing collector does no harm, and is logged once.
func TestTracesThatNoOneTakes(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
	log := &sharedLog{}
	stop, err := app.Config{}.Traces(t.Context(), testLogger(log))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t)
	for i := range 3 {
		s.arrives(s.create(realOrder("Untold", "testId", 80+i)).OrderID, "DELIVERY_BOOKED")
		s.eventually("it is told", func() bool { return strings.Contains(log.String(), "cannot be sent") })
	}
	s.stop()
	if err := stop(context.Background()); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines:\n%s", n, log)
	}
}

// whole checks that a trace has one root, and that each other span has its parent.
func (c *collector) whole(trace []*spans.Span) {
	c.Helper()
	roots := 0
	for _, s := range trace {
		if len(s.ParentSpanId) == 0 {
			roots++
		}
		if way := c.way(s); way[0] == "(missing)" {
			c.Errorf("the parent of %v is missing", way)
		}
	}
	if roots != 1 {
		c.Errorf("%d roots", roots)
	}
}

// has checks that a trace has a span with these above it.
func (c *collector) has(trace []*spans.Span, way []string) {
	c.Helper()
	if !slices.ContainsFunc(trace, func(s *spans.Span) bool { return slices.Equal(c.way(s), way) }) {
		text := ""
		for _, s := range trace {
			text += fmt.Sprintln(c.way(s))
		}
		c.Errorf("no %v in\n%s", way, text)
	}
}

// redone checks that a step was done more than once, and each later try is linked to the one before it.
func (c *collector) redone(trace []*spans.Span, name string) {
	c.Helper()
	var tries []*spans.Span
	for _, s := range trace {
		if s.Name == name {
			tries = append(tries, s)
		}
	}
	slices.SortFunc(tries, func(a, b *spans.Span) int { return int(int64(a.StartTimeUnixNano) - int64(b.StartTimeUnixNano)) })
	if len(tries) < 2 {
		c.Errorf("%d tries of %s", len(tries), name)
	}
	for i := 1; i < len(tries); i++ {
		if !linksTo(tries[i], tries[i-1]) {
			c.Errorf("try %d of %s is not linked to the one before", i+1, name)
		}
	}
}

// goesOn checks that a step of the trace was caused by a request of another trace, and that both are linked.
func (c *collector) goesOn(trace []*spans.Span, step, request string) {
	c.Helper()
	for _, s := range trace {
		for _, other := range c.all {
			if s.Name == step && other.Name == request && linksTo(s, other) && linksTo(other, s) {
				return
			}
		}
	}
	c.Errorf("no %s is linked with a %s", step, request)
}

// linked checks that a stranger's traceparent is only linked.
func (c *collector) linked(trace []*spans.Span, name, traceparent string) {
	c.Helper()
	for _, s := range trace {
		if s.Name == name && len(s.Links) == 1 && strings.Contains(traceparent, fmt.Sprintf("%x", s.Links[0].TraceId)) &&
			!strings.Contains(traceparent, fmt.Sprintf("%x", s.TraceId)) {
			return
		}
	}
	c.Errorf("%s is not linked with the stranger's trace", name)
}

// commits checks that each write is in one transaction: below it, or linked with it.
func (c *collector) commits() {
	c.Helper()
	members, commits := 0, 0
	for _, s := range c.all {
		if s.Name == "commit" {
			commits++
			members += 1 + len(s.Links)
			if len(s.Links) > 0 && !linksTo(c.byID[string(s.Links[0].SpanId)], s) {
				c.Error("a write does not tell its transaction")
			}
		}
	}
	if commits == 0 || members < commits {
		c.Errorf("%d transactions of %d writes", commits, members)
	}
}

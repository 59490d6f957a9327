package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
)

// kept is the stored progress of a patrol.
type kept map[string]string

func (k kept) ProgressOf(_ context.Context, job string) (string, error) { return k[job], nil }

func (k kept) SaveProgress(_ context.Context, job, text string) error {
	k[job] = text
	return nil
}

func (k kept) state(t *testing.T) audit.Patrolled {
	t.Helper()
	state, err := audit.ReadPatrolled(k[audit.PatrolJob])
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// patrol returns a patrol of the scene's shop, whose clock advances a minute with each step.
func (c *scene) patrol(memory kept) *audit.Patrol {
	now := c.at
	return &audit.Patrol{
		Config: audit.Config{Database: c.file, DatabaseURL: c.url, LookTime: time.Millisecond, Now: func() time.Time { return now }},
		Memory: memory, Log: slog.New(slog.DiscardHandler),
		Lead: func(context.Context) (bool, error) { now = now.Add(time.Minute); return true, nil },
	}
}

// steps takes steps until a round that began with them is over.
func steps(t *testing.T, p *audit.Patrol, memory kept) audit.Patrolled {
	t.Helper()
	for range 3 {
		if _, err := p.Lead(t.Context()); err != nil { // sets the clock
			t.Fatal(err)
		}
		if err := p.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return memory.state(t)
}

// foundByPatrol are the checks that find breaches with the database alone, for a few orders.
var foundByPatrol = []string{
	"order.in-sight", "money.price", "money.tax", "money.paid", "money.charge", "money.ledger", "money.refund", "effect.receipts", "move.events", "move.status", "move.payload", "move.delivery",
	"move.review", "move.tracking", "move.complaint", "move.cancel", "move.slots", "move.stock", "move.claims", "move.archive", "move.stray",
}

// leftToOthers is what a patrol does not check: lateness has alerts of its own, and webshop audit finds receipts without
// an event, which belong to no order, and what providers have no record of.
var leftToOthers = map[string][]string{
	"a receipt that is pending for too long":                                {"order.in-sight"},
	"an event that is missing":                                              {"move.stray"},
	"an order that replaces one that does not know it":                      {"move.complaint"},
	"a receipt of no event":                                                 {"move.stray"},
	"a second payment that was kept":                                        {"money.charge"},
	"a refund that is said to be done":                                      {"money.refund"},
	"a second payment that was paid late, and was not found in time":        {"money.charge"},
	"a second payment that was paid late, for which the shop does not look": {"money.charge"},
}

// TestThePatrolFindsWhatTheDatabaseTells: each breach in the database, with each engine, until it is fixed.
func TestThePatrolFindsWhatTheDatabaseTells(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, change func(*app.Config)) {
		first := start(t, withRules(t, dearReviews), change).scene()
		memory := kept{}
		p := first.copy(t).patrol(memory)
		if got := steps(t, p, memory); len(got.Found) > 0 || got.Whole == nil || got.Whole.Orders != len(first.ids) {
			t.Fatalf("what was not touched: %+v of %d orders", got, len(first.ids))
		}
		for _, b := range slices.Concat(ordersBroken, moneyBroken, effectsBroken, movesBroken) {
			if b.inside {
				t.Run(b.name, func(t *testing.T) { first.patrols(t, b) })
			}
		}
	})
}

// patrols makes a breach, and wants the checks that only need the database to find it.
func (c *scene) patrols(t *testing.T, b breach) {
	broken := c.copy(t)
	b.breaks(t, broken)
	memory := kept{}
	state := steps(t, broken.patrol(memory), memory)
	var names, want []string
	for _, f := range state.Found {
		if !slices.Contains(names, f.Check) {
			names = append(names, f.Check)
		}
	}
	for _, name := range strings.Fields(b.found) {
		if slices.Contains(foundByPatrol, name) && !slices.Contains(leftToOthers[b.name], name) {
			want = append(want, name)
		}
	}
	slices.Sort(names)
	if slices.Sort(want); !slices.Equal(names, want) {
		t.Errorf("found %+v, want %v", state.Found, want)
	}
}

// TestThePatrolGoesOnWhereItWas: after a restart it continues with the next orders; earlier findings are kept, and end
// when they are fixed.
func TestThePatrolGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	first := start(t, withRules(t, dearReviews)).scene()
	c := first.copy(t)
	// Two hundred older orders more.
	c.sql(t, declinedOrders(1000, 1199),
		`UPDATE orders SET status = 'STOCKED' WHERE order_id = 1199`)
	memory := kept{}
	var lives []int64
	for range 3 { // each step in a new process
		p := c.patrol(memory)
		if _, err := p.Lead(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := p.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		lives = append(lives, memory.state(t).Orders)
	}
	orders := int64(len(first.ids) + 200)
	state := memory.state(t)
	if !slices.Equal(lives, []int64{100, 200, orders}) || state.Whole == nil || int64(state.Whole.Orders) != orders || state.Next != 0 {
		t.Errorf("looked at %v orders; %+v", lives, state)
	}
	if len(state.Found) == 0 || state.Found[0].OrderID != 1199 {
		t.Fatalf("found %+v", state.Found)
	}
	for _, word := range []string{"@example.com", "Thisway", "Thatplace"} {
		if strings.Contains(memory[audit.PatrolJob], word) {
			t.Errorf("%q is kept: %s", word, memory[audit.PatrolJob])
		}
	}
	since := state.Found[0].Since
	p := c.patrol(memory)
	if state = steps(t, p, memory); len(state.Found) == 0 || !state.Found[0].Since.Equal(since) {
		t.Errorf("found since %s: %+v", since, state.Found)
	}
	c.mend(t, `UPDATE orders SET status = 'PAYMENT_DECLINED' WHERE order_id = 1199`)
	if state = steps(t, p, memory); len(state.Found) > 0 {
		t.Errorf("mended: %+v", state.Found)
	}
}

// TestThePatrolKeepsUpOrLeavesItToTheRound: several events of an order cause one check; what is too old, or from before
// the clock was set back, is left to the round.
func TestThePatrolKeepsUpOrLeavesItToTheRound(t *testing.T) {
	t.Parallel()
	c := start(t, withRules(t, dearReviews)).scene().copy(t)
	c.sql(t, declinedOrders(1000, 1199))
	now := c.at.Add(time.Hour)
	happens := func(at time.Time, from, to int) (last string) { // five events of each order
		for i, kind := range []string{"OrderCreated", "PaymentDeclined", "OrderPlaced", "StockCreated", "OrderDeliverable"} {
			start := fmt.Sprintf("%012x", at.UnixMilli())
			last = fmt.Sprintf("%s-%s-7000-8000-%012d", start[:8], start[8:], i*10_000+to)
			c.mend(t, fmt.Sprintf(`INSERT INTO journal SELECT '%s-%s-7000-8000-' || printf('%%012d', %d + order_id), '%s', order_id, '', 1, '', '{}'
				FROM orders WHERE order_id BETWEEN %d AND %d`, start[:8], start[8:], i*10_000, kind, from, to))
		}
		return last
	}
	memory := kept{}
	p := c.patrol(memory)
	p.Config.Now = func() time.Time { return now }
	step := func() audit.Patrolled {
		t.Helper()
		if err := p.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		return memory.state(t)
	}
	step()
	last := happens(now.Add(time.Second), 1000, 1039)
	now = now.Add(time.Minute)
	if got := step(); got.Seen != last {
		t.Errorf("of 200 events of 40 orders it has seen those until %s, want %s", got.Seen, last)
	}
	happens(now, 1100, 1149)
	now = now.Add(time.Hour)
	if got := step(); got.Seen <= last || !got.Looked.Equal(now) {
		t.Errorf("an hour behind, it goes on from %s", got.Seen)
	}
	now = now.Add(-30 * time.Minute)
	step()
	last = happens(now.Add(time.Second), 1150, 1150)
	now = now.Add(time.Minute)
	if got := step(); got.Seen != last || !got.Looked.Equal(now) {
		t.Errorf("after the clock was set back it has seen those until %s and looked at %s, want %s and %s", got.Seen, got.Looked, last, now)
	}
}

// declinedOrders makes older orders with these numbers.
func declinedOrders(from, to int) string {
	return fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO orders (order_id, status, status_at, created_at, name, email, phone, street, city, customer_type, market, org_number, products,
			total_price, currency, rate, test_id, payment_provider, payment_reference, delivery_time)
		SELECT i, 'PAYMENT_DECLINED', 1, 1, '', '', '', '', '', 'B2C', 'US', '', 'BB001', 100, 'USD', '', 0, 'payments-us', '', 0 FROM n`, from, to)
}

// mend changes a database that was changed before.
func (c *scene) mend(t *testing.T, statement string) {
	t.Helper()
	db, err := c.open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// auditReport is the shop's report about the continuous audit.
type auditReport struct {
	Looked time.Time
	Whole  *audit.Round
	Found  []audit.Found
}

// TestTheAuditRunsByItself: a row that is changed by hand is found, reported, shown and counted, until it is fixed.
func TestTheAuditRunsByItself(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Changed"))
	s.arrives(made.OrderID, "STOCKED")
	told := func() (got auditReport) {
		s.call("GET", s.PrivateURL+"/audit", nil).want(200).into(&got)
		return got
	}
	s.eventually("a whole round is over", func() bool { return told().Whole != nil && told().Whole.Orders == 1 })
	s.sql(fmt.Sprintf(`UPDATE orders SET org_number = 'Elsewhere 2' WHERE order_id = %d`, made.OrderID))
	alert := s.alerted("audit", "")
	if text, _ := json.Marshal(alert); alert.OrderCount != 1 || alert.Orders[0].OrderID != made.OrderID || strings.Contains(string(text), "Elsewhere") {
		t.Errorf("%s", text)
	}
	if got := told(); len(got.Found) != 1 || got.Found[0].Check != "move.payload" || got.Looked.IsZero() {
		t.Errorf("%+v", got)
	}
	var now struct {
		Audit struct {
			Looked time.Time
			Found  int
		}
	}
	s.call("GET", s.PrivateURL+"/console/api/now", nil).want(200).into(&now)
	if now.Audit.Found != 1 || now.Audit.Looked.IsZero() {
		t.Errorf("the console: %+v", now)
	}
	s.eventually("the metrics tell it", func() bool {
		return strings.Contains(string(s.call("GET", s.PrivateURL+"/metrics", nil).body), "\nwebshop_audit_findings 1\n")
	})
	s.sql(fmt.Sprintf(`UPDATE orders SET org_number = '' WHERE order_id = %d`, made.OrderID))
	s.eventually("it is over", func() bool { return len(told().Found) == 0 })
}

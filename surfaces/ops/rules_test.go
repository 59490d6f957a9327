package ops_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/datafolder"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sees evaluates a rule, and fails the test unless it returns these "key severity" in this order.
func sees(t *testing.T, rule ops.Rule, want ...string) []ops.Condition {
	t.Helper()
	return seesAt(t, rule, now, want...)
}

func seesAt(t *testing.T, rule ops.Rule, at time.Time, want ...string) []ops.Condition {
	t.Helper()
	found, err := rule.Check(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range found {
		got = append(got, strings.TrimSpace(c.Key+" "+string(c.Severity)))
		if c.What == "" || c.Do == "" || len(c.Orders) > ops.MaxOrders {
			t.Errorf("%s: %+v", rule.Name, c)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s sees %q, want %q", rule.Name, got, want)
	}
	return found
}

// steps are what is late, or parked.
type steps struct {
	all []database.Stuck
	err error
}

func (s steps) Overdue(context.Context) ([]database.Stuck, error) { return s.all, s.err }
func (s steps) Parked(context.Context) ([]database.Stuck, error)  { return s.all, s.err }

func backlog(subscriber string, status order.Status, n int) database.Stuck {
	b := database.Stuck{Subscriber: subscriber, Status: status, Count: n}
	for i := range min(n, database.MaxWaiting) {
		b.Oldest = append(b.Oldest, database.Waiting{OrderID: int64(i + 1), Since: now.Add(time.Duration(i-100) * time.Second)})
	}
	return b
}

func TestOverdueStepsAreToldByStep(t *testing.T) {
	late := steps{all: []database.Stuck{
		backlog("email.OrderCreated", "", 700), backlog("", order.PaymentPending, 1), backlog("", order.Created, 1),
		backlog("", order.Placed, 2), backlog("", order.Stocked, 1),
	}}
	found := sees(t, ops.OverdueStep(late), "email.OrderCreated high", "PAYMENT_PENDING critical", "CREATED high", "PLACED high", "STOCKED warning")
	if c := found[0]; c.Count != 700 || len(c.Orders) != ops.MaxOrders || !c.Since.Equal(now.Add(-100*time.Second)) || !strings.Contains(c.What, "700 events") {
		t.Errorf("%+v", c)
	}
	if c := found[1]; !strings.Contains(c.What, "1 order has been PAYMENT_PENDING") {
		t.Errorf("%+v", c)
	}
	if c := found[3]; !strings.Contains(c.What, "2 orders have been PLACED") || !strings.Contains(c.Do, "stockist") {
		t.Errorf("%+v", c)
	}
}

func TestDeadLettersAreToldBySubscriber(t *testing.T) {
	found := sees(t, ops.DeadLetterKept(steps{all: []database.Stuck{backlog("stock.OrderPlaced", "", 3)}}), "stock.OrderPlaced high")
	if c := found[0]; c.Count != 3 || !strings.Contains(c.Do, "webshop deadletters replay --all stock.OrderPlaced") {
		t.Errorf("%+v", c)
	}
}

func TestRulesThatCannotLookSaySo(t *testing.T) {
	locked := errors.New("locked")
	for _, rule := range []ops.Rule{
		ops.OverdueStep(steps{err: locked}), ops.DeadLetterKept(steps{err: locked}), ops.PaymentInDoubt(doubts{err: locked}, 0),
		ops.LedgerOutOfBalance(ledger{err: locked}), ops.OutboxOld(outbox{swept: now, err: locked}, outbox{swept: now}, time.Second),
		ops.SubscriberNotConsuming(func(context.Context) ([]ops.Consumer, error) { return nil, locked }, time.Second),
		ops.DiskFull(func() (uint64, uint64, error) { return 0, 0, locked }),
		ops.QueueFull(func(context.Context) ([]ops.Queue, error) { return nil, locked }),
	} {
		if _, err := rule.Check(t.Context(), now); !errors.Is(err, locked) {
			t.Errorf("%s: %v", rule.Name, err)
		}
	}
}

// doubts are orders with a pending payment, by time.
type doubts struct {
	since time.Time
	held  []database.Waiting
	err   error
}

func (d doubts) DoubtfulPayments(_ context.Context, before time.Time, _ int) ([]database.Waiting, error) {
	if d.err == nil && len(d.held) == 0 && d.since.Before(before) {
		return []database.Waiting{{OrderID: 9, Since: d.since}}, nil
	}
	return nil, d.err
}

func (d doubts) HeldPayments(context.Context, int) ([]database.Waiting, error) { return d.held, d.err }

// TestAnAnswerThatMakesNoSense has its own alert, and is no doubt.
func TestAnAnswerThatMakesNoSense(t *testing.T) {
	old := now.Add(-time.Hour)
	found := sees(t, ops.PaymentInDoubt(doubts{since: old, held: []database.Waiting{{OrderID: 9, Since: old}}}, 25*time.Second), "conflict high")
	if c := found[0]; c.Key != "conflict" || !c.Since.Equal(old) || len(c.Orders) != 1 || c.Orders[0] != 9 {
		t.Errorf("%+v", c)
	}
}

func TestAPaymentIsInDoubtWhenAskingShouldHaveTold(t *testing.T) {
	sees(t, ops.PaymentInDoubt(doubts{since: now.Add(-24 * time.Second)}, 25*time.Second))
	found := sees(t, ops.PaymentInDoubt(doubts{since: now.Add(-26 * time.Second)}, 25*time.Second), "high")
	if c := found[0]; len(c.Orders) != 1 || c.Orders[0] != 9 || !strings.Contains(c.What, "payment of 1 order is") {
		t.Errorf("%+v", c)
	}
}

type ledger struct {
	faults []database.LedgerFault
	err    error
}

func (l ledger) LedgerFaults(context.Context, int) ([]database.LedgerFault, error) {
	return l.faults, l.err
}

func TestALedgerOutOfBalance(t *testing.T) {
	sees(t, ops.LedgerOutOfBalance(ledger{}))
	rule := ops.LedgerOutOfBalance(ledger{faults: []database.LedgerFault{
		{OrderID: 4, Kind: finance.KindPayment, What: "is missing, must be USD 1.50"}, {OrderID: 5, Kind: finance.KindSale, What: "is missing"},
		{OrderID: 4, Kind: finance.KindSale, What: "is missing"},
	}})
	found := sees(t, rule, "critical")
	if c := found[0]; len(c.Orders) != 2 || c.Count != 2 || !strings.Contains(c.What, "3 faults); the first: the payment of order 4 is missing") {
		t.Errorf("%+v", c)
	}
	seesAt(t, rule, now.Add(time.Second), "critical") // as last seen
}

// locked is an error with a remedy.
type locked struct{ error }

func (locked) Remedy() string { return "end the process that holds it" }

func TestADatabaseThatFails(t *testing.T) {
	hangs := func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("ping: %w", ctx.Err()) }
	says := func(err error) func(context.Context) error { return func(context.Context) error { return err } }
	sees(t, ops.StorageFails(says(nil)))
	for _, c := range []struct {
		name, what, do string
		ping           func(context.Context) error
	}{
		{"locked", "No orders are taken: it is locked", "End the process that holds it.", says(fault.Wrap(locked{errors.New("secret")}, fault.Unavailable, "it is locked"))},
		{"away", "No orders are taken: it is away", "See the log", says(fault.Wrap(errors.New("secret"), fault.Unavailable, "it is away"))},
		{"unknown", "No orders are taken: the database fails", "See the log", says(errors.New("secret"))},
		{"hangs", "No orders are taken: the database does not answer", "See the log", hangs},
	} {
		found := sees(t, ops.StorageFails(c.ping), "critical")
		if got := found[0]; got.What != c.what || !strings.HasPrefix(got.Do, c.do) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestRulesThatAProcessCannotRead, whole or in part.
func TestRulesThatAProcessCannotRead(t *testing.T) {
	says := func(err error, leftOut ...string) ops.Rule {
		return ops.RulesUnreadable(func() ([]string, error) { return leftOut, err })
	}
	sees(t, says(nil))
	sees(t, says(fault.New(fault.Unavailable, "version 3 is newer")), "critical")
	found := sees(t, says(nil, "the offer a", "the offer b"), "in-part high")
	if !strings.HasSuffix(found[0].What, "leaves out: the offer a; the offer b") {
		t.Error(found[0].What)
	}
	found = sees(t, says(nil, strings.Fields("a b c d e f g")...), "in-part high")
	if !strings.HasSuffix(found[0].What, "a; b; c; d; e; and 2 more") {
		t.Error(found[0].What)
	}
}

func TestAFailingPartner(t *testing.T) {
	found := sees(t, ops.PartnerFailing(func() []ops.Vitals {
		return []ops.Vitals{
			{Partner: "books", Calls: 9}, {
				Partner: "stockist", Calls: 4, Failed: 3, Failing: true, Since: now, Kinds: []string{"answered 401, it does not accept the shop's token", "no answer in time"},
				Orders: []int64{8, 7},
			}, {Partner: "carrier", Failing: true},
		}
	}), "stockist high", "carrier high")
	if c := found[0]; !strings.HasPrefix(c.What, "stockist fails: 3 of 4 calls in the last half minute got no clear answer (answered 401") || !strings.Contains(c.What, "no answer in time") ||
		!c.Since.Equal(now) || len(c.Orders) != 2 || !strings.Contains(c.Do, "the token that they expect") {
		t.Errorf("%+v", c)
	}
	if c := found[1]; !strings.Contains(c.What, "was not called again") {
		t.Errorf("%+v", c)
	}
}

type outbox struct {
	swept, due time.Time
	err        error
}

func (o outbox) Swept() time.Time                             { return o.swept }
func (o outbox) OldestDue(context.Context) (time.Time, error) { return o.due, o.err }

func TestAnOldOutbox(t *testing.T) {
	for _, c := range []struct {
		outbox
		want []string
	}{
		{outbox{swept: now}, nil},
		{outbox{swept: now, due: now.Add(20 * time.Second)}, nil},
		{outbox{swept: now.Add(-2 * time.Second), due: now.Add(-2 * time.Second)}, nil},
		{outbox{swept: now, due: now.Add(-4 * time.Second)}, []string{"events high"}},
		{outbox{swept: now.Add(-4 * time.Second), due: now.Add(-4 * time.Second)}, []string{"relay critical"}},
	} {
		sees(t, ops.OutboxOld(c.outbox, c.outbox, 3*time.Second), c.want...)
	}
}

func TestASubscriberThatDoesNotConsume(t *testing.T) {
	var c ops.Consumer
	rule := ops.SubscriberNotConsuming(func(context.Context) ([]ops.Consumer, error) { return []ops.Consumer{c}, nil }, 40*time.Second)
	at := func(second int, state ops.Consumer, want ...string) {
		t.Helper()
		c = state
		c.Subscriber = "email.OrderCreated"
		seesAt(t, rule, now.Add(time.Duration(second)*time.Second), want...)
	}
	const told = "email.OrderCreated critical"
	at(0, ops.Consumer{Exists: true, Pulls: true})
	at(1, ops.Consumer{}, told)
	at(2, ops.Consumer{Exists: true, Waiting: 5}, told)
	at(3, ops.Consumer{Exists: true, Pulls: true, Held: 64, Waiting: 1000, Finished: 1})
	at(42, ops.Consumer{Exists: true, Pulls: true, Held: 64, Waiting: 1000, Finished: 1}) // slow
	at(44, ops.Consumer{Exists: true, Pulls: true, Held: 64, Waiting: 1000, Finished: 1}, told)
	at(45, ops.Consumer{Exists: true, Pulls: true, Held: 64, Waiting: 999, Finished: 2})
	at(100, ops.Consumer{Exists: true, Pulls: true, Finished: 1066}) // nothing to do
	at(200, ops.Consumer{Exists: true, Pulls: true, Finished: 1066})
	at(201, ops.Consumer{Exists: true, Pulls: true, Held: 1, Finished: 1066})
}

func TestADiskThatFills(t *testing.T) {
	const mib, gib = 1 << 20, 1 << 30
	for _, c := range []struct {
		free, total uint64
		want        []string
	}{
		{600 * mib, 10 * gib, nil}, {499 * mib, 2 * gib, []string{"warning"}}, {4 * gib, 100 * gib, []string{"warning"}},
		{99 * mib, 2 * gib, []string{"critical"}}, {900 * mib, 100 * gib, []string{"critical"}}, {0, 0, []string{"critical"}},
	} {
		sees(t, ops.DiskFull(func() (uint64, uint64, error) { return c.free, c.total, nil }), c.want...)
	}
	free, total, err := datafolder.DiskSpace(t.TempDir())
	if err != nil || free == 0 || total < free {
		t.Errorf("the real disk has %d of %d left, %v", free, total, err)
	}
}

func TestABusThatFails(t *testing.T) {
	sees(t, ops.BusFails(func() ops.Bus { return ops.Bus{} }))
	const away, gone = "NATS at nats://10.0.0.7:4222 does not answer", "the stream WEBSHOP was missing and was created again"
	found := sees(t, ops.BusFails(func() ops.Bus { return ops.Bus{Trouble: away, Since: now} }), "away critical")
	if c := found[0]; !strings.HasPrefix(c.What, away) || !c.Since.Equal(now) {
		t.Errorf("%+v", c)
	}
	lost := ops.BusFails(func() ops.Bus { return ops.Bus{Lost: gone, LostAt: now} })
	if c := sees(t, lost, "lost warning")[0]; !strings.Contains(c.What, gone) {
		t.Errorf("%+v", c)
	}
	seesAt(t, lost, now.Add(time.Minute))
}

// TestAProcessThatCannotUseTheBusTellsSoItself: it may be the only one that is cut off, and another one may report for
// all. A cluster that elects leaders has the time that it needs.
func TestAProcessThatCannotUseTheBusTellsSoItself(t *testing.T) {
	b := ops.Bus{Process: "10.0.0.3:8081 (order)", Trouble: "NATS does not answer", Since: now, Lost: "the stream", LostAt: now}
	found := sees(t, ops.BusAway(func() ops.Bus { return b }), "away critical")
	if c := found[0]; !c.Own || !strings.Contains(c.What, b.Process) || c.After != 0 {
		t.Errorf("%+v", c)
	}
	b.Settling = true
	if c := sees(t, ops.BusFails(func() ops.Bus { return b }), "away critical", "lost warning")[0]; !c.Own || c.After < 9*time.Second {
		t.Errorf("while a server answers: %+v", c)
	}
}

func TestAQueueThatFills(t *testing.T) {
	sees(t, ops.QueueFull(func(context.Context) ([]ops.Queue, error) {
		return []ops.Queue{{Name: "a", Held: 80, Most: 100, Do: "wait"}, {Name: "b", Held: 81, Most: 100, Do: "wait"}, {Name: "c", Do: "none"}}, nil
	}), "b warning")
}

package console

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/surfaces/ops"
)

var ctx = context.Background()

// bench is a console on a store of its own.
type bench struct {
	*Console
	store *sqlite.Store
	at    time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{at: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	now := func() time.Time { return b.at }
	var err error
	if b.store, err = sqlite.Open(ctx, filepath.Join(t.TempDir(), "shop.db"), now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	b.Console = &Console{
		Store: b.store, Alerts: func() ops.AlertList { return ops.AlertList{Looked: b.at, Sure: true} },
		Audited:  func(context.Context) (ops.Audited, error) { return ops.Audited{}, nil },
		Partners: func() []ops.Vitals { return nil }, Now: now, Log: slog.New(slog.DiscardHandler),
		Deadlines: func() database.Deadlines {
			return database.Deadlines{Receipts: map[string]time.Duration{"email.OrderCreated": 5 * time.Second}}
		},
		Markets: func() []string { return nil },
		Country: func(string) string { return "US" }, Asks: func(string) []string { return nil }, Zone: func(order.Order) string { return "America/New_York" },
		CutOff: func(order.Order) *cutoff.Before { return nil },
	}
	return b
}

func (b *bench) ordered(paid bool, steps ...string) order.Order {
	o := order.Order{
		Status: order.Created, StatusAt: b.at, CreatedAt: b.at, Market: "US", CustomerType: "B2B", Products: event.ParseItems("BB001"), Total: money.Amount{Minor: 100, Currency: "USD"},
	}
	for _, step := range steps {
		o.Reviews = append(o.Reviews, order.Review{Step: step, State: order.ReviewOpen})
	}
	if paid {
		o.Status, o.CustomerType, o.PaymentProvider = order.PaymentPending, "B2C", "payments-us"
	}
	made, _, err := b.store.CreateOrder(ctx, o, order.IdempotencyKey{})
	if err != nil {
		panic(err)
	}
	return made
}

// told returns the history of an order.
func (b *bench) told(t interface{ Fatal(...any) }, id int64) History {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.SetPathValue("id", fmt.Sprint(id))
	answer, err := b.history(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer.(History)
}

// TestAHistoryEndsWhereTheOrderIs: whatever happens to an order, the state rebuilt from its history is its own.
func TestAHistoryEndsWhereTheOrderIs(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		o := b.ordered(rapid.Bool().Draw(t, "paid at once"), []string{"approval", "fraud"}[:rapid.IntRange(0, 2).Draw(t, "reviews")]...)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			b.at = b.at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "wait")) * time.Millisecond)
			b.step(t, o.ID)
			b.wantEnd(t, o.ID)
		}
	})
}

// step does anything that may happen to an order; what is impossible now changes nothing.
func (b *bench) step(t *rapid.T, id int64) {
	statuses := append([]order.Status{order.PaymentPending}, order.PaymentPending.Next()...)
	statuses = append(statuses, order.Placed, order.Stocked, order.DeliveryBooked, order.Cancelled)
	move := order.Move{OrderID: id, To: rapid.SampledFrom(statuses).Draw(t, "to")}
	if move.To == order.Cancelled {
		move.Reason = order.ByOperator
	}
	if move.To == order.Created {
		move.PaymentReference = "charge"
	}
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 4, 5:
		_, _ = b.store.RecordReview(ctx, id, rapid.SampledFrom([]string{"approval", "fraud"}).Draw(t, "step"), rapid.IntRange(0, 3).Draw(t, "passes") > 0, "ann", "")
	case 0:
		_, _ = b.store.Book(ctx, id, delivery.Slot{Start: b.at.Add(time.Hour)}, delivery.Room{Slot: 1})
	case 1:
		receipts, _ := b.store.ReceiptsOf(ctx, id)
		if len(receipts) > 0 {
			r := rapid.SampledFrom(receipts).Draw(t, "receipt")
			_ = b.store.MarkDone(ctx, &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber})
		}
	default:
		_, _ = b.store.MoveOrder(ctx, move)
	}
}

func (b *bench) wantEnd(t *rapid.T, id int64) {
	o, err := b.store.Order(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	h := b.told(t, id)
	end := h.Moments[len(h.Moments)-1].After
	is := State{Status: o.Status, DeliveryTime: instant(o.DeliveryTime), CancelReason: o.CancelReason, Paid: o.PaymentReference != ""}
	if end.Status != is.Status || end.CancelReason != is.CancelReason || end.Paid != is.Paid || (end.DeliveryTime == nil) != (is.DeliveryTime == nil) {
		t.Fatalf("the history ends with %+v, and the order is %+v", end, is)
	}
	known := map[string]bool{"": true}
	for _, m := range h.Moments {
		known[m.ID] = true
	}
	for _, m := range h.Moments {
		if !known[m.Cause] {
			t.Fatalf("%s is caused by %q, which is not told", m.Title, m.Cause)
		}
	}
}

func TestRatesAreOfWhatWentThrough(t *testing.T) {
	b := newBench(t)
	b.sample(ctx, b.at)
	for range 20 { // one a second; the mail of each waits
		b.at = b.at.Add(time.Second)
		o := b.ordered(false)
		history, _ := b.store.History(ctx, o.ID)
		if err := b.store.MarkDone(ctx, &event.Receipt{EventID: history[0].ID, Subscriber: "order.OrderCreated"}); err != nil {
			t.Fatal(err)
		}
		b.sample(ctx, b.at)
	}
	s := b.sample(ctx, b.at)
	if rate := s.Rates[event.TypeOrderCreated]; rate < 0.8 || rate > 1.1 {
		t.Errorf("%g orders a second, want 1", rate)
	}
	if step := s.Steps["order.OrderCreated"]; step.Rate < 0.8 || step.Rate > 1.1 || step.Waiting != 0 || step.Late {
		t.Errorf("what is done at once: %+v", step)
	}
	if step := s.Steps["email.OrderCreated"]; step.Rate > 0.15 || step.Waiting != 20 || !step.Late || step.Oldest == nil {
		t.Errorf("what is not done: %+v", step)
	}
	b.at = b.at.Add(time.Hour)
	if s = b.sample(ctx, b.at); s.Rates[event.TypeOrderCreated] != 0 || s.Steps["email.OrderCreated"].Rate != 0 {
		t.Errorf("after an hour of rest: %+v", s)
	}
}

// TestOneLookIsForAll: with any number of requests, the shop is sampled once a second.
func TestOneLookIsForAll(t *testing.T) {
	b := newBench(t)
	looks := &counting{Store: b.store}
	b.Store = looks
	for range 30 {
		for range 10 {
			b.look(ctx)
		}
		b.at = b.at.Add(100 * time.Millisecond)
	}
	if looks.flows < 3 || looks.flows > 4 {
		t.Errorf("in 3 seconds the shop was looked at %d times", looks.flows)
	}
}

type counting struct {
	Store
	flows int
}

func (c *counting) Flow(ctx context.Context, from, until time.Time) (database.Flow, error) {
	c.flows++
	return c.Store.Flow(ctx, from, until)
}

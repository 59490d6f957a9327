package order_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database/sqlite"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// provider answers charges and questions as it is told.
type provider struct {
	charge, find, away error
	refund             error
	onCharge           func()
	refunds            []payments.Refund
	mu                 sync.Mutex
}

func (p *provider) Ready(bool) error { return p.away }

func (p *provider) Begin(context.Context, payments.Request) (payments.Outcome, error) {
	if p.onCharge != nil {
		p.onCharge()
	}
	return outcome(p.charge)
}
func (p *provider) Find(context.Context, payments.Request) (payments.Outcome, error) {
	return outcome(p.find)
}
func (p *provider) Refund(_ context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refunds = append(p.refunds, r)
	return payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}, p.refund
}
func (p *provider) Event(context.Context, http.Header, []byte) (payments.Notice, error) {
	return payments.Notice{}, errSilence
}

// outcome is what a provider says: nil for a payment that is paid.
func outcome(err error) (payments.Outcome, error) {
	switch {
	case errors.Is(err, errRefusal):
		return payments.Outcome{State: payments.Failed}, nil
	case err != nil:
		return payments.Outcome{}, err
	}
	return payments.Outcome{State: payments.Paid, Reference: "ch_1"}, nil
}

var (
	errSilence = errors.New("no answer")
	errRefusal = fault.New(fault.Declined, "no money")
	errUnknown = fault.New(fault.NotFound, "no such charge")
)

// links are the keys to orders, for all to see.
type links struct{ order.Links }

func (links) Tracking(o ref.Order) string { return "tracking of " + string(o) }

func (l links) TrackingAt(o ref.Order, _ time.Time) string { return l.Tracking(o) }

// service is an order service on a real store, at a time that the test sets.
func service(t *testing.T, p *provider, now *time.Time) *order.Service {
	t.Helper()
	clock := func() time.Time { return *now }
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	rules := &order.Rules{
		Currency:      "USD",
		Catalog:       []order.Product{{SKU: "LB001", Price: money.Amount{Minor: 15000, Currency: "USD"}}},
		Markets:       map[string]order.Market{"US": {Currency: "USD", Zone: time.UTC, Provider: "card"}},
		CustomerTypes: map[string]order.CustomerType{"B2C": {PaysAtOnce: true, Markets: []string{"US"}}},
		MaxPieces:     10, DoubleSubmit: time.Second, KeyHold: time.Hour,
	}
	if wrong := rules.Prepare(*now); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return &order.Service{
		Store: store, Now: clock, Log: slog.New(slog.DiscardHandler), DoubtAfter: 20 * time.Second,
		Payments: map[string]payments.Provider{"card": p}, Links: links{},
		Rules: rules,
	}
}

var plant = order.Draft{
	Name: "Ann", Email: "ann@example.com", Phone: "123", Street: "s", City: "c", CustomerType: "B2C", Market: "US", Products: "LB001", TotalPrice: 15000,
}

// TestEveryEndOfAPayment goes through what a provider can say to the charge, to the question right after it, and to
// the question later.
func TestEveryEndOfAPayment(t *testing.T) {
	for name, c := range map[string]struct {
		charge, find, later error        // later: to the question; then to a charge under the same key
		answer              fault.Code   // of createOrder
		status              order.Status // after Settle
		again               fault.Code   // of createOrder with the same key, after Settle
	}{
		"paid":                                {nil, nil, nil, "", order.Created, ""},
		"declined":                            {errRefusal, nil, nil, fault.Declined, order.PaymentDeclined, fault.Declined},
		"no answer, but paid":                 {errSilence, nil, nil, "", order.Created, ""},
		"no answer, and declined":             {errSilence, errRefusal, nil, fault.Declined, order.PaymentDeclined, fault.Declined},
		"errSilence, later paid":              {errSilence, errSilence, nil, fault.InDoubt, order.Created, ""},
		"errSilence, later declined":          {errSilence, errSilence, errRefusal, fault.InDoubt, order.PaymentDeclined, fault.Declined},
		"errSilence, later never heard of it": {errSilence, errSilence, errUnknown, fault.InDoubt, order.PaymentPending, fault.InProgress},
		"not there yet, later paid":           {errSilence, errUnknown, nil, fault.InDoubt, order.Created, ""},
		"silence for ever":                    {errSilence, errSilence, errSilence, fault.InDoubt, order.PaymentPending, fault.InProgress},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
			p := &provider{charge: c.charge, find: c.find}
			s := service(t, p, &now)
			if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != c.answer {
				t.Errorf("createOrder: %v, want %q", err, c.answer)
			}
			p.find = c.later
			before, _ := s.Store.Order(t.Context(), 1)
			if err := s.Settle(t.Context()); err != nil {
				t.Error(err)
			}
			if o, _ := s.Store.Order(t.Context(), 1); o.Status != before.Status {
				t.Errorf("settled while the charge could be in flight: %s", o.Status)
			}
			now = now.Add(21 * time.Second)
			err := s.Settle(t.Context())
			if o, _ := s.Store.Order(t.Context(), 1); o.Status != c.status || (err != nil) != (c.status == order.PaymentPending) {
				t.Errorf("after Settle the order is %s, %v; want %s", o.Status, err, c.status)
			}
			if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != c.again {
				t.Errorf("createOrder again: %v, want %q", err, c.again)
			}
			if c.status == order.Created {
				if history, err := s.Store.History(t.Context(), 1); err != nil || len(history) != 1 {
					t.Errorf("%d events, %v; want OrderCreated once", len(history), err)
				}
			}
		})
	}
}

// TestAChargeThatNeverArrivedIsMadeLater is the crash before the charge: the provider knows nothing, and is asked once
// more, but not when the customer has long gone.
func TestAChargeThatNeverArrivedIsMadeLater(t *testing.T) {
	for name, c := range map[string]struct {
		after  time.Duration
		charge error
		want   order.Status
	}{
		"paid":     {time.Minute, nil, order.Created},
		"declined": {time.Minute, errRefusal, order.PaymentDeclined},
		"silence":  {time.Minute, errSilence, order.PaymentPending},
		"too late": {16 * time.Minute, nil, order.PaymentDeclined},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
			p := &provider{charge: errSilence, find: errSilence}
			s := service(t, p, &now)
			if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != fault.InDoubt {
				t.Fatal(err)
			}
			now, p.find, p.charge = now.Add(c.after), errUnknown, c.charge
			err := s.Settle(t.Context())
			if o, _ := s.Store.Order(t.Context(), 1); o.Status != c.want || (err != nil) != (c.want == order.PaymentPending) {
				t.Errorf("the order is %s, %v; want %s", o.Status, err, c.want)
			}
		})
	}
}

// TestWhatIsPaidTooLateIsGivenBack: the process stands still just before its charge, for so long that Settle declines the
// order meanwhile (found by the simulation). The refund fails, and is tried again like any event.
func TestWhatIsPaidTooLateIsGivenBack(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &provider{find: errUnknown}
	s := service(t, p, &now)
	p.onCharge = func() {
		now = now.Add(16 * time.Minute)
		if err := s.Settle(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for range 2 { // the second is the repeat of the request
		if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != fault.PaidTooLate {
			t.Errorf("createOrder: %v", err)
		}
	}
	o, err := s.Store.Order(t.Context(), 1)
	if err != nil || o.Status != order.Cancelled || o.CancelReason != order.PaidTooLate || o.PaymentReference != "ch_1" || o.Cancellable(nil, true, time.Now()) {
		t.Fatalf("%+v, %v", o, err)
	}
	cancelled := stated(t, s, event.TypePaymentDeclined, event.TypeOrderCancelled)[1]
	told, err := event.Open[event.OrderCancelled](cancelled)
	if err != nil || !told.Paid || told.TotalPrice != 15000 {
		t.Errorf("%+v, %v", told, err)
	}
	p.refund = errSilence
	if err := s.OnOrderCancelled(t.Context(), told); !errors.Is(err, errSilence) {
		t.Errorf("a refund that failed: %v", err)
	}
	p.refund = nil
	if err := s.OnOrderCancelled(t.Context(), told); err != nil {
		t.Error(err)
	}
	want := payments.Refund{Key: o.Ref().Key(ref.Refund), PaymentKey: o.ChargeKey(), PaymentReference: "ch_1", Amount: o.Total}
	if o, err := s.Store.Order(t.Context(), 1); err != nil || o.RefundReference != "re_1" || p.refunds[1] != want {
		t.Errorf("refunded as %q, %+v, %v", o.RefundReference, p.refunds, err)
	}
}

// TestWhatIsPaidTooLateIsFound: the process stands still just before its charge until Settle has declined the order, and then
// the database is away, or its answer is lost and the process dies. The money is given back all the same.
func TestWhatIsPaidTooLateIsFound(t *testing.T) {
	for name, lost := range map[string]error{"the database is away": nil, "the answer is lost": errSilence} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
			p := &provider{find: errUnknown}
			s := service(t, p, &now)
			there := s.Store
			p.onCharge = func() {
				now = now.Add(16 * time.Minute)
				if err := s.Settle(t.Context()); err != nil {
					t.Error(err)
				}
				s.Store, p.charge, p.find = away{there}, lost, lost
			}
			if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != fault.InDoubt {
				t.Errorf("createOrder: %v", err)
			}
			s.Store, p.find = there, errSilence
			now = now.Add(time.Minute)
			if err := s.FindLate(t.Context()); !errors.Is(err, errSilence) {
				t.Errorf("without an answer: %v", err)
			}
			p.find = nil
			now = now.Add(time.Hour)
			if err := s.FindLate(t.Context()); err != nil {
				t.Error(err)
			}
			o, err := s.Store.Order(t.Context(), 1)
			if err != nil || o.Status != order.Cancelled || o.CancelReason != order.PaidTooLate || o.PaymentReference != "ch_1" {
				t.Errorf("%+v, %v", o, err)
			}
			stated(t, s, event.TypePaymentDeclined, event.TypeOrderCancelled)
		})
	}
}

// away is a store that keeps no payments.
type away struct{ order.Store }

func (a away) RecordPayment(context.Context, order.Settlement) (order.Order, error) {
	return order.Order{}, fault.New(fault.Unavailable, "no database")
}

// stated returns the events of order 1, which must be of these types.
func stated(t *testing.T, s *order.Service, types ...event.Type) []event.Envelope {
	t.Helper()
	history, err := s.Store.History(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []event.Type
	for _, env := range history {
		got = append(got, env.Type)
	}
	if !slices.Equal(got, types) {
		t.Fatalf("the events are %v, want %v", got, types)
	}
	return history
}

// TestWhosePaymentCameToNothingIsTold by event when it was in doubt, and by the answer when it was not.
func TestWhosePaymentCameToNothingIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		charge, later error // to the first charge, and to the question later
		after         time.Duration
		answer        fault.Code
		want          []event.Type
	}{
		"at once":              {errRefusal, nil, 0, fault.Declined, nil},
		"later":                {errSilence, errRefusal, time.Minute, fault.InDoubt, []event.Type{event.TypePaymentDeclined}},
		"it was never charged": {errSilence, errUnknown, 16 * time.Minute, fault.InDoubt, []event.Type{event.TypePaymentDeclined}},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
			p := &provider{charge: c.charge, find: errSilence}
			s := service(t, p, &now)
			_, err := s.CreateOrder(t.Context(), plant, "key")
			e, _ := errors.AsType[*fault.Error](err)
			if fault.CodeOf(err) != c.answer || strings.HasPrefix(e.TrackingURL, "tracking of ") != (c.answer == fault.InDoubt) {
				t.Errorf("createOrder: %v, %q", err, e.TrackingURL)
			}
			if _, err := s.CreateOrder(t.Context(), plant, "key"); c.answer == fault.InDoubt {
				if e, _ := errors.AsType[*fault.Error](err); fault.CodeOf(err) != fault.InProgress || e.TrackingURL == "" {
					t.Errorf("again: %v, %q", err, e.TrackingURL)
				}
			}
			now, p.find = now.Add(c.after), c.later
			if err := s.Settle(t.Context()); err != nil {
				t.Error(err)
			}
			if o, err := s.Store.Order(t.Context(), 1); err != nil || o.Status != order.PaymentDeclined {
				t.Errorf("the order is %s, %v", o.Status, err)
			}
			stated(t, s, c.want...)
		})
	}
}

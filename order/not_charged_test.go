package order_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

var errNotSent = fault.Wrap(fmt.Errorf("no permit: %w", payments.ErrNotBegun), fault.Unavailable, "the provider is away")

// TestWhatWasNotChargedLeavesNothing: nothing of the order stays, and the same request makes one order when the provider is
// there, with a key and without.
func TestWhatWasNotChargedLeavesNothing(t *testing.T) {
	for _, key := range []string{"key", ""} {
		now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		p := &provider{charge: errNotSent}
		s := service(t, p, &now)
		_, err := s.CreateOrder(t.Context(), plant, key)
		if e, _ := errors.AsType[*fault.Error](err); fault.CodeOf(err) != fault.Unavailable || e.RetryAfter == 0 {
			t.Errorf("key %q: %v, want fault.Unavailable and when to try again", key, err)
		}
		if o, err := s.Store.Order(t.Context(), 1); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("key %q: %+v is left, %v", key, o, err)
		}
		p.charge = nil
		made, err := s.CreateOrder(t.Context(), plant, key)
		if err != nil || made.Status != order.Created || made.ID == 1 {
			t.Errorf("key %q, again: order %d is %s, %v", key, made.ID, made.Status, err)
		}
		if again, err := s.CreateOrder(t.Context(), plant, "key"); key != "" && (err != nil || again.ID != made.ID) {
			t.Errorf("a third time: order %d, %v", again.ID, err)
		}
	}
}

// clumsy is a store that cannot forget.
type clumsy struct{ order.Store }

func (clumsy) DropOrder(context.Context, int64, order.IdempotencyKey) error {
	return fault.New(fault.Unavailable, "no database")
}

// TestWhatCannotBeForgottenIsInDoubt, and charged later.
func TestWhatCannotBeForgottenIsInDoubt(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &provider{charge: errNotSent}
	s := service(t, p, &now)
	s.Store = clumsy{s.Store}
	if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != fault.InDoubt {
		t.Errorf("createOrder: %v", err)
	}
	now, p.charge, p.find = now.Add(time.Minute), nil, errUnknown
	if err := s.Settle(t.Context()); err != nil {
		t.Error(err)
	}
	if o, err := s.CreateOrder(t.Context(), plant, "key"); err != nil || o.ID != 1 || o.Status != order.Created {
		t.Errorf("order %d is %s, %v", o.ID, o.Status, err)
	}
}

// TestWhatSettleHasTakenIsNotForgotten: the process stands still before its charge for so long that Settle charges the
// order meanwhile, and then does not get through to the provider.
func TestWhatSettleHasTakenIsNotForgotten(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &provider{find: errUnknown, charge: errNotSent}
	s := service(t, p, &now)
	p.onCharge = func() {
		p.onCharge, p.charge, now = nil, nil, now.Add(time.Minute)
		if err := s.Settle(t.Context()); err != nil {
			t.Error(err)
		}
		p.charge = errNotSent
	}
	if _, err := s.CreateOrder(t.Context(), plant, "key"); fault.CodeOf(err) != fault.InDoubt {
		t.Errorf("createOrder: %v", err)
	}
	if o, err := s.CreateOrder(t.Context(), plant, "key"); err != nil || o.ID != 1 || o.Status != order.Created {
		t.Errorf("order %d is %s, %v", o.ID, o.Status, err)
	}
}

// TestOneProviderHoldsUpNoOther: the payments of more orders than a round has room for cannot be decided.
func TestOneProviderHoldsUpNoOther(t *testing.T) {
	for name, away := range map[string]payments.Provider{"away": &provider{charge: errSilence, find: errSilence}, "not connected": nil} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
			s := service(t, &provider{charge: errSilence, find: errSilence}, &now)
			for range 150 {
				pending(t, s, "other")
			}
			last := pending(t, s, "card")
			s.Payments = map[string]payments.Provider{"card": &provider{}}
			if away != nil {
				s.Payments["other"] = away
			}
			now = now.Add(30 * time.Second)
			if err := s.Settle(t.Context()); err == nil {
				t.Error("orders are in doubt, and that is no error")
			}
			if o, err := s.Store.Order(t.Context(), last.ID); err != nil || o.Status != order.Created {
				t.Errorf("the order of the other provider is %s, %v", o.Status, err)
			}
		})
	}
}

// pending stores an order whose process died before its charge.
func pending(t *testing.T, s *order.Service, provider string) order.Order {
	t.Helper()
	o, _, err := s.Store.CreateOrder(t.Context(), order.Order{
		Status: order.PaymentPending, StatusAt: s.Now(), CreatedAt: s.Now(), PaymentProvider: provider, CustomerType: "B2C", Market: "US",
		Customer: order.Customer{Name: "Ann", Email: "ann@example.com", Phone: "123", Street: "s", City: "c"}, Products: event.ParseItems("LB001"),
		Total: money.Amount{Minor: 15000, Currency: "USD"},
	}, order.IdempotencyKey{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestAnAnswerThatMakesNoSenseIsLeftToThePerson: it is not asked for again and again, but now and then, and goes on by
// itself when the provider has mended it.
func TestAnAnswerThatMakesNoSenseIsLeftToThePerson(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &provider{find: fault.New(fault.Conflict, "another charge under this key")}
	s := service(t, p, &now)
	o := pending(t, s, "card")
	settle := func(after time.Duration) error {
		now = now.Add(after)
		return s.Settle(t.Context())
	}
	if err := settle(time.Minute); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the first time: %v", err)
	}
	if err := settle(9 * time.Minute); err != nil {
		t.Errorf("asked again after nine minutes: %v", err)
	}
	p.find = nil
	if err := settle(time.Minute); err != nil {
		t.Errorf("after ten minutes: %v", err)
	}
	if o, err := s.Store.Order(t.Context(), o.ID); err != nil || o.Status != order.Created {
		t.Errorf("mended, it is %s, %v", o.Status, err)
	}
}

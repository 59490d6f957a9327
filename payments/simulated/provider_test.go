package simulated_test

import (
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner/simulator"
)

func TestAPaymentIsTakenOnce(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		provider := w.provider(simulator.PaymentsUS)
		_, err := provider.Find(t.Context(), thePayment)
		wantCode(t, "Find before the payment", err, fault.NotFound)
		first, err := provider.Begin(t.Context(), thePayment)
		wantState(t, "Begin", first, err, payments.Paid)
		if first.Reference == "" || first.Amount != usd {
			t.Errorf("Begin = %+v; want a reference and %s", first, usd)
		}
		if again, err := provider.Begin(t.Context(), thePayment); err != nil || again != first {
			t.Errorf("the same payment again = %+v, %v; want %+v", again, err, first)
		}
		if found, err := provider.Find(t.Context(), thePayment); err != nil || found != first {
			t.Errorf("Find = %+v, %v; want %+v", found, err, first)
		}
		if n := len(w.records(simulator.PaymentsUS)); n != 1 {
			t.Errorf("the provider has %d records, want 1", n)
		}
		if n := len(w.records(simulator.PaymentsMX)); n != 0 {
			t.Errorf("the other provider has %d records, want 0", n)
		}
	})
}

// TestAPaymentWithoutAPageIsWhatItAlwaysWas: the request has no fields but the three that providers know.
func TestAPaymentWithoutAPageIsWhatItAlwaysWas(t *testing.T) {
	w := inMemory(t)
	for _, page := range []bool{false, true} {
		provider, r := w.provider(simulator.PaymentsUS), thePayment
		provider.Page, provider.CallbackURL = page, "https://shop.test/callbacks/payments-us"
		r.Test, r.Email, r.Back, r.Until = page, "a@x.test", "https://shop.test/back", time.Now()
		if _, err := provider.Begin(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	records := w.records(simulator.PaymentsUS)
	if want := `{"orderId":7,"amount":15000,"currency":"USD"}`; len(records) != 1 || string(records[0].Request) != want {
		t.Errorf("the provider was asked %+v, want once for %s", records, want)
	}
}

func TestADeclineIsFinal(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		provider := w.provider(simulator.PaymentsMX)
		w.turn(simulator.PaymentsMX, `{"declineRate":1}`)
		got, err := provider.Begin(t.Context(), thePayment)
		wantState(t, "Begin", got, err, payments.Failed)
		w.turn(simulator.PaymentsMX, `{}`)
		got, err = provider.Begin(t.Context(), thePayment)
		wantState(t, "Begin again", got, err, payments.Failed)
		got, err = provider.Find(t.Context(), thePayment)
		wantState(t, "Find", got, err, payments.Failed)
		if got.Why != "declined" {
			t.Errorf("it failed because of %q", got.Why)
		}
	})
}

func TestAPaymentThatTimedOutIsInDoubtUntilFindTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.turn(simulator.PaymentsUS, `{"timeoutAfterSuccessRate":1}`)
		provider := w.provider(simulator.PaymentsUS)
		start := time.Now()
		_, err := provider.Begin(t.Context(), thePayment)
		wantCode(t, "Begin", err, fault.Unavailable)
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("Begin took %v, want the default timeout of 5s", took)
		}
		got, err := provider.Find(t.Context(), thePayment)
		wantState(t, "Find", got, err, payments.Paid)
	})
}

func TestAFailureTookNothing(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		provider := w.provider(simulator.PaymentsUS)
		w.turn(simulator.PaymentsUS, `{"failureRate":1}`)
		_, err := provider.Begin(t.Context(), thePayment)
		wantCode(t, "Begin", err, fault.Unavailable)
		_, err = provider.Find(t.Context(), thePayment)
		wantCode(t, "Find while failing", err, fault.Unavailable)
		w.turn(simulator.PaymentsUS, `{}`)
		_, err = provider.Find(t.Context(), thePayment)
		wantCode(t, "Find", err, fault.NotFound)
	})
}

func TestAnotherPaymentUnderTheKeyDoesNotPayForTheOrder(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		provider := w.provider(simulator.PaymentsUS)
		if _, err := provider.Begin(t.Context(), thePayment); err != nil {
			t.Fatal(err)
		}
		other := thePayment
		other.Amount.Minor++
		_, err := provider.Begin(t.Context(), other)
		wantCode(t, "Begin", err, fault.Conflict)
		_, err = provider.Find(t.Context(), other)
		wantCode(t, "Find", err, fault.Conflict)
	})
}

func TestFindTakesAnyKey(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		provider := w.provider(simulator.PaymentsUS)
		for _, key := range []string{"charge:1", "a/b", "a?b#c", "a%2Fb", "ä ö"} {
			r := thePayment
			r.Key = key
			made, err := provider.Begin(t.Context(), r)
			if err != nil {
				t.Fatalf("Begin under %q: %v", key, err)
			}
			if found, err := provider.Find(t.Context(), r); err != nil || found != made {
				t.Errorf("Find under %q = %+v, %v; want %+v", key, found, err, made)
			}
		}
	})
}

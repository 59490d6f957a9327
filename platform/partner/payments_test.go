package partner_test

import (
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

var theCharge = order.Charge{Key: "charge:7", OrderID: 7, Amount: usd}

func TestChargeTakesTheMoneyOnce(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		payments := partner.Payments{Route: w.route(simulator.PaymentsUS)}
		_, err := payments.Find(t.Context(), theCharge)
		wantCode(t, "Find before the charge", err, fault.NotFound)
		first, err := payments.Charge(t.Context(), theCharge)
		if err != nil || first == "" {
			t.Fatalf("Charge = %q, %v", first, err)
		}
		if again, err := payments.Charge(t.Context(), theCharge); err != nil || again != first {
			t.Errorf("the same charge again = %q, %v; want %q", again, err, first)
		}
		if found, err := payments.Find(t.Context(), theCharge); err != nil || found != first {
			t.Errorf("Find = %q, %v; want %q", found, err, first)
		}
		if n := len(w.records(simulator.PaymentsUS)); n != 1 {
			t.Errorf("the provider has %d records, want 1", n)
		}
		if n := len(w.records(simulator.PaymentsMX)); n != 0 {
			t.Errorf("the other provider has %d records, want 0", n)
		}
	})
}

func TestADeclineIsFinal(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		payments := partner.Payments{Route: w.route(simulator.PaymentsMX)}
		w.turn(simulator.PaymentsMX, `{"declineRate":1}`)
		_, err := payments.Charge(t.Context(), theCharge)
		wantCode(t, "Charge", err, fault.Declined)
		w.turn(simulator.PaymentsMX, `{}`)
		_, err = payments.Charge(t.Context(), theCharge)
		wantCode(t, "Charge again", err, fault.Declined)
		_, err = payments.Find(t.Context(), theCharge)
		wantCode(t, "Find", err, fault.Declined)
	})
}

func TestAChargeThatTimedOutIsInDoubtUntilFindTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inMemory(t)
		w.turn(simulator.PaymentsUS, `{"timeoutAfterSuccessRate":1}`)
		payments := partner.Payments{Route: w.route(simulator.PaymentsUS)}
		start := time.Now()
		_, err := payments.Charge(t.Context(), theCharge)
		wantCode(t, "Charge", err, fault.Unavailable)
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("Charge took %v, want the default timeout of 5s", took)
		}
		if reference, err := payments.Find(t.Context(), theCharge); err != nil || reference == "" {
			t.Errorf("Find = %q, %v; want the charge that was made", reference, err)
		}
	})
}

func TestAFailedChargeTookNothing(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		payments := partner.Payments{Route: w.route(simulator.PaymentsUS)}
		w.turn(simulator.PaymentsUS, `{"failureRate":1}`)
		_, err := payments.Charge(t.Context(), theCharge)
		wantCode(t, "Charge", err, fault.Unavailable)
		_, err = payments.Find(t.Context(), theCharge)
		wantCode(t, "Find while failing", err, fault.Unavailable)
		w.turn(simulator.PaymentsUS, `{}`)
		_, err = payments.Find(t.Context(), theCharge)
		wantCode(t, "Find", err, fault.NotFound)
	})
}

func TestAnotherChargeUnderTheKeyDoesNotPayForTheOrder(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		payments := partner.Payments{Route: w.route(simulator.PaymentsUS)}
		if _, err := payments.Charge(t.Context(), theCharge); err != nil {
			t.Fatal(err)
		}
		other := theCharge
		other.Amount.Minor++
		_, err := payments.Charge(t.Context(), other)
		wantCode(t, "Charge", err, fault.Conflict)
		_, err = payments.Find(t.Context(), other)
		wantCode(t, "Find", err, fault.Conflict)
	})
}

func TestFindTakesAnyKey(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		payments := partner.Payments{Route: w.route(simulator.PaymentsUS)}
		for _, key := range []string{"charge:1", "a/b", "a?b#c", "a%2Fb", "ä ö"} {
			c := theCharge
			c.Key = key
			made, err := payments.Charge(t.Context(), c)
			if err != nil {
				t.Fatalf("Charge under %q: %v", key, err)
			}
			if found, err := payments.Find(t.Context(), c); err != nil || found != made {
				t.Errorf("Find under %q = %q, %v; want %q", key, found, err, made)
			}
		}
	})
}

package simulated_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/fault"
)

// beginAll begins payments at once, and counts those that certainly were not begun, those without an answer, and those that
// were declined.
func beginAll(t *testing.T, provider simulated.Provider, n int) (notBegun, open, declined int) {
	t.Helper()
	type outcome struct {
		state payments.State
		err   error
	}
	outcomes := make(chan outcome, n)
	for range n {
		go func() {
			got, err := provider.Begin(t.Context(), thePayment)
			outcomes <- outcome{got.State, err}
		}()
	}
	for range n {
		switch got := <-outcomes; {
		case errors.Is(got.err, payments.ErrNotBegun):
			wantCode(t, "not begun", got.err, fault.Unavailable)
			notBegun++
		case fault.CodeOf(got.err) == fault.Unavailable:
			open++
		case got.err == nil && got.state == payments.Failed:
			declined++
		default:
			t.Errorf("Begin: %+v", got)
		}
	}
	return notBegun, open, declined
}

func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// TestAPartnerOnTrialGetsTwoCalls: it hangs for five seconds, is left alone for two, and then is on trial: with two calls
// and no more, until they have ended. The others certainly were not sent.
func TestAPartnerOnTrialGetsTwoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := served(t, hangs)
		if _, open, _ := beginAll(t, provider, 10); open != 10 {
			t.Fatalf("%d are open; want all", open)
		}
		for trial := range 5 {
			time.Sleep(2 * time.Second)
			if notBegun, open, _ := beginAll(t, provider, 7); notBegun != 5 || open != 2 {
				t.Errorf("trial %d: %d were not begun, %d are open; want 5 and 2", trial, notBegun, open)
			}
		}
	})
}

// TestATrialIsNotEndedByCallsFromBefore, which began before the partner was known to be away and end while it is on trial.
func TestATrialIsNotEndedByCallsFromBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		provider := served(t, func(w http.ResponseWriter, r *http.Request) {
			sent.Add(1)
			hangs(w, r)
		})
		var all sync.WaitGroup
		begin := func() { all.Go(func() { _, _ = provider.Begin(t.Context(), thePayment) }) }
		for range 20 { // the tenth ends after 8.6 s, the last one after 12.6 s
			begin()
			time.Sleep(400 * time.Millisecond)
		}
		time.Sleep(time.Second)
		before := sent.Load()
		for range 700 {
			begin()
			time.Sleep(100 * time.Millisecond)
		}
		all.Wait()
		if trials, most := sent.Load()-before, int64(2*10); trials > most {
			t.Errorf("%d calls were sent in ten trials, want %d at most", trials, most)
		}
	})
}

// TestWhoFindsNoPlaceHasBegunNothing: 64 calls hang, and there is no place for more.
func TestWhoFindsNoPlaceHasBegunNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := served(t, hangs)
		if notBegun, open, _ := beginAll(t, provider, 100); notBegun != 36 || open != 64 {
			t.Errorf("%d were not begun, %d are open; want 36 and 64", notBegun, open)
		}
	})
}

// TestWhoIsNotLetInHasBegunNothing: the token was revoked. That is a failure of the partner, which is left alone soon.
func TestWhoIsNotLetInHasBegunNothing(t *testing.T) {
	for _, status := range []int{401, 403} {
		var calls atomic.Int64
		provider := served(t, func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.WriteHeader(status)
		})
		for range 20 {
			if notBegun, _, _ := beginAll(t, provider, 1); notBegun != 1 {
				t.Errorf("after %d it is open whether the payment was begun", status)
			}
		}
		if n := calls.Load(); n != 10 {
			t.Errorf("%d calls were sent, want 10", n)
		}
		wantCode(t, "Ready", provider.Ready(false), fault.Unavailable)
	}
}

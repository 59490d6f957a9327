package simulated_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
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

// TestWhoHasNoConnectionHasBegunNothing: no one listens, or who listens is not the partner.
func TestWhoHasNoConnectionHasBegunNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS() // with a certificate that nobody signed
	defer stranger.Close()
	for name, base := range map[string]string{"refused": nobody, "a stranger": stranger.URL} {
		c := newClient(t, base, nil, partner.Options{})
		provider := providerOf(c)
		if notBegun, _, _ := beginAll(t, provider, 1); notBegun != 1 {
			t.Errorf("%s: it is open whether the payment was begun", name)
		}
	}
}

// TestWhoseAnswerIsLostMayHaveBegun: also when net/http sends the request again, on another connection, and that one is
// not let in, or refused.
func TestWhoseAnswerIsLostMayHaveBegun(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusBadRequest, http.StatusUnprocessableEntity} {
		for _, http2 := range []bool{false, true} {
			open, declined := lostAnswer(t, status, http2)
			if open != 1 || declined != 0 {
				t.Errorf("HTTP/2 %t: after a lost answer and %d the payment is not open", http2, status)
			}
		}
	}
}

// lostAnswer begins a payment whose first answer is lost, and whose second one has a status.
func lostAnswer(t *testing.T, status int, http2 bool) (open, declined int) {
	var calls atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch calls.Add(1) {
		case 1: // opens the connection
			w.WriteHeader(http.StatusNotFound)
		case 2: // taken, and then the connection breaks
			panic(http.ErrAbortHandler)
		default:
			w.WriteHeader(status)
		}
	}))
	server.EnableHTTP2 = http2
	server.StartTLS()
	defer server.Close()
	c := newClient(t, server.URL, server.Client().Transport, partner.Options{})
	provider := providerOf(c)
	_, _ = provider.Find(t.Context(), thePayment)
	_, open, declined = beginAll(t, provider, 1)
	return open, declined
}

// TestAConnectionThatBreaksOnTheWayMayHaveBegun: the server reads the request and goes away.
func TestAConnectionThatBreaksOnTheWayMayHaveBegun(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_ = conn.Close()
		}
	}()
	c := newClient(t, "http://"+listener.Addr().String(), nil, partner.Options{})
	provider := providerOf(c)
	if _, open, _ := beginAll(t, provider, 1); open != 1 {
		t.Error("the payment certainly was not begun")
	}
}

// TestAPaymentThatIsRefusedForGoodHasFailed: the provider has read it, and takes no money for it. One that has another
// payment under the key has not said anything of this one.
func TestAPaymentThatIsRefusedForGoodHasFailed(t *testing.T) {
	for _, c := range []struct {
		status int
		kind   string
		why    string
		want   fault.Code
	}{
		{402, "", "declined", ""}, {400, "", "refused", ""}, {422, "", "refused", ""}, {422, "/problems/refused", "refused", ""},
		{422, "/problems/key-reused", "", fault.Conflict}, {409, "", "", fault.InProgress}, {409, "/problems/key-reused", "", fault.Conflict},
		{405, "", "", fault.Invalid}, {413, "", "", fault.Invalid},
	} {
		provider := served(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprintf(w, `{"type":%q}`, c.kind)
		})
		got, err := provider.Begin(t.Context(), thePayment)
		wantCode(t, fmt.Sprint("Begin after ", c.status, c.kind), err, c.want)
		if got.Why != c.why || (got.State == payments.Failed) != (c.want == "") {
			t.Errorf("Begin after %d %s = %+v, want it to have failed because of %q", c.status, c.kind, got, c.why)
		}
	}
}

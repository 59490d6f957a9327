package partner_test

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

	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// chargeAll makes charges at once, and counts those that were certainly not made, those without an answer, and those
// declined.
func chargeAll(t *testing.T, payments partner.Payments, n int) (notCharged, open, declined int) {
	t.Helper()
	outcomes := make(chan error, n)
	for range n {
		go func() {
			_, err := payments.Charge(t.Context(), theCharge)
			outcomes <- err
		}()
	}
	for range n {
		switch err := <-outcomes; {
		case errors.Is(err, order.ErrNotCharged):
			wantCode(t, "not charged", err, fault.Unavailable)
			notCharged++
		case fault.CodeOf(err) == fault.Unavailable:
			open++
		case fault.CodeOf(err) == fault.Declined:
			declined++
		default:
			t.Errorf("Charge: %v", err)
		}
	}
	return notCharged, open, declined
}

func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// TestAPartnerOnTrialGetsTwoCalls: it hangs for five seconds, is left alone for two, and then is on trial with two calls
// at a time until they end. The others were certainly not sent.
func TestAPartnerOnTrialGetsTwoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		payments := partner.Payments{Route: served(t, partner.Options{}, hangs)}
		if _, open, _ := chargeAll(t, payments, 10); open != 10 {
			t.Fatalf("%d are open; want all", open)
		}
		for trial := range 5 {
			time.Sleep(2 * time.Second)
			if notCharged, open, _ := chargeAll(t, payments, 7); notCharged != 5 || open != 2 {
				t.Errorf("trial %d: %d were not charged, %d are open; want 5 and 2", trial, notCharged, open)
			}
		}
	})
}

// TestATrialIsNotEndedByCallsFromBefore: calls that began before the breaker opened and end while it is half-open.
func TestATrialIsNotEndedByCallsFromBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		payments := partner.Payments{Route: served(t, partner.Options{}, func(w http.ResponseWriter, r *http.Request) {
			sent.Add(1)
			hangs(w, r)
		})}
		var all sync.WaitGroup
		charge := func() { all.Go(func() { _, _ = payments.Charge(t.Context(), theCharge) }) }
		for range 20 { // the tenth ends after 8.6 s, the last one after 12.6 s
			charge()
			time.Sleep(400 * time.Millisecond)
		}
		time.Sleep(time.Second)
		before := sent.Load()
		for range 700 {
			charge()
			time.Sleep(100 * time.Millisecond)
		}
		all.Wait()
		if trials, most := sent.Load()-before, int64(2*10); trials > most {
			t.Errorf("%d calls were sent in ten trials, want %d at most", trials, most)
		}
	})
}

// TestWhoFindsNoPlaceIsNotCharged: 64 calls hang, and there is no place for more.
func TestWhoFindsNoPlaceIsNotCharged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		payments := partner.Payments{Route: served(t, partner.Options{}, hangs)}
		if notCharged, open, _ := chargeAll(t, payments, 100); notCharged != 36 || open != 64 {
			t.Errorf("%d were not charged, %d are open; want 36 and 64", notCharged, open)
		}
	})
}

// TestWhoIsNotLetInIsNotCharged: the token was revoked. That is a failure of the partner, which is soon left alone.
func TestWhoIsNotLetInIsNotCharged(t *testing.T) {
	for _, status := range []int64{401, 403} {
		there := &scripted{}
		there.status.Store(status)
		payments := partner.Payments{Route: served(t, partner.Options{}, there.ServeHTTP)}
		for range 20 {
			if notCharged, _, _ := chargeAll(t, payments, 1); notCharged != 1 {
				t.Errorf("after %d it is open whether the charge was made", status)
			}
		}
		there.wantCalls(t, 10, 10)
		wantCode(t, "Ready", payments.Ready(false), fault.Unavailable)
	}
}

// TestWhoHasNoConnectionIsNotCharged: nothing listens, or the listener is not the partner.
func TestWhoHasNoConnectionIsNotCharged(t *testing.T) {
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
	stranger.StartTLS() // its certificate is not trusted
	defer stranger.Close()
	for name, base := range map[string]string{"refused": nobody, "a stranger": stranger.URL} {
		c := newClient(t, base, nil, partner.Options{})
		payments := partner.Payments{Route: partner.Route{Live: c, Test: c}}
		if notCharged, _, _ := chargeAll(t, payments, 1); notCharged != 1 {
			t.Errorf("%s: it is open whether the charge was made", name)
		}
	}
}

// TestWhoseAnswerIsLostMayBeCharged, also if net/http sends the request again on another connection, and that one is
// unauthorized or refused.
func TestWhoseAnswerIsLostMayBeCharged(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusBadRequest, http.StatusUnprocessableEntity} {
		for _, http2 := range []bool{false, true} {
			open, declined := lostAnswer(t, status, http2)
			if open != 1 || declined != 0 {
				t.Errorf("HTTP/2 %t: after a lost answer and %d the charge is not open", http2, status)
			}
		}
	}
}

// lostAnswer makes a charge whose first answer is lost, and whose second one has a status.
func lostAnswer(t *testing.T, status int, http2 bool) (open, declined int) {
	var calls atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch calls.Add(1) {
		case 1: // opens the connection
			w.WriteHeader(http.StatusNotFound)
		case 2: // accepted, and then the connection breaks
			panic(http.ErrAbortHandler)
		default:
			w.WriteHeader(status)
		}
	}))
	server.EnableHTTP2 = http2
	server.StartTLS()
	defer server.Close()
	c := newClient(t, server.URL, server.Client().Transport, partner.Options{})
	payments := partner.Payments{Route: partner.Route{Live: c, Test: c}}
	_, _ = payments.Find(t.Context(), theCharge)
	_, open, declined = chargeAll(t, payments, 1)
	return open, declined
}

// TestAConnectionThatBreaksOnTheWayMayHaveCharged: the server reads the request and breaks the connection.
func TestAConnectionThatBreaksOnTheWayMayHaveCharged(t *testing.T) {
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
	payments := partner.Payments{Route: partner.Route{Live: c, Test: c}}
	if _, open, _ := chargeAll(t, payments, 1); open != 1 {
		t.Error("the charge certainly was not made")
	}
}

// TestAChargeThatIsRefusedForGoodIsDeclined: the provider has read it, and refuses it. An answer about another charge
// under the key says nothing about this one.
func TestAChargeThatIsRefusedForGoodIsDeclined(t *testing.T) {
	for _, c := range []struct {
		status int
		kind   string
		want   fault.Code
	}{
		{400, "", fault.Declined}, {422, "", fault.Declined}, {422, "/problems/refused", fault.Declined},
		{422, "/problems/key-reused", fault.Conflict}, {409, "", fault.InProgress}, {409, "/problems/key-reused", fault.Conflict},
		{405, "", fault.Invalid}, {413, "", fault.Invalid},
	} {
		payments := partner.Payments{Route: served(t, partner.Options{}, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprintf(w, `{"type":%q}`, c.kind)
		})}
		_, err := payments.Charge(t.Context(), theCharge)
		wantCode(t, fmt.Sprint("Charge after ", c.status, c.kind), err, c.want)
	}
}

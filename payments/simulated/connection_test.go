package simulated_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

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

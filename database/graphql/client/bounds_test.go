package client_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

// TestTheTokenIsShown, and a wrong one is a fault of ours that passes, not of who asks; it is never told.
func TestTheTokenIsShown(t *testing.T) {
	const token = "a-secret-token"
	inside := service(&echo{})
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			fault.Write(w, fault.New(fault.Unauthorized, "this listener takes a token from other machines"))
			return
		}
		inside.ServeHTTP(w, r)
	}))
	if err := ask(t.Context(), connect(t, client.Config{URLs: []string{url}, Token: token}), "write"); err != nil {
		t.Error(err)
	}
	err := ask(t.Context(), connect(t, client.Config{URLs: []string{url}, Token: "wrong-token"}), "write")
	if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "wrong-token") {
		t.Errorf("with another token: %v", err)
	}
	away := serve(t, http.RedirectHandler(url, http.StatusTemporaryRedirect))
	if err := ask(t.Context(), connect(t, client.Config{URLs: []string{away}, Token: token}), "write"); err == nil {
		t.Error("the token was taken along to where a redirect led")
	}
}

// TestAServiceThatHangs does not hold a call up for longer than its time; a read goes on at the next address.
func TestAServiceThatHangs(t *testing.T) {
	stuck := make(chan struct{})
	hung := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stuck:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(stuck) })
	alone := connect(t, client.Config{URLs: []string{hung}, Timeout: 50 * time.Millisecond})
	for _, kind := range []string{"read", "write"} {
		if err := ask(t.Context(), alone, kind); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("a %s: %v", kind, err)
		}
	}
	var group sync.WaitGroup
	for range 5 { // some of them begin with the one that hangs
		two := connect(t, client.Config{URLs: []string{hung, serve(t, service(&echo{}))}, Timeout: 6 * time.Second})
		group.Go(func() {
			if err := ask(t.Context(), two, "read"); err != nil {
				t.Errorf("with another address: %v", err)
			}
		})
	}
	group.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := ask(ctx, connect(t, client.Config{URLs: []string{hung}, Timeout: time.Hour}), "write"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a caller that goes away: %v", err)
	}
}

// TestAnAnswerWithoutEndIsNotReadToItsEnd.
func TestAnAnswerWithoutEndIsNotReadToItsEnd(t *testing.T) {
	block := strings.Repeat(" ", 1<<20)
	var wrote atomic.Int64
	s := connect(t, client.Config{Timeout: time.Minute, URLs: []string{serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for {
			if _, err := fmt.Fprint(w, block); err != nil {
				return
			}
			wrote.Add(1)
		}
	}))}})
	if err := ask(t.Context(), s, "read"); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
	if mib := wrote.Load(); mib > 256 {
		t.Errorf("%d MiB were read", mib)
	}
}

// TestTheTraceGoesAlong to the events that a write causes.
func TestTheTraceGoesAlong(t *testing.T) {
	store := engine(t, time.Now)
	var seen atomic.Value
	f := &flaky{Handler: service(store), recorder: func(r *http.Request) { seen.Store(r.Header.Get("Traceparent")) }}
	s := connect(t, client.Config{URLs: []string{serve(t, f)}})
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	o := write(t, s)
	if _, err := s.MoveOrder(traced(t.Context(), parent), order.Move{OrderID: o.ID, To: order.Placed}); err != nil {
		t.Fatal(err)
	}
	history, err := store.History(t.Context(), o.ID)
	if err != nil || len(history) != 2 || history[1].TraceParent != parent || seen.Load() != parent {
		t.Errorf("header %v, events %+v, %v", seen.Load(), history, err)
	}
}

// TestUntriedIsAskedForSeldom: at most four times a second, and only while someone wants to know.
func TestUntriedIsAskedForSeldom(t *testing.T) {
	var clock atomic.Int64
	now := func() time.Time { return time.UnixMilli(clock.Load()) }
	clock.Store(time.Hour.Milliseconds())
	f := &flaky{Handler: service(&echo{})}
	s := connect(t, client.Config{URLs: []string{serve(t, f)}, Now: now})
	want := filled[database.Untried]()
	if got := s.Untried(); got != (database.Untried{}) {
		t.Errorf("before any answer: %+v", got)
	}
	arrives(t, func() bool { return s.Untried() == want })
	for range 1000 {
		s.Untried()
	}
	if n := f.asked.Load(); n != 1 {
		t.Errorf("asked %d times at one moment", n)
	}
	clock.Add(250)
	arrives(t, func() bool { s.Untried(); return f.asked.Load() == 2 })
	clock.Add(5250) // a quiet time
	if got := s.Untried(); got != (database.Untried{}) {
		t.Errorf("an old answer counts: %+v", got)
	}
	arrives(t, func() bool { return s.Untried() == want })
}

func arrives(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within 10 s")
		}
	}
}

func TestAClosedClientAsksNoMore(t *testing.T) {
	f := &flaky{Handler: service(&echo{})}
	s, err := client.Open(client.Config{URLs: []string{serve(t, f)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s.Untried()
	if err := ask(t.Context(), s, "read"); fault.CodeOf(err) != fault.Unavailable || f.asked.Load() != 0 {
		t.Errorf("%v; it was asked %d times", err, f.asked.Load())
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, urls := range [][]string{nil, {""}, {"db1:8081"}, {"ftp://db1"}, {"http://db1:8081", "http://"}} {
		if _, err := client.Open(client.Config{URLs: urls}); err == nil {
			t.Errorf("%q was taken", urls)
		}
	}
}

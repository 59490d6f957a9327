package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/database/graphql/client"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

// flaky is a service that does something else to its first requests.
type flaky struct {
	http.Handler
	asked    atomic.Int64
	first    int64 // how many
	instead  http.HandlerFunc
	recorder func(*http.Request)
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.recorder != nil {
		f.recorder(r)
	}
	if f.asked.Add(1) <= f.first {
		f.instead(w, r)
		return
	}
	f.Handler.ServeHTTP(w, r)
}

// hangUp ends the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func answers(err error) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fault.Write(w, err) }
}

func page(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "a proxy's page", status) }
}

// refuses answers in GraphQL with a code.
func refuses(code fault.Code) http.HandlerFunc {
	return service(&echo{err: fault.New(code, "no")}).ServeHTTP
}

// TestWhatIsSentAgain: a read whenever it may help, a write only when it certainly did nothing.
func TestWhatIsSentAgain(t *testing.T) {
	const once, again = 1, 2
	for name, c := range map[string]struct {
		instead     http.HandlerFunc
		read, write int64 // how often they are sent
	}{
		"no answer":                         {hangUp, again, once},
		"a proxy's 502":                     {page(502), again, once},
		"a proxy's 503, maybe after it":     {page(503), again, once},
		"503 unavailable, before it":        {answers(fault.New(fault.Unavailable, "starting")), again, again},
		"503 of something else":             {answers(fault.New(fault.InDoubt, "?")), again, once},
		"401":                               {answers(fault.New(fault.Unauthorized, "no")), again, again},
		"a panic of the service":            {answers(errors.New("panic")), again, once},
		"unavailable, maybe while storing":  {refuses(fault.Unavailable), again, once},
		"conflict":                          {refuses(fault.Conflict), once, once},
		"not found":                         {refuses(fault.NotFound), once, once},
		"an internal fault while doing it":  {refuses(fault.Internal), once, once},
		"an answer that is not what we ask": {func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"data":`) }, once, once},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, want := range map[string]int64{"read": c.read, "write": c.write} {
				f := &flaky{Handler: service(&echo{}), first: 1, instead: c.instead}
				s := connect(t, client.Config{URLs: []string{serve(t, f)}})
				err := ask(t.Context(), s, kind)
				if got := f.asked.Load(); got != want || (err == nil) != (want == again) {
					t.Errorf("a %s was sent %d times, want %d: %v", kind, got, want, err)
				}
			}
		})
	}
}

func answer(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, body)
}

func ask(ctx context.Context, s *client.Store, kind string) error {
	if kind == "write" {
		return s.StockCreated(ctx, 1)
	}
	_, err := s.Order(ctx, 1)
	return err
}

// TestTriesEnd when nothing helps, and the error says that it may pass.
func TestTriesEnd(t *testing.T) {
	for _, addresses := range []int{1, 2} {
		f := &flaky{first: 1000, instead: hangUp}
		var urls []string
		for range addresses {
			urls = append(urls, serve(t, f))
		}
		err := ask(t.Context(), connect(t, client.Config{URLs: urls}), "read")
		if got := int(f.asked.Load()); got != addresses+2 || fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("%d addresses: sent %d times, %v", addresses, got, err)
		}
	}
}

// TestAWriteWhoseAnswerIsLost is done once: its receipt is not settled here, and settles when it is sent again.
func TestAWriteWhoseAnswerIsLost(t *testing.T) {
	store := engine(t, time.Now)
	after := service(store)
	f := &flaky{Handler: after, first: 1, instead: func(_ http.ResponseWriter, r *http.Request) {
		after.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}}
	s := connect(t, client.Config{URLs: []string{serve(t, f)}})
	o := write(t, store)
	history, err := store.History(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	r := &event.Receipt{EventID: history[0].ID, Subscriber: "order.OrderCreated"}
	move := order.Move{OrderID: o.ID, To: order.Placed, Event: true}
	if _, err := s.MoveOrder(event.WithReceipt(t.Context(), r), move); fault.CodeOf(err) != fault.Unavailable || r.Settled() {
		t.Errorf("without an answer: %v, settled %v", err, r.Settled())
	}
	moved, err := s.MoveOrder(event.WithReceipt(t.Context(), r), move)
	if err != nil || !r.Settled() || moved.Status != order.Placed {
		t.Errorf("sent again: %s, %v, settled %v", moved.Status, err, r.Settled())
	}
	if history, err = store.History(t.Context(), o.ID); err != nil || len(history) != 2 {
		t.Errorf("%d events, %v; want OrderCreated and OrderPlaced", len(history), err)
	}
}

// TestTheServiceGoesAwayAndComesBack on the same address, with connections of its former life still open here.
func TestTheServiceGoesAwayAndComesBack(t *testing.T) {
	first := httptest.NewServer(service(&echo{}))
	address := first.Listener.Addr().String()
	s := connect(t, client.Config{URLs: []string{first.URL}})
	both := func() error { return errors.Join(ask(t.Context(), s, "write"), ask(t.Context(), s, "read")) }
	if err := both(); err != nil {
		t.Fatal(err)
	}
	first.CloseClientConnections()
	first.Close()
	for _, kind := range []string{"read", "write", "write"} {
		if err := ask(t.Context(), s, kind); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("while it is away, a %s: %v", kind, err)
		}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	second := &httptest.Server{Listener: listener, Config: &http.Server{Handler: service(&echo{})}}
	second.Start()
	t.Cleanup(second.Close)
	if err := both(); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

// nobody is an address where nobody listens.
func nobody(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(nil)
	server.Close()
	return server.URL
}

// TestTheNextAddressIsAsked when one cannot be reached, for writes too, and remembered.
func TestTheNextAddressIsAsked(t *testing.T) {
	for name, first := range map[string]*flaky{
		"it refuses":            nil,
		"it says it is no good": {first: 1000, instead: answers(fault.New(fault.Unavailable, "stopping"))},
	} {
		t.Run(name, func(t *testing.T) {
			bad := nobody(t)
			if first != nil {
				bad = serve(t, first)
			}
			good := &flaky{Handler: service(&echo{})}
			urls := []string{bad, serve(t, good)}
			const processes = 10
			for range processes { // some of them begin with the bad one
				s := connect(t, client.Config{URLs: urls})
				for range 3 {
					if err := errors.Join(ask(t.Context(), s, "write"), ask(t.Context(), s, "read")); err != nil {
						t.Error(err)
					}
				}
			}
			if n := good.asked.Load(); n != 6*processes {
				t.Errorf("the good one was asked %d times", n)
			}
			if first != nil && first.asked.Load() > processes {
				t.Errorf("the bad one was asked %d times by %d processes", first.asked.Load(), processes)
			}
		})
	}
}

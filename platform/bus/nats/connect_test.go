package nats_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/bus/nats"
)

func TestAddressesThatCannotBeOfAServerAreRefused(t *testing.T) {
	for _, urls := range [][]string{
		nil, {""}, {"nats://"}, {"http://u:s3cret@a"}, {"a:4222"}, {"nats://a", "nats://u:s3cret@b,nats://c"}, {"nats://u:s3cret@a:port"},
	} {
		conn, err := nats.Connect(urls, slog.New(slog.DiscardHandler))
		if err == nil {
			conn.Close()
		}
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", urls, err)
		}
	}
}

// TestAServerThatIsNotThereIsWaitedFor, and named without its password; meanwhile the bus accepts subscribers.
func TestAServerThatIsNotThereIsWaitedFor(t *testing.T) {
	var log syncBuffer
	conn, err := nats.Connect([]string{"nats://u:s3cret@127.0.0.1:1"}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	b, err := nats.Open(conn, nats.Cluster(1), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	subscribe(t, b, func(context.Context, event.Envelope) error { return nil })
	waitFor(t, "the bus is in trouble", func() bool { return b.Trouble() != nil })
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err = b.Await(ctx)
	if got := b.Trouble().What; err == nil || got != "NATS at nats://127.0.0.1:1 does not answer" || b.Trouble().Final() || b.Able() {
		t.Errorf("%v: %s", err, got)
	}
	if strings.Contains(err.Error()+log.String(), "s3cret") {
		t.Errorf("%v; the log: %s", err, log.String())
	}
}

// TestAWrongPasswordIsNamed.
func TestAWrongPasswordIsNamed(t *testing.T) {
	address := strings.TrimPrefix(bustest.ServerWith(t, bustest.Options{Config: "authorization { user: u, password: right }"}), "nats://")
	conn, err := nats.Connect([]string{"nats://u:wrong@" + address}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	b, err := nats.Open(conn, nats.Cluster(1), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the wrong password is named", func() bool {
		trouble := b.Trouble()
		return trouble != nil && trouble.What == "NATS at nats://"+address+" refuses the user or the password"
	})
}

// TestAServerThatIsFullIsWaitedFor: an unknown error may pass, and the journal keeps the events meanwhile. Only settings
// that cannot be changed in place fail a start.
func TestAServerThatIsFullIsWaitedFor(t *testing.T) {
	conn := dial(t, bustest.ServerWith(t, bustest.Options{Room: "1MB"}))
	b, err := nats.Open(conn, nats.Cluster(1), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the cause is named", func() bool {
		trouble := b.Trouble()
		return trouble != nil && strings.Contains(trouble.What, "insufficient storage")
	})
	if trouble := b.Trouble(); trouble.Final() || trouble.Settling() {
		t.Errorf("%+v", trouble)
	}
}

// syncBuffer is a buffer for concurrent writers.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// TestAServerThatConfirmsNothingIsConnectedToAnew, though everything else works. Here the server forbids publishing.
func TestAServerThatConfirmsNothingIsConnectedToAnew(t *testing.T) {
	t.Parallel()
	url := bustest.ServerWith(t, bustest.Options{Config: `authorization { users: [
		{ user: u, password: p, permissions: { publish: { deny: "webshop.>" } } }
	] }`})
	conn := dial(t, strings.Replace(url, "nats://", "nats://u:p@", 1))
	b := opened(t, conn, inMemory)
	b.Publish(stockCreated(t), "", 0)
	waitFor(t, "it is connected to anew", func() bool { return conn.Stats().Reconnects > 0 })
}

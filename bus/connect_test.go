package bus_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/bus"
)

func TestAddressesThatCannotBeOfAServerAreRefused(t *testing.T) {
	for _, urls := range [][]string{
		nil, {""}, {"nats://"}, {"http://u:s3cret@a"}, {"a:4222"}, {"nats://a", "nats://u:s3cret@b,nats://c"}, {"nats://u:s3cret@a:port"},
	} {
		conn, err := bus.Connect(t.Context(), urls, slog.New(slog.DiscardHandler))
		if err == nil {
			conn.Close()
		}
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", urls, err)
		}
	}
}

// TestAServerThatIsNotThereIsWaitedFor, until the context ends; no password is told.
func TestAServerThatIsNotThereIsWaitedFor(t *testing.T) {
	var log bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := bus.Connect(ctx, []string{"nats://u:s3cret@127.0.0.1:1"}, slog.New(slog.NewTextHandler(&log, nil)))
	if err == nil || ctx.Err() == nil || !strings.Contains(err.Error(), "nats://u:xxxxx@127.0.0.1:1") {
		t.Errorf("%v", err)
	}
	if strings.Contains(err.Error()+log.String(), "s3cret") {
		t.Errorf("%v; the log: %s", err, &log)
	}
}

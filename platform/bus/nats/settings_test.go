package nats

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

// TestSettingsAreDocumented: docs/scale-out.md has each setting with its value in the code, and a reason.
func TestSettingsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/scale-out.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) == 6 && len(strings.TrimSpace(cells[4])) > 10 {
			documented[strings.TrimSpace(cells[1])+" "+strings.Trim(cells[2], " `")] = strings.Trim(cells[3], " `")
		}
	}
	for name, value := range settings() {
		if got := documented[name]; got != fmt.Sprint(value) {
			t.Errorf("%s is %v; docs/scale-out.md says %q", name, value, got)
		}
	}
}

// settings returns the values in the code.
func settings() map[string]any {
	stream, consumer := streamConfig(Cluster(3)), consumerConfig(event.Subscriptions[0], Cluster(3))
	client := nats.GetDefaultOptions()
	for _, set := range clientOptions(slog.New(slog.DiscardHandler)) {
		if err := set(&client); err != nil {
			panic(err)
		}
	}
	return map[string]any{
		"stream subjects": strings.Join(stream.Subjects, ", "), "stream retention": stream.Retention, "stream discard": stream.Discard,
		"stream storage": stream.Storage, "stream replicas": stream.Replicas, "stream max_bytes": stream.MaxBytes,
		"stream duplicate_window": stream.Duplicates,
		"consumers ack_policy":    consumer.AckPolicy, "consumers ack_wait": consumer.AckWait, "consumers max_deliver": consumer.MaxDeliver,
		"consumers max_ack_pending": consumer.MaxAckPending, "consumers mem_storage": consumer.MemoryStorage, "consumers replicas": consumer.Replicas,
		"client connect_timeout": client.Timeout, "client max_reconnects": client.MaxReconnect, "client reconnect_wait": client.ReconnectWait,
		"client reconnect_buffer": client.ReconnectBufSize, "client ping_interval": client.PingInterval, "client pull_heartbeat": pullBeat,
		"client workers": bus.Workers, "client publish_pending": maxPublishPending, "client publish_again": publishTries,
	}
}

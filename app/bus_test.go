package app_test

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/bus/bustest"
)

// TestAnExternalNATSServerComesAndGoes: whatever happens to it, the shop takes orders, an alert names the cause, and
// pending events are handled when the server is back, without a restart of the shop.
func TestAnExternalNATSServerComesAndGoes(t *testing.T) {
	t.Parallel()
	server := bustest.Start(t, bustest.Options{Nodes: 1})
	s := start(t, func(c *app.Config) { c.NATSURL = []app.Secret{app.Secret(server.URLs()[0])} })
	s.arrives(s.create(realOrder("Before", "testId", 8)).OrderID, "DELIVERY_BOOKED")
	do := func(steps ...error) {
		t.Helper()
		for _, err := range steps {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		end   func() // stops the server
		loses string
	}{
		{"stopped", func() { do(server.Stop(0)) }, "all consumers of the stream WEBSHOP"},
		{"killed", func() { do(server.Kill(0)) }, "all consumers of the stream WEBSHOP"},
		{"wiped", func() { do(server.Kill(0), server.Wipe(0)) }, "the stream WEBSHOP was missing and was created again"},
	} {
		c.end()
		id := s.create(realOrder("While it is "+c.name, "testId", 8)).OrderID
		if a := s.alerted("bus", "away"); !strings.HasPrefix(a.What, "NATS at "+server.URLs()[0]+" does not answer") {
			t.Errorf("%s: %s", c.name, a.What)
		}
		do(server.Restart(0))
		s.arrives(id, "DELIVERY_BOOKED")
		s.lost(c.loses)
	}
	for _, c := range []struct {
		what  string
		loses func(jetstream.JetStream) error
	}{
		{"the consumer order_OrderCreated of the stream WEBSHOP was missing", func(js jetstream.JetStream) error {
			return js.DeleteConsumer(t.Context(), "WEBSHOP", "order_OrderCreated")
		}},
		{"the stream WEBSHOP was missing", func(js jetstream.JetStream) error { return js.DeleteStream(t.Context(), "WEBSHOP") }},
	} {
		conn, err := nats.Connect(server.URLs()[0])
		do(err)
		js, err := jetstream.New(conn)
		do(err, c.loses(js))
		conn.Close()
		s.arrives(s.create(realOrder("Without something", "testId", 8)).OrderID, "DELIVERY_BOOKED")
		s.lost(c.what)
	}
}

// lost waits until an alert says what NATS has lost.
func (s *shop) lost(what string) {
	s.Helper()
	s.eventually("an alert that NATS lost "+what, func() bool {
		for _, a := range s.alerts().Open {
			if strings.HasPrefix(a.ID, "bus/lost/") && strings.Contains(a.What, what) {
				return true
			}
		}
		return false
	})
}

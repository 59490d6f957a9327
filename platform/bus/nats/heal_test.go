package nats_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/bus/nats"
)

// heals breaks a working bus, and wants it to recover by itself: it reports what it lost; and an event that was published
// before is received when it is published again with the same id, as the relay does then.
func heals(t *testing.T, b *nats.Bus, loses string, fault func()) {
	t.Helper()
	var mu sync.Mutex
	count := map[string]int{}
	subscribe(t, b, func(_ context.Context, env event.Envelope) error {
		mu.Lock()
		defer mu.Unlock()
		count[env.ID]++
		return nil
	})
	heard := func(id string, times int) func() bool {
		return func() bool { mu.Lock(); defer mu.Unlock(); return count[id] >= times }
	}
	env := stockCreated(t)
	b.Publish(env, "", 0)
	waitFor(t, "the bus works", heard(env.ID, 1))
	if young := told(b); !young {
		t.Error("a process that starts on a new bus is not told that an older one may have lost something")
	}
	fault()
	waitFor(t, "it is told that the bus has lost something", func() bool { return told(b) })
	if lost, _ := b.LastLoss(); lost != loses {
		t.Errorf("lost %q, not %q", lost, loses)
	}
	b.Publish(env, "", 0)
	waitFor(t, "what was pending is heard", heard(env.ID, 2))
	env.ID = "new"
	b.Publish(env, "", 0)
	waitFor(t, "what is new is heard", heard(env.ID, 1))
	if trouble := b.Trouble(); trouble != nil {
		t.Error(trouble)
	}
}

// told reports whether the bus has signalled a loss since the last call.
func told(b *nats.Bus) bool {
	select {
	case <-b.Lost():
		return true
	default:
		return false
	}
}

func aConsumerThatIsDeletedComesAgain(t *testing.T, b *nats.Bus, conn *natsgo.Conn) {
	heals(t, b, "the consumer order_StockCreated of the stream WEBSHOP was missing and created again", func() {
		if err := jetStream(t, conn).DeleteConsumer(t.Context(), "WEBSHOP", "order_StockCreated"); err != nil {
			t.Fatal(err)
		}
	})
}

func aStreamThatIsDeletedComesAgain(t *testing.T, b *nats.Bus, conn *natsgo.Conn) {
	heals(t, b, "the stream WEBSHOP was missing and was created again", func() {
		if err := jetStream(t, conn).DeleteStream(t.Context(), "WEBSHOP"); err != nil {
			t.Fatal(err)
		}
	})
}

// whatAStreamWithoutConsumersDropsComesAgain: events are published all the time, also to the new stream without
// consumers, which confirms and drops them and remembers their ids. After the loss is signalled each is published once
// more, as the relay does, and received.
func whatAStreamWithoutConsumersDropsComesAgain(t *testing.T, b *nats.Bus, conn *natsgo.Conn) {
	h := listen(t, b, event.TypeStockCreated)
	told(b) // that it is new
	publish := func(n int) {
		env := stockCreated(t)
		env.ID = strconv.Itoa(n)
		b.Publish(env, "", 0)
	}
	if err := jetStream(t, conn).DeleteStream(t.Context(), "WEBSHOP"); err != nil {
		t.Fatal(err)
	}
	published := 0
	waitFor(t, "it is told that the bus has lost something", func() bool {
		publish(published)
		published++
		time.Sleep(4 * time.Millisecond) // some hundred in the second until the next check
		return told(b)
	})
	for n := range published {
		publish(n)
	}
	waitFor(t, "all events are heard", func() bool { return h.different() == published*subscribersOf(event.TypeStockCreated) })
}

// subscribersOf counts the subscribers of an event.
func subscribersOf(of event.Type) (n int) {
	for _, sub := range event.Subscriptions {
		if sub.Type == of {
			n++
		}
	}
	return n
}

func jetStream(t testing.TB, conn *natsgo.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// TestAServerThatRestartsIsUsedAgain: a server that keeps consumers in memory only. While it is down, the bus says why it
// cannot be used.
func TestAServerThatRestartsIsUsedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end   func(*bustest.Cluster) error
		loses string
	}{
		"stopped": {func(c *bustest.Cluster) error { return c.Stop(0) }, "all consumers of the stream WEBSHOP were missing and created again"},
		"killed":  {func(c *bustest.Cluster) error { return c.Kill(0) }, "all consumers of the stream WEBSHOP were missing and created again"},
		"wiped": {func(c *bustest.Cluster) error {
			if err := c.Kill(0); err != nil {
				return err
			}
			return c.Wipe(0)
		}, "the stream WEBSHOP was missing and was created again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := bustest.Start(t, bustest.Options{Nodes: 1})
			conn := connect(t, server)
			b := opened(t, conn, nats.Cluster(1))
			heals(t, b, c.loses, func() {
				if err := c.end(server); err != nil {
					t.Fatal(err)
				}
				waitFor(t, "the cause is named", func() bool {
					trouble := b.Trouble()
					return trouble != nil && trouble.What == "NATS at "+server.URLs()[0]+" does not answer" && !b.Able()
				})
				if err := server.Restart(0); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// TestAProcessThatStartsAfterALossReleasesToo: it did not see what was there before. Later ones do not.
func TestAProcessThatStartsAfterALossReleasesToo(t *testing.T) {
	t.Parallel()
	b, conn := open(t)
	if !told(b) || told(b) {
		t.Error("it is not told once")
	}
	if other := opened(t, conn, inMemory); !told(other) {
		t.Error("another process is not told that the bus is new")
	}
	if lost, _ := b.LastLoss(); lost != "" {
		t.Errorf("a new bus has lost %s", lost)
	}
}

// allNodesLoseTheirState, by a wipe of all stores, or a power cut of all nodes.
func allNodesLoseTheirState(t *testing.T, c *bustest.Cluster, wiped bool) {
	b, _ := openOn(t, c)
	fault := func() {
		for i := range c.URLs() {
			if err := c.Kill(i); err != nil {
				t.Fatal(err)
			}
			if !wiped {
				continue
			}
			if err := c.Wipe(i); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.RestartAll(); err != nil {
			t.Fatal(err)
		}
	}
	if wiped {
		heals(t, b, "the stream WEBSHOP was missing and was created again", fault)
		return
	}
	goesOn(t, b, fault)
}

// goesOn breaks a bus, and wants new events to be received again, published until they are.
func goesOn(t *testing.T, b *nats.Bus, fault func()) {
	t.Helper()
	h := listen(t, b, event.TypeStockCreated)
	fault()
	env := stockCreated(t)
	within(t, time.Minute, "events are heard", func() bool {
		b.Publish(env, "", 0)
		time.Sleep(200 * time.Millisecond) // so that not all are published at once when there is a leader
		return h.total() > 0
	})
}

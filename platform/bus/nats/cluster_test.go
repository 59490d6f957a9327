package nats_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/bus/nats"
)

// connect returns a connection to the cluster as the shop makes it.
func connect(t testing.TB, c *bustest.Cluster) *natsgo.Conn {
	t.Helper()
	return dial(t, c.URLs()...)
}

// openOn returns a bus with a new stream on a cluster.
func openOn(t testing.TB, c *bustest.Cluster) (*nats.Bus, *natsgo.Conn) {
	t.Helper()
	return openWith(t, c, nats.Cluster(3))
}

func openWith(t testing.TB, c *bustest.Cluster, settings nats.Settings) (*nats.Bus, *natsgo.Conn) {
	t.Helper()
	conn := connect(t, c)
	js := jetStream(t, conn)
	within(t, time.Minute, "there is no stream", func() bool { // the cluster may not be ready yet
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := js.DeleteStream(ctx, "WEBSHOP")
		return err == nil || errors.Is(err, jetstream.ErrStreamNotFound)
	})
	return opened(t, conn, settings), conn
}

// leader returns the number of the stream's leader.
func leader(t *testing.T, conn *natsgo.Conn) int {
	t.Helper()
	stream, err := jetStream(t, conn).Stream(t.Context(), "WEBSHOP")
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(stream.CachedInfo().Cluster.Leader, "n"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTheBusOnACluster: a cluster keeps the promises of one server, and loses nothing that it confirmed when one or two
// nodes die.
func TestTheBusOnACluster(t *testing.T) {
	t.Parallel()
	c := bustest.Start(t, bustest.Options{})
	t.Run("many open at once", func(t *testing.T) { manyOpenAtOnce(t, c) })
	for name, test := range suite {
		if name == "what is in work for long is given to no one else" {
			continue // it takes ackWait; the single server is the same program
		}
		t.Run(name, func(t *testing.T) {
			b, conn := openOn(t, c)
			test(t, b, conn)
		})
	}
	t.Run("settings are updated in place", func(t *testing.T) { settingsAreUpdatedInPlace(t, c) })
	t.Run("a node dies", func(t *testing.T) { nodesDie(t, c, 1) })
	t.Run("two nodes die at once", func(t *testing.T) { nodesDie(t, c, 2) })
	t.Run("all nodes lose their power", func(t *testing.T) { allNodesLoseTheirState(t, c, false) })
	t.Run("all nodes lose their stores", func(t *testing.T) { allNodesLoseTheirState(t, c, true) })
}

// manyOpenAtOnce, on a cluster whose nodes have not met yet.
func manyOpenAtOnce(t *testing.T, c *bustest.Cluster) {
	t.Helper()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			opened(t, connect(t, c), nats.Cluster(3))
		})
	}
	all.Wait()
}

func settingsAreUpdatedInPlace(t *testing.T, c *bustest.Cluster) {
	b, conn := openOn(t, c)
	b.Publish(stockCreated(t), "", 0)
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := nats.Cluster(1)
	other.MaxBytes /= 2
	again := opened(t, conn, other)
	if held, most, err := again.Fill(t.Context()); err != nil || held == 0 || most != uint64(other.MaxBytes) {
		t.Errorf("the bus holds %d of %d bytes, %v", held, most, err)
	}
	other.Storage = jetstream.MemoryStorage
	wrong, err := nats.Open(conn, other, slog.New(slog.DiscardHandler))
	if err == nil {
		err = wrong.Await(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), "nats stream rm WEBSHOP") || !wrong.Trouble().Final() {
		t.Errorf("storage that cannot be changed: %v", err)
	}
}

// nodesDie while events are published: every event arrives, and confirmed ones without being published again.
func nodesDie(t *testing.T, c *bustest.Cluster, dead int) {
	b, conn := openOn(t, c)
	first := leader(t, conn)
	const events = 200
	publish := func(kind string, until int) {
		for i := range until {
			env := stockCreated(t)
			env.ID = kind + strconv.Itoa(i)
			b.Publish(env, "", 0)
		}
	}
	publish("before ", events)
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range dead {
		if err := c.Kill((first + i) % 3); err != nil {
			t.Fatal(err)
		}
	}
	publish("while ", events)
	for i := range dead {
		if err := c.Restart((first + i) % 3); err != nil {
			t.Fatal(err)
		}
	}
	h := &heard{count: map[string]int{}}
	subscribe(t, b, func(_ context.Context, env event.Envelope) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.count[env.ID]++
		return nil
	})
	missing := func(kind string) (ids []string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		for i := range events {
			if id := kind + strconv.Itoa(i); h.count[id] == 0 {
				ids = append(ids, id)
			}
		}
		return ids
	}
	within(t, time.Minute, "what was confirmed is heard", func() bool { return len(missing("before ")) == 0 })
	// Unconfirmed events are published again from the journal, as the same messages, whose duplicates are dropped.
	within(t, time.Minute, "what was sent again is heard", func() bool {
		for _, id := range missing("while ") {
			env := stockCreated(t)
			env.ID = id
			b.Publish(env, "", 0)
		}
		time.Sleep(200 * time.Millisecond)
		return len(missing("while ")) == 0
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	twice := slices.DeleteFunc(slices.Collect(maps.Keys(h.count)), func(id string) bool { return h.count[id] == 1 })
	t.Logf("%d of %d events were heard more than once", len(twice), 2*events)
}

// BenchmarkThroughputOnACluster measures the time per event when many are published at once, with acknowledgements kept
// in memory and on disk.
func BenchmarkThroughputOnACluster(b *testing.B) {
	c := bustest.Start(b, bustest.Options{})
	for _, memory := range []bool{true, false} {
		b.Run("acks in memory: "+strconv.FormatBool(memory), func(b *testing.B) {
			settings := nats.Cluster(3)
			settings.ForgetAcks = memory
			shopBus, _ := openWith(b, c, settings)
			throughput(b, shopBus)
		})
	}
}

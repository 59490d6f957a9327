package clustertest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus/bustest"
)

// nodes is how many NATS servers there are.
const nodes = 3

// nodeName returns the name of a NATS server.
func nodeName(i int) string { return "n" + strconv.Itoa(i) }

// startNATS starts the NATS servers. Each reaches each other only by a link of its own.
func (c *cluster) startNATS(t *testing.T) {
	var failed error
	c.nats = bustest.Start(t, bustest.Options{Nodes: nodes, Route: func(from, to int, address string) string {
		k, err := newLink("tcp", address)
		if err != nil {
			failed = err
			return address
		}
		c.routes[[2]int{from, to}] = k
		return k.addr()
	}})
	if failed != nil {
		t.Fatal(failed)
	}
}

// natsReady waits until the cluster has a leader that answers.
func (c *cluster) natsReady(ctx context.Context) error {
	return watched(ctx, func() error {
		js, done, err := c.jetstream()
		if err != nil {
			return err
		}
		defer done()
		asked, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err = js.AccountInfo(asked)
		return err
	})
}

// jetstream connects to any node.
func (c *cluster) jetstream() (js jetstream.JetStream, done func(), err error) {
	conn, err := nats.Connect(strings.Join(c.nats.URLs(), ","))
	if err != nil {
		return nil, nil, err
	}
	js, err = jetstream.New(conn)
	return js, conn.Close, err
}

// delivered returns how many messages were delivered to subscribers so far, including redeliveries.
func (c *cluster) delivered(ctx context.Context) (n int64, err error) {
	js, done, err := c.jetstream()
	if err != nil {
		return 0, err
	}
	defer done()
	stream, err := js.Stream(ctx, "WEBSHOP")
	if err != nil {
		return 0, err
	}
	all := stream.ListConsumers(ctx)
	for info := range all.Info() {
		n += int64(info.Delivered.Consumer)
	}
	return n, all.Err()
}

// leader returns the node that leads the stream.
func (c *cluster) leader(ctx context.Context) (node int, err error) {
	js, done, err := c.jetstream()
	if err != nil {
		return 0, err
	}
	defer done()
	stream, err := js.Stream(ctx, "WEBSHOP")
	if err != nil {
		return 0, err
	}
	for i := range nodes {
		if cluster := stream.CachedInfo().Cluster; cluster != nil && cluster.Leader == nodeName(i) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: the stream has no leader that is known", errNotWhole)
}

var errNotWhole = errors.New("the NATS cluster is not whole")

// natsWhole waits until the stream and each consumer has a leader and all replicas are current. An operator also waits
// for that before stopping the next node: of three, only one may be missing.
func (c *cluster) natsWhole(ctx context.Context) error {
	js, done, err := c.jetstream()
	if err != nil {
		return err
	}
	defer done()
	return watched(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		stream, err := js.Stream(ctx, "WEBSHOP")
		if err != nil {
			return err
		}
		err = whole("the stream", stream.CachedInfo().Cluster)
		all := stream.ListConsumers(ctx)
		consumers := 0
		for info := range all.Info() {
			consumers++
			err = errors.Join(err, whole(info.Name, info.Cluster))
		}
		if consumers < len(event.Subscriptions) {
			err = errors.Join(err, fmt.Errorf("%w: %d consumers answer", errNotWhole, consumers))
		}
		return errors.Join(err, all.Err())
	})
}

func whole(name string, of *jetstream.ClusterInfo) error {
	if of == nil || of.Leader == "" {
		return fmt.Errorf("%w: %s has no leader", errNotWhole, name)
	}
	current := 0
	for _, r := range of.Replicas {
		if r.Current && !r.Offline {
			current++
		}
	}
	if current < 2 {
		return fmt.Errorf("%w: %s has %d replicas that are up to date", errNotWhole, name, current)
	}
	return nil
}

// socket returns the socket of PostgreSQL, and the database's name.
func socket(address string) (file, database string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", err
	}
	return filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432"), strings.TrimPrefix(u.Path, "/"), nil
}

// count reads a number from the database.
func (c *cluster) count(ctx context.Context, sql string) (n int64, err error) {
	conn, err := pgx.Connect(ctx, c.databaseURL)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, sql).Scan(&n)
	return n, err
}

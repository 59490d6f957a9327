package clustertest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/app/torture"
	"acme.example/webshop/event"
)

// node is one NATS server.
type node struct {
	name, binary, config, log string
	client, cluster           string // addresses
	process                   *torture.Process
}

// newNodes makes the files of a cluster of NATS servers. Each has a link to each other, and knows no other way: it
// advertises an address where no one listens.
func newNodes(dir, binary string, size int) (nodes []*node, links map[[2]int]*link, err error) {
	ports, err := torture.FreePorts(2 * size)
	if err != nil {
		return nil, nil, err
	}
	links = map[[2]int]*link{}
	for i := range size {
		name := fmt.Sprintf("nats-%d", i+1)
		nodes = append(nodes, &node{
			name: name, binary: binary, config: filepath.Join(dir, name+".conf"), log: filepath.Join(dir, name+".log"),
			client: ports[2*i], cluster: ports[2*i+1],
		})
	}
	for i, n := range nodes {
		var routes []string
		for j, other := range nodes {
			if i != j {
				if links[[2]int{i, j}], err = newLink("tcp", other.cluster); err != nil {
					return nil, nil, err
				}
				routes = append(routes, "nats-route://"+links[[2]int{i, j}].addr())
			}
		}
		if err := os.WriteFile(n.config, []byte(n.settings(dir, routes)), 0o600); err != nil {
			return nil, nil, err
		}
	}
	return nodes, links, nil
}

// settings are the server's: what is confirmed is on disk, and a neighbour that is silent is given up soon.
func (n *node) settings(dir string, routes []string) string {
	return fmt.Sprintf(`server_name: %s
listen: "%s"
ping_interval: "2s"
jetstream { store_dir: "%s", sync_interval: always }
cluster {
  name: webshop
  listen: "%s"
  advertise: "127.0.0.1:1"
  no_advertise: true
  connect_retries: 1
  ping_interval: "2s"
  routes: ["%s"]
}
`, n.name, n.client, filepath.Join(dir, n.name), n.cluster, strings.Join(routes, `", "`))
}

func (n *node) start() (err error) {
	n.process, err = begin(n.log, nil, n.binary, "--config", n.config)
	return err
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
	var all []string
	for _, n := range c.nodes {
		all = append(all, "nats://"+n.client)
	}
	conn, err := nats.Connect(strings.Join(all, ","))
	if err != nil {
		return nil, nil, err
	}
	js, err = jetstream.New(conn)
	return js, conn.Close, err
}

// delivered is how many messages were handed to subscribers so far, with those that were handed out again.
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
func (c *cluster) leader(ctx context.Context) (leads *node, err error) {
	js, done, err := c.jetstream()
	if err != nil {
		return nil, err
	}
	defer done()
	stream, err := js.Stream(ctx, "WEBSHOP")
	if err != nil {
		return nil, err
	}
	for _, n := range c.nodes {
		if cluster := stream.CachedInfo().Cluster; cluster != nil && cluster.Leader == n.name {
			return n, nil
		}
	}
	return nil, fmt.Errorf("the stream has no leader that is known")
}

var errNotWhole = errors.New("the NATS cluster is not whole")

// natsWhole waits until the stream and each consumer has a leader and all its replicas have what it has. An operator
// waits for that too before the next node is stopped: of three, only one may be missing.
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

// socket is the file at which PostgreSQL listens, and the database's name.
func socket(address string) (file, database string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", err
	}
	return filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432"), strings.TrimPrefix(u.Path, "/"), nil
}

// count asks the database for a number.
func (c *cluster) count(ctx context.Context, sql string) (n int64, err error) {
	conn, err := pgx.Connect(ctx, c.databaseURL)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, sql).Scan(&n)
	return n, err
}

// Package bustest has the suite that every bus passes, and starts real NATS servers for tests: the nats-server of the Go
// module that the shop is built with, each as a process on a loopback port, alone or as a JetStream cluster. They keep
// their streams in files and sync each write, as docs/scale-out.md says.
//
// A server ends with the process that started it, even if a test panics or is killed.
package bustest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Cluster is a set of NATS servers that know each other. Nodes are numbered from 0. It is not safe for concurrent use.
type Cluster struct {
	binary string
	nodes  []*node
}

// node is one server. Its ports and folder outlive its processes.
type node struct {
	folder  string
	address string         // for clients
	alive   io.WriteCloser // the process runs as long as this is open
	process *exec.Cmd
}

// Options configures the servers.
type Options struct {
	Nodes  int    // 0: three
	Config string // further settings of each node, in the server's own form
	Room   string // for the streams; "": 64GB
	// Route returns the address at which a node reaches another one, so that a test can put a proxy between them; nil:
	// directly. The argument address is the other's own.
	Route func(from, to int, address string) string
}

const (
	startTimeout = 20 * time.Second
	stopTimeout  = 20 * time.Second
)

// supervise runs a command until its input names a signal or ends, at the latest with the process that started it.
const supervise = `"$@" & read -r signal; kill -${signal:-KILL} $! 2>/dev/null; wait $!`

// Start starts servers on empty folders. They stop when the test ends.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	if o.Nodes == 0 {
		o.Nodes = 3
	}
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	c := &Cluster{binary: binary}
	if err := c.configure(t.TempDir(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for i := range c.nodes {
			_ = c.Kill(i) // it may be dead already
		}
	})
	for _, n := range c.nodes {
		if err := n.start(binary); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range c.nodes {
		if err := n.ready(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// Server starts one server, and returns its address. It stops when the test ends.
func Server(t testing.TB) (url string) {
	t.Helper()
	return ServerWith(t, Options{})
}

// ServerWith is Server with options.
func ServerWith(t testing.TB, o Options) (url string) {
	t.Helper()
	o.Nodes = 1
	return Start(t, o).URLs()[0]
}

// Binary returns the path of the server's program, for tests that start it with their own configuration.
func Binary(t testing.TB) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// built returns the path of the server's program, which Go builds once and keeps in its cache.
var built = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "tool", "-n", "nats-server").Output()
	if failed, is := errors.AsType[*exec.ExitError](err); is {
		err = fmt.Errorf("%w\n%s", err, failed.Stderr)
	}
	if err != nil {
		return "", fmt.Errorf("build nats-server: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
})

// configure writes the configuration of each node.
func (c *Cluster) configure(folder string, o Options) error {
	ports, err := freePorts(2 * o.Nodes)
	if err != nil {
		return err
	}
	clients, routes := ports[:o.Nodes], ports[o.Nodes:]
	for i := range o.Nodes {
		n := &node{folder: filepath.Join(folder, fmt.Sprintf("n%d", i)), address: clients[i]}
		c.nodes = append(c.nodes, n)
		if err := os.MkdirAll(n.folder, 0o750); err != nil {
			return err
		}
		text := fmt.Sprintf(`server_name: n%d
listen: %q
pid_file: %q
jetstream { store_dir: %q, sync_interval: always, max_memory_store: 512MB, max_file_store: %s }
%s
`, i, clients[i], n.file("pid"), n.file("jetstream"), cmp.Or(o.Room, "64GB"), o.Config)
		if o.Nodes > 1 {
			text += clustered(i, routes, o.Route)
		}
		if err := os.WriteFile(n.file("conf"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// clustered is the part of a node's configuration about the others. If routes go through a proxy, the addresses that
// nodes advertise lead nowhere, so that none bypasses it.
func clustered(i int, addresses []string, through func(from, to int, address string) string) string {
	advertise := ""
	if through != nil {
		advertise = `advertise: "127.0.0.1:1", `
	} else {
		through = func(_, _ int, address string) string { return address }
	}
	var routes []string
	for j, address := range addresses {
		if j != i {
			routes = append(routes, strconv.Quote("nats://"+through(i, j, address)))
		}
	}
	return fmt.Sprintf("cluster { name: webshop, listen: %q, no_advertise: true, %sroutes: [%s] }\n", addresses[i], advertise, strings.Join(routes, ", "))
}

// Ports are below those that the system assigns to connections: while a node is down, its ports must stay free.
const lowestPort, highestPort = 20_000, 32_000

// freePorts returns loopback addresses that nothing listens on.
func freePorts(n int) (addresses []string, err error) {
	for range 1000 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", lowestPort+rand.IntN(highestPort-lowestPort)))
		if err != nil {
			continue // it is in use
		}
		defer l.Close() // not before all are found
		if addresses = append(addresses, l.Addr().String()); len(addresses) == n {
			return addresses, nil
		}
	}
	return nil, errors.New("no free ports")
}

// URLs returns the clients' addresses of all nodes, running or not.
func (c *Cluster) URLs() (urls []string) {
	for _, n := range c.nodes {
		urls = append(urls, "nats://"+n.address)
	}
	return urls
}

// PIDs returns the main processes of the nodes. All must run.
func (c *Cluster) PIDs() (all []int) {
	for _, n := range c.nodes {
		all = append(all, n.process.Process.Pid)
	}
	return all
}

// Kill ends a node as a power cut would. What it had synced is there when it is started again.
func (c *Cluster) Kill(i int) error { return c.nodes[i].end("KILL") }

// Stop ends a node gracefully.
func (c *Cluster) Stop(i int) error { return c.nodes[i].end("TERM") }

// Pause stops a node's processes: it keeps its connections, but does not answer until Resume.
func (c *Cluster) Pause(i int) error { return c.nodes[i].signal(syscall.SIGSTOP) }

// Resume continues a node.
func (c *Cluster) Resume(i int) error { return c.nodes[i].signal(syscall.SIGCONT) }

// Wipe deletes everything that a node has stored. It must not run.
func (c *Cluster) Wipe(i int) error { return os.RemoveAll(c.nodes[i].file("jetstream")) }

// RestartAll starts all nodes after all were stopped.
func (c *Cluster) RestartAll() (err error) {
	for _, n := range c.nodes {
		err = errors.Join(err, n.start(c.binary))
	}
	for _, n := range c.nodes {
		err = errors.Join(err, n.ready())
	}
	return err
}

// Restart starts a stopped node on what it had stored, and waits until it accepts connections.
func (c *Cluster) Restart(i int) error {
	n := c.nodes[i]
	return errors.Join(n.start(c.binary), n.ready())
}

func (n *node) start(binary string) (err error) {
	n.process = exec.Command("sh", "-c", supervise, "supervise", binary, "-c", n.file("conf"), "-l", n.file("log"))
	n.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is for the tests
	if n.alive, err = n.process.StdinPipe(); err != nil {
		return err
	}
	return n.process.Start()
}

// file returns the path of one of the node's files.
func (n *node) file(name string) string { return filepath.Join(n.folder, name) }

// ready waits until the node accepts connections, which it does after it has read its streams.
func (n *node) ready() error {
	for end := time.Now().Add(startTimeout); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", n.address)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(end) {
			log, _ := os.ReadFile(n.file("log")) // for the error
			return fmt.Errorf("nats-server does not start: %w\n%s", err, log)
		}
	}
}

func (n *node) signal(sig syscall.Signal) error {
	content, err := os.ReadFile(n.file("pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return err
	}
	return syscall.Kill(pid, sig)
}

// end sends a signal to the node's process, and waits until it has gone.
func (n *node) end(signal string) error {
	if n.process == nil {
		return nil
	}
	_, err := io.WriteString(n.alive, signal+"\n")
	late := time.AfterFunc(stopTimeout, func() { _ = n.signal(syscall.SIGKILL) })
	defer late.Stop()
	err = errors.Join(err, n.alive.Close())
	_ = n.process.Wait() // it was told to end; its exit status does not matter
	n.process = nil
	return err
}

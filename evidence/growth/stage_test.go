package growth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"acme.example/webshop/evidence/bench"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/database/pgtest"
)

// binary builds the shop once.
var binary = sync.OnceValues(func() (string, error) {
	var err error
	if programs, err = os.MkdirTemp("", "growth"); err != nil {
		return "", err
	}
	built := filepath.Join(programs, "webshop")
	out, err := exec.Command("go", "build", "-o", built, "acme.example/webshop/cmd/webshop").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return built, nil
})

// programs is the folder of built programs; TestMain removes it.
var programs string

// operator is the bench's token.
const operator = "the operator of this shop"

// secrets are shared by the processes of a shop.
var secrets = []string{
	"WEBSHOP_LINK_SECRET=the processes of this shop sign links with it", "WEBSHOP_PRIVATE_TOKEN=" + operator,
	"WEBSHOP_STOCKIST_SECRET=the stockist signs callbacks with it", "WEBSHOP_SCREENING_SECRET=the fraud check signs callbacks with it",
}

// stage runs a shop of processes, with simulated partners outside it.
type stage struct {
	*testing.T
	dir, binary     string
	common          []string // flags of each process of the shop
	env             []string
	public, private string // addresses for bench
	database        string
	processes       []bench.Process
}

func newStage(t *testing.T) *stage {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{T: t, dir: t.TempDir(), binary: program, env: secrets}
	ports := s.ports(2)
	s.run("simulated partners and mail receiver", nil, "partners", "--addr", ports[0], "--mail-addr", ports[1])
	s.common = []string{"--simulators-url", "http://" + ports[0], "--test-smtp-addr", ports[1], "--log-level", "warn", "--public-url", "http://localhost:8080"}
	return s
}

// postgres starts a server with default settings, which syncs.
func (s *stage) postgres() {
	server := pgtest.New(s.T)
	s.database = server.Database(s.T)
	s.processes = append(s.processes, bench.Process{Name: "PostgreSQL", PID: server.PID()})
}

// nats starts a number of servers.
func (s *stage) nats(nodes int) {
	cluster := bustest.Start(s.T, bustest.Options{Nodes: nodes})
	for i, pid := range cluster.PIDs() {
		s.processes = append(s.processes, bench.Process{Name: fmt.Sprintf("nats-server %d", i+1), PID: pid})
	}
	s.env = append(s.env[:len(s.env):len(s.env)], "WEBSHOP_NATS_URL="+strings.Join(cluster.URLs(), ","))
}

// whole starts a whole shop as one process, or a copy of it.
func (s *stage) whole(name string) *os.Process {
	ports, env := s.ports(2), s.env
	if s.database == "" {
		s.database = filepath.Join(s.dir, "data", "webshop.db")
	}
	data := filepath.Dir(s.database)
	if strings.HasPrefix(s.database, "postgres") {
		env = append(env[:len(env):len(env)], "WEBSHOP_DATABASE_URL="+s.database)
		data = filepath.Join(s.dir, name)
	}
	process := s.serve(name, env, ports, "--data-dir", data)
	s.public, s.private = "http://"+ports[0], "http://"+ports[1]
	return process
}

// member starts a process with one service, and returns its listeners.
func (s *stage) member(service string) (ports []string) {
	ports = s.ports(2)
	env := append(s.env[:len(s.env):len(s.env)], "WEBSHOP_DATABASE_URL="+s.database)
	s.serve("webshop "+service, env, ports, "--services", service)
	return ports
}

func (s *stage) serve(name string, env, ports []string, flags ...string) *os.Process {
	args := append([]string{"serve", "--public-addr", ports[0], "--private-addr", ports[1]}, flags...)
	p := s.run(name, env, append(args, s.common...)...)
	s.await("http://" + ports[0] + "/readyz")
	return p
}

// run starts a process that ends with the test.
func (s *stage) run(name string, env []string, args ...string) *os.Process {
	s.Helper()
	log, err := os.Create(filepath.Join(s.dir, fmt.Sprintf("%d.log", len(s.processes))))
	if err != nil {
		s.Fatal(err)
	}
	cmd := exec.Command(s.binary, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), append(secrets, env...)...), log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	s.processes = append(s.processes, bench.Process{Name: name, PID: cmd.Process.Pid})
	s.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // it was told to end
		late.Stop()
		if text, err := os.ReadFile(log.Name()); s.Failed() {
			s.Logf("%s: %v …%s", name, err, text[max(0, len(text)-1500):])
		}
		_ = log.Close()
	})
	return cmd.Process
}

// await waits until an address answers with success.
func (s *stage) await(address string) {
	s.Helper()
	ctx, cancel := context.WithTimeoutCause(s.Context(), 2*time.Minute, errors.New("it does not become ready"))
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			s.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode < 300 {
				return
			}
		}
		select {
		case <-ctx.Done():
			s.Fatal(address, context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *stage) ports(n int) (addresses []string) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.Fatal(err)
		}
		defer l.Close() // not before all are found
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// shop is the shop that is measured.
type shop struct {
	public, private string // addresses
	token           string
	pid             int    // 0: it was not started here
	file            string // its database, "" when it was not started here
	gone            chan struct{}
	process         *os.Process
}

const (
	startsWithin = time.Minute
	stopsWithin  = 30 * time.Second
)

// start starts a shop with an empty database as a process of its own, just as it is delivered.
func start(ctx context.Context, cfg Config, dir string) (*shop, error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "shop.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	data := filepath.Join(dir, "data")
	cmd := exec.Command(cfg.Binary, "serve", "--public-addr", ports[0], "--private-addr", ports[1], "--data-dir", data)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WEBSHOP_") })
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a shop: %w", err)
	}
	s := &shop{
		public: "http://" + ports[0], private: "http://" + ports[1], pid: cmd.Process.Pid,
		file: filepath.Join(data, "webshop.db"), gone: make(chan struct{}), process: cmd.Process,
	}
	go func() { _ = cmd.Wait(); close(s.gone) }()
	return s, s.ready(ctx, log.Name())
}

// ready waits until the shop takes orders.
func (s *shop) ready(ctx context.Context, log string) error {
	ctx, cancel := context.WithTimeout(ctx, startsWithin)
	defer cancel()
	for {
		if s.takesOrders(ctx) {
			return nil
		}
		select {
		case <-s.gone:
			return fmt.Errorf("the shop's process ended; see %s", log)
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("the shop does not answer; see %s", log), s.stop())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *shop) takesOrders(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.public+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode < 300
}

// stop ends a shop that was started here.
func (s *shop) stop() error {
	if s.process == nil {
		return nil
	}
	_ = s.process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-s.gone:
		return nil
	case <-time.After(stopsWithin):
		_ = s.process.Kill()
		<-s.gone
		return errors.New("the shop did not stop and was killed")
	}
}

// freePorts finds addresses that no one listens at.
func freePorts(n int) (addresses []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // not before all are found
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}

package bench

import (
	"cmp"
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

// shop is the measured shop.
type shop struct {
	public, private string // addresses
	token           string
	pid             int           // 0: not started here
	database        string        // its file or postgres: // its file or postgres:// address; "" if not started here
	ready           time.Duration // from its start until it accepted orders
	gone            chan struct{}
	process         *os.Process
}

const (
	startsWithin = time.Minute
	stopsWithin  = 30 * time.Second
)

// start starts a shop with an empty database as a process of its own, as released.
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
	database := cmp.Or(cfg.Database, filepath.Join(data, "webshop.db"))
	cmd := exec.Command(cfg.Binary, "serve", "--public-addr", ports[0], "--private-addr", ports[1], "--data-dir", data)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WEBSHOP_") })
	if cfg.Database != "" {
		cmd.Env = append(cmd.Env, "WEBSHOP_DATABASE_URL="+cfg.Database)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a shop: %w", err)
	}
	s := &shop{
		public: "http://" + ports[0], private: "http://" + ports[1], pid: cmd.Process.Pid,
		database: database, gone: make(chan struct{}), process: cmd.Process,
	}
	go func() { _ = cmd.Wait(); close(s.gone) }()
	err = s.await(ctx, log.Name())
	s.ready = time.Since(begun)
	return s, err
}

// await waits until the shop accepts orders.
func (s *shop) await(ctx context.Context, log string) error {
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
		case <-time.After(5 * time.Millisecond):
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

// finishOne sends an order and waits until it has ended.
func (s *shop) finishOne(ctx context.Context) error {
	rows, err := openRows(ctx, s.database)
	if err != nil {
		return err
	}
	defer rows.close()
	address := strings.TrimPrefix(s.public, "http://")
	c := conn{address: address, request: newCustomers(address).request(nil, 0)}
	defer c.close()
	id := c.order(ctx).order
	for end := time.Now().Add(startsWithin); ; {
		lives, err := rows.lives(ctx)
		if err != nil || lives[id].done {
			return err
		}
		if time.Now().After(end) || !sleepUntil(ctx, time.Now().Add(10*time.Millisecond)) {
			return errors.New("the shop does not finish the order that is to be copied")
		}
	}
}

// freePorts finds loopback addresses that nothing listens on.
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

package torture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// partnerTimeout is short, so that lives can be.
const partnerTimeout = time.Second

// secret signs the stockist's callbacks.
const secret = "WEBSHOP_WEBHOOK_SECRET=the torture and its shop share this"

// child is a process that this one started.
type child struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when it has ended
}

// startChild starts a process whose output goes to a file.
func startChild(log io.Writer, env []string, name string, args ...string) (*child, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(append(os.Environ(), secret), env...)
	cmd.Stdout, cmd.Stderr = log, log
	return begin(cmd)
}

func begin(cmd *exec.Cmd) (*child, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd, make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is in its state
		close(c.gone)
	}()
	return c, nil
}

// kill ends the process with SIGKILL, and returns when it has ended.
func (c *child) kill() {
	if c == nil {
		return
	}
	_ = c.cmd.Process.Kill() // it may have ended by itself
	<-c.gone
}

// waits reports whether the process ended within a time.
func (c *child) endsWithin(d time.Duration) bool {
	select {
	case <-c.gone:
		return true
	case <-time.After(d):
		return false
	}
}

// died reports whether the process ended by SIGKILL. It must have ended.
func (c *child) died() bool {
	status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// shopChild starts the shop, always in the same place.
type shopChild struct {
	*child
	binary, public, private string
	args                    []string
	log                     *os.File
}

var capacity = regexp.MustCompile(`capacity: \d+`)

// configure makes what the shop needs: its ports, and a shop file whose delivery slots never run full.
func (s *shopChild) configure(ctx context.Context, cfg Config, data, partners, mail string) error {
	rules, err := exec.CommandContext(ctx, cfg.Binary, "shop-file").Output()
	if err != nil {
		return fmt.Errorf("the shop file: %w", err)
	}
	file := filepath.Join(cfg.Dir, "shop.yaml")
	if err := os.WriteFile(file, capacity.ReplaceAll(rules, []byte("capacity: 1000000")), 0o600); err != nil {
		return err
	}
	if s.log, err = os.Create(filepath.Join(cfg.Dir, "shop.log")); err != nil {
		return err
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	s.binary, s.public, s.private = cfg.Binary, "http://"+ports[0], "http://"+ports[1]
	s.args = []string{"serve", "--public-addr", ports[0], "--private-addr", ports[1], "--data-dir", data, "--shop-file", file,
		"--keep", "1s", // so that what has ended is archived under way
		"--partner-timeout", partnerTimeout.String(), "--smtp-addr", mail, "--smtp-tls", "none", "--shutdown-timeout", "5s",
		"--payments-us-url", partners + "/payments-us", "--payments-mx-url", partners + "/payments-mx",
		"--stockist-url", partners + "/stockist", "--carrier-url", partners + "/carrier", "--books-url", partners + "/books"}
	return nil
}

// Ports below those that the system gives to connections: while the shop is down, no one else must get its port.
const lowestPort, highestPort = 20_000, 32_000

// freePorts finds addresses that no one listens at.
func freePorts(n int) (addresses []string, err error) {
	for range 1000 {
		address := fmt.Sprintf("127.0.0.1:%d", lowestPort+rand.IntN(highestPort-lowestPort))
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		defer l.Close() // not before all are found
		if addresses = append(addresses, address); len(addresses) == n {
			return addresses, nil
		}
	}
	return nil, errors.New("no free ports")
}

// start starts the shop, armed for a crash point or not ("").
func (s *shopChild) start(armed string) (err error) {
	fmt.Fprintf(s.log, "\n=== a life begins, armed for %q\n", armed)
	s.child, err = startChild(s.log, []string{"WEBSHOP_CRASH=" + armed}, s.binary, s.args...)
	return err
}

var errGone = errors.New("the shop's process ended")

// startTimeout bounds a start of the shop. The machine may be busy.
const startTimeout = time.Minute

// ready waits until the shop takes orders.
func (s *shopChild) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if answers(ctx, s.public+"/readyz") {
			return nil
		}
		select {
		case <-s.gone:
			return errGone
		case <-ctx.Done():
			return fmt.Errorf("the shop does not answer: %w", ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
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

// startPartners starts the third parties, who outlive the shop and are its witnesses.
func startPartners(cfg Config) (*partners, error) {
	log, err := os.Create(filepath.Join(cfg.Dir, "partners.log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(cfg.Binary, "partners", "--addr", "127.0.0.1:0", "--seed", fmt.Sprint(cfg.Seed+1))
	cmd.Env, cmd.Stderr = append(os.Environ(), secret), log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c, err := begin(cmd)
	if err != nil {
		return nil, fmt.Errorf("the partners: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if err != nil || url == "" {
		c.kill()
		return nil, fmt.Errorf("the partners did not start: %q: %w", line, err)
	}
	return &partners{child: c, url: url}, nil
}

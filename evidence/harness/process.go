package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// partnerTimeout is short, so that runs can be.
const partnerTimeout = time.Second

// secrets sign the partners' callbacks, and are configured in the shop. Mexico's payment provider has one, and so a page where
// customers pay; that of the US charges at once.
var secrets = []string{
	"WEBSHOP_STOCKIST_SECRET=the torture's stockist signs with this", "WEBSHOP_SCREENING_SECRET=the torture's fraud check signs with this",
	"WEBSHOP_PAYMENTS_MX_SECRET=the torture's payment provider signs with this",
}

// Process is a process started by this one that ends with it.
type Process struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when it has ended
}

// Start starts a process of the shop, or another one, with its output in a file.
func Start(log *os.File, env []string, name string, args ...string) (*Process, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = slices.Concat(os.Environ(), secrets, env)
	cmd.Stdout, cmd.Stderr = log, log
	return begin(cmd)
}

func begin(cmd *exec.Cmd) (*Process, error) {
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Process{cmd, make(chan struct{})}
	go func() {
		_ = cmd.Wait() // its state has the result
		close(c.gone)
	}()
	return c, nil
}

// Kill ends the process with SIGKILL, and waits for that.
func (c *Process) Kill() {
	if c == nil {
		return
	}
	_ = c.cmd.Process.Kill() // it may have ended by itself
	<-c.gone
}

// Signal sends a signal to the process.
func (c *Process) Signal(s os.Signal) error { return c.cmd.Process.Signal(s) }

// Gone is closed when the process has ended.
func (c *Process) Gone() <-chan struct{} { return c.gone }

// State returns how the process ended. It must have ended.
func (c *Process) State() *os.ProcessState { return c.cmd.ProcessState }

// EndsWithin reports whether the process ended within a time.
func (c *Process) EndsWithin(d time.Duration) bool {
	select {
	case <-c.gone:
		return true
	case <-time.After(d):
		return false
	}
}

// PID returns the process's id.
func (c *Process) PID() int { return c.cmd.Process.Pid }

// Killed reports whether the process ended by SIGKILL. It must have ended.
func (c *Process) Killed() bool {
	status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// Ports below those that the system assigns to connections: while the shop is down, its port must stay free.
const lowestPort, highestPort = 20_000, 32_000

// FreePorts finds loopback addresses that nothing listens on.
func FreePorts(n int) (addresses []string, err error) {
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

// Tail returns the end of a file.
func Tail(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(string(text), "\n")
	return strings.Join(slices.Clip(lines[max(0, len(lines)-15):]), "\n")
}

var errNotReady = errors.New("not ready")

// Answers checks that an address answers with success, for at most five seconds.
func Answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%w: %s", errNotReady, res.Status)
	}
	return nil
}

package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"acme.example/webshop/evidence/harness"
)

// shopChild runs the shop, always in the same place.
type shopChild struct {
	*harness.Process
	binary, public string
	args           []string
	log            *os.File
}

// configure sets how the shop is started.
func (s *shopChild) configure(cfg Config, data string, ports, partners []string) (err error) {
	if s.log, err = os.Create(filepath.Join(cfg.Dir, "shop.log")); err != nil {
		return err
	}
	s.binary, s.public = cfg.Binary, "http://"+ports[0]
	s.args = append([]string{
		"serve", "--public-addr", ports[0], "--private-addr", ports[1], "--data-dir", data, "--shutdown-timeout", "5s",
		"--keep", "1s", // so that ended orders are archived during the run
	}, partners...)
	return nil
}

// start starts the shop, armed for a crash point or not ("").
func (s *shopChild) start(armed string) (err error) {
	fmt.Fprintf(s.log, "\n=== a life begins, armed for %q\n", armed)
	s.Process, err = harness.Start(s.log, []string{"WEBSHOP_CRASH=" + armed}, s.binary, s.args...)
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
		if harness.Answers(ctx, s.public+"/readyz") == nil {
			return nil
		}
		select {
		case <-s.Gone():
			return errGone
		case <-ctx.Done():
			return fmt.Errorf("the shop does not answer: %w", ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

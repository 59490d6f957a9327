// Package torture proves that nothing is lost: it runs the shop as a child process and the partners as another, orders as
// customers would, kills the shop repeatedly, at random and at each named crash point, cuts the power of its disk, and
// finally checks that the shop, its partners and its customers' mails agree.
//
// It uses only processes, HTTP and mail, and shares no code with the shop but the names of its crash points, so that it
// cannot share its mistakes. It believes only what it saw itself: an order is acknowledged if its client read a complete
// answer with status 200.
package torture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"acme.example/webshop/evidence/harness"
	"acme.example/webshop/platform/crash"
)

// Config configures a run. A zero field is the default.
type Config struct {
	Binary    string        // the shop's program; "" builds one with crash points, from the source tree in the working folder
	Dir       string        // for data and logs of the run; "" is a temporary folder, which is deleted after success
	Seed      uint64        // of all chance; the same seed makes the same lives and customers, not the same timing
	Kills     int           // how many lives end with SIGKILL
	PowerCuts int           // how many lives end with a power cut; they need root
	Duration  time.Duration // no new life starts after that
	Drain     time.Duration // after the last life until everything is at rest
	JSON      bool          // print the report as JSON, and no progress
	Out       io.Writer     // for progress and report; nil is nowhere
}

// drain is longer than an order is put off at most: each late payment is looked for once more, with a provider that answers.
const drain = 12 * time.Minute

// payWithin is how long customers have to pay on a page: some do not, some do it too late.
const payWithin = 20 * time.Second

// run is one run of the torture.
type run struct {
	harness.Witness
	cfg    Config
	report Report
	rng    *rand.Rand
	points []crash.Point // in the program
	disk   *volume       // nil: the data is in a plain folder
	shop   shopChild
	clock  recovery
}

// Run tortures a shop and returns the result. The error says what is wrong: a broken promise, a shop that did not start
// again, or a run that could not be made.
func Run(ctx context.Context, cfg Config) (Report, error) {
	cfg = cfg.complete()
	t := &run{cfg: cfg, rng: rand.New(rand.NewPCG(cfg.Seed, 1))}
	begun := time.Now()
	err := t.all(ctx)
	t.report.Seconds = seconds(time.Since(begun))
	if errors.Is(err, ErrNotPossible) {
		if cfg.Dir == "" {
			err = errors.Join(err, os.RemoveAll(t.cfg.Dir))
		}
		return t.report, err
	}
	t.report.Findings = t.Found
	if wrote := t.report.write(cfg.Out, cfg.JSON); wrote != nil {
		err = errors.Join(err, wrote)
	}
	if n := len(t.report.Problems); n > 0 {
		err = errors.Join(err, fmt.Errorf("%d promises were broken; logs and data are in %s", n, t.cfg.Dir))
	} else if err == nil && cfg.Dir == "" {
		err = os.RemoveAll(t.cfg.Dir)
	}
	return t.report, err
}

func (c Config) complete() Config {
	c.Duration, c.Drain = cmp.Or(c.Duration, time.Hour), cmp.Or(c.Drain, drain)
	if c.Out == nil {
		c.Out = io.Discard
	}
	return c
}

// all is the run: set up, run the lives, come to rest, judge.
func (t *run) all(ctx context.Context) (err error) {
	patience, goHome := context.WithCancel(ctx)
	var customers sync.WaitGroup
	defer func() {
		goHome()
		customers.Wait()
		err = errors.Join(err, t.tearDown())
	}()
	if err := t.setUp(ctx); err != nil {
		return err
	}
	customers.Go(func() { t.Order(patience) })
	lived := t.lives(ctx)
	t.CloseMarket()
	if lived != nil {
		return lived
	}
	if err := t.drain(ctx); err != nil {
		return err
	}
	goHome() // customers without a clear answer by now do not get one
	customers.Wait()
	err = t.Judge(ctx)
	t.report.ReadySeconds, t.report.MovingSeconds = spreadOf(t.clock.ready), spreadOf(t.clock.moving)
	return errors.Join(err, t.Audit(ctx, "--data-dir", filepath.Join(t.cfg.Dir, "data")))
}

func (t *run) setUp(ctx context.Context) (err error) {
	if t.cfg.Dir == "" {
		t.cfg.Dir, err = os.MkdirTemp("", "webshop-torture-")
	} else {
		err = os.MkdirAll(t.cfg.Dir, 0o750)
	}
	if err == nil {
		err = t.findBinary(ctx)
	}
	if err != nil {
		return err
	}
	data := filepath.Join(t.cfg.Dir, "data")
	if t.cfg.PowerCuts > 0 {
		if t.disk, err = newVolume(t.cfg.Dir, data); err != nil {
			return err
		}
	}
	ports, err := harness.FreePorts(2)
	if err != nil {
		return err
	}
	t.Witness = harness.Witness{
		Binary: t.cfg.Binary, Dir: t.cfg.Dir, Seed: t.cfg.Seed, Public: "http://" + ports[0], Private: "http://" + ports[1],
		PayWithin: payWithin, Say: t.say,
	}
	if err := t.Open(ctx); err != nil {
		return err
	}
	return t.shop.configure(t.cfg, data, ports, t.PartnerFlags())
}

// findBinary builds the shop with its crash points if no program is given, and finds out whether it has them.
func (t *run) findBinary(ctx context.Context) error {
	if t.cfg.Binary == "" {
		t.cfg.Binary = filepath.Join(t.cfg.Dir, "webshop-crashpoints")
		t.say("Building the shop with its crash points …")
		build := exec.CommandContext(ctx, "go", "build", "-tags", "crashpoints", "-o", t.cfg.Binary, "acme.example/webshop/cmd/webshop")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("no build of the shop (give one with --binary, or start in the source tree): %w: %s", err, out)
		}
	}
	version, err := exec.CommandContext(ctx, t.cfg.Binary, "version").Output()
	if err != nil {
		return fmt.Errorf("the shop's binary: %w", err)
	}
	if strings.Contains(string(version), "with crash points") {
		t.points = crash.Points
	} else {
		t.note("this binary has no crash points: the shop is killed at random moments only")
	}
	return nil
}

func (t *run) tearDown() error {
	t.shop.Kill()
	return errors.Join(t.Close(), t.disk.close())
}

// note adds a remark to the report.
func (t *run) note(format string, args ...any) {
	t.report.Notes = append(t.report.Notes, fmt.Sprintf(format, args...))
}

// say prints progress.
func (t *run) say(format string, args ...any) {
	if !t.cfg.JSON {
		fmt.Fprintf(t.cfg.Out, format+"\n", args...)
	}
}

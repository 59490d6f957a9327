package clustertest

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	long = flag.Bool("long", false, "all faults, each process and each connection: some 15 minutes")
	only = flag.String("only", "", "only faults whose name has this in it, twice")
	seed = flag.Uint64("seed", 1, "of all chance; the same seed makes the same customers, not the same timing")
)

// TestCluster lets customers order at a shop of many processes, while one fault after the other occurs.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("some minutes")
	}
	limit, troubles := 15*time.Minute, (*cluster).shortTroubles // four on a quiet machine
	if *long {
		limit, troubles = 80*time.Minute, (*cluster).longTroubles
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), limit, errors.New("the run takes too long"))
	defer cancel()
	begun := time.Now()
	c := newCluster(t, build(t, "webshop", "acme.example/webshop/cmd/webshop"), buildNext(t), *seed)
	t.Logf("all runs after %s", seconds(time.Since(begun)))
	c.run(ctx, t, troubles)
	if t.Failed() {
		t.Log(c.logs())
	}
}

// build builds a program without the race detector, as customers meet it.
func build(t *testing.T, name, of string, flags ...string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), name)
	args := append(append([]string{"build"}, flags...), "-o", binary, of)
	if out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v: %s", name, err, out)
	}
	return binary
}

// run runs the whole test.
func (c *cluster) run(ctx context.Context, t *testing.T, troubles func(*cluster) []trouble) {
	background, stop := context.WithCancel(ctx)
	defer func() { stop(); c.background.Wait() }()
	c.background.Go(func() { c.watch(background) })
	c.background.Go(func() { c.witness.Order(background) })
	if _, err := c.normal(ctx, nil, time.Now()); err != nil {
		t.Error("without any fault: ", err)
		return
	}
	var rows []row
	for _, trouble := range chosen(troubles(c)) {
		r := c.suffer(ctx, trouble)
		t.Logf("%-50s all goes on %s, %s after it began, NATS whole %s after it ended; %d 503, %d failed %v %v", r.name, seconds(r.normal), seconds(r.lasted), seconds(r.whole), r.later, r.failed, r.failures, r.err)
		if rows = append(rows, r); r.err != nil {
			t.Error(r.err)
			break
		}
	}
	t.Log("\n" + table(rows))
	if t.Failed() {
		return
	}
	c.judge(ctx, t)
}

// chosen returns the faults named by the flag -only, or all.
func chosen(all []trouble) []trouble {
	if *only == "" {
		return all
	}
	all = slices.DeleteFunc(all, func(f trouble) bool { return !strings.Contains(f.name, *only) })
	return append(all, all...)
}

// restTime bounds the time after the last fault until everything is at rest.
const restTime = 2 * time.Minute

// judge waits until everything is at rest, and compares all views.
func (c *cluster) judge(ctx context.Context, t *testing.T) {
	c.witness.CloseMarket()
	begun := time.Now()
	if err := c.witness.Rest(ctx, begun.Add(restTime)); err != nil {
		t.Error(err)
		return
	}
	t.Logf("at rest after %s", seconds(time.Since(begun)))
	c.witness.Binary = cmp.Or(c.next, c.binary) // the next release's auditor understands what that release wrote
	if err := errors.Join(c.witness.Judge(ctx), c.witness.Audit(ctx, "--database-url", c.databaseURL)); err != nil {
		t.Error(err)
	}
	if *only == "" && c.next != "" {
		c.met(ctx, t)
	}
	report := c.witness.Found
	for _, problem := range report.Problems {
		t.Error(problem)
	}
	t.Logf("%d orders, %d acknowledged, %d declined; %d mails, %d came again; the audit asked %d questions; "+
		"the gateway asked another copy %d times, and said 503 %d times",
		report.Orders, report.Acknowledged, report.Declined, report.Mails, report.MailsRepeated, report.Audited,
		c.public.passedOn.Load(), c.public.broken.Load())
	if err := c.quiet(ctx); err != nil {
		t.Error(err)
	}
	t.Logf("no alerts any more after %s", seconds(time.Since(begun)))
}

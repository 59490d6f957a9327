package torture

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"acme.example/webshop/evidence/harness"
)

// lives runs the planned lives. A crash point that was not reached is tried again at the end, twice.
func (t *run) lives(ctx context.Context) error {
	plan, stop, again := t.plan(), time.Now().Add(t.cfg.Duration), map[string]int{}
	t.report.Planned = len(plan)
	for i := 0; i < len(plan); i++ {
		if time.Now().After(stop) {
			t.note("the time was over after %d of %d lives", i, len(plan))
			return nil
		}
		reached, err := t.life(ctx, plan[i])
		if err != nil {
			return fmt.Errorf("life %d, to be %s: %w", i+1, plan[i], err)
		}
		if !reached && again[plan[i].point] < 2 {
			again[plan[i].point]++
			plan = append(plan, plan[i])
		}
		if (i+1)%10 == 0 {
			t.say("%4d of %d lives, %d orders acknowledged", i+1, len(plan), t.Acknowledged())
		}
	}
	return nil
}

// life is one life of the shop, from its start to its end.
func (t *run) life(ctx context.Context, e end) (reached bool, err error) {
	mood := someMood(t.rng)
	if e.point == "order.after-settling" {
		mood = doubtful()
	}
	if err := t.Turn(ctx, mood); err != nil {
		return false, err
	}
	watch := t.clock.begin(ctx, &t.Witness)
	defer watch.stop()
	if err := t.shop.start(t.arm(e)); err != nil {
		return false, err
	}
	if e.how == atStart {
		time.Sleep(time.Duration(t.rng.IntN(400)) * time.Millisecond)
		return true, t.die(e, true)
	}
	switch err := t.shop.ready(ctx); {
	case errors.Is(err, errGone) && e.point != "" && t.shop.Killed():
		return true, t.die(e, true)
	case err != nil:
		return false, fmt.Errorf("%w; the end of its log:\n%s", err, harness.Tail(t.shop.log.Name()))
	}
	watch.ready()
	reached, err = t.act(ctx, e)
	return reached, errors.Join(err, t.die(e, reached))
}

// arm returns which crash point kills the shop, and at which pass. Points of the start and the stop are passed once.
func (t *run) arm(e end) string {
	switch {
	case e.point == "":
		return ""
	case strings.HasPrefix(e.point, "start."), strings.HasPrefix(e.point, "stop."), e.point == "order.after-settling", e.point == "order.after-refund":
		return e.point
	}
	return fmt.Sprintf("%s:%d", e.point, 1+t.rng.IntN(15))
}

// longestLife is how long a shop may take to pass its crash point.
const longestLife = 15 * time.Second

// act lets the shop run for a while, and ends it as planned. It reports whether that was done.
func (t *run) act(ctx context.Context, e end) (reached bool, err error) {
	span := 300*time.Millisecond + time.Duration(t.rng.IntN(1700))*time.Millisecond
	stopping := e.how == afterStop || strings.HasPrefix(e.point, "stop.")
	switch {
	case stopping:
		t.shop.EndsWithin(span)
		return t.stop(e.point)
	case e.point != "":
		return t.shop.EndsWithin(longestLife) && t.shop.Killed(), nil
	case e.how == busWiped:
		err = t.fault(span, syscall.SIGUSR2)
	case e.how == diskFull:
		err = t.fill(ctx, span)
	}
	if t.shop.EndsWithin(span) {
		return false, errors.Join(err, fmt.Errorf("the shop ended by itself: %s; the end of its log:\n%s", t.shop.State(), harness.Tail(t.shop.log.Name())))
	}
	return true, err
}

// stop stops the shop as an operator does. It dies at the point on its way, if there is one.
func (t *run) stop(point string) (reached bool, err error) {
	if err := t.shop.Signal(syscall.SIGTERM); err != nil {
		return false, err
	}
	ended := t.shop.EndsWithin(20 * time.Second)
	if point != "" {
		return ended && t.shop.Killed(), nil
	}
	if !ended || t.shop.State().ExitCode() != 0 {
		t.Found.Problems = append(t.Found.Problems, fmt.Sprintf("SIGTERM did not end the shop well: %s", t.shop.State()))
	}
	return ended, nil
}

// fault lets the shop run for a while, and then causes a fault by a signal.
func (t *run) fault(after time.Duration, signal syscall.Signal) error {
	if t.shop.EndsWithin(after) {
		return errGone
	}
	return t.shop.Signal(signal)
}

// fill makes the disk full for half a second: no file of the shop can grow.
func (t *run) fill(ctx context.Context, after time.Duration) error {
	if t.shop.EndsWithin(after) {
		return errGone
	}
	pid := t.shop.PID()
	if err := limitFiles(pid, 1); err != nil {
		return err
	}
	harness.Sleep(ctx, 500*time.Millisecond)
	return limitFiles(pid, 0)
}

// die ends the life: it kills what is left of the process, and cuts the power if planned.
func (t *run) die(e end, reached bool) error {
	if e.cut && e.point == "" {
		// The processor stops with the disk. While Linux shuts a file system down, it may report a grown file as synced
		// when it is not (seen on 6.18 with a bare fdatasync), and a shop that ran on would tell others so.
		_ = t.shop.Signal(syscall.SIGSTOP) // a process that has ended tells nothing either
		if err := t.disk.cut(); err != nil {
			return err
		}
	}
	t.shop.Kill()
	if e.cut && e.point != "" {
		if err := t.disk.cut(); err != nil {
			return err
		}
	}
	t.clock.died()
	t.report.count(e, reached)
	if e.cut {
		return t.disk.remount()
	}
	if t.rng.IntN(10) == 0 { // a longer outage: callbacks fail
		time.Sleep(time.Duration(t.rng.IntN(1500)) * time.Millisecond)
	}
	return nil
}

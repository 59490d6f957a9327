package clustertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"acme.example/webshop/evidence/harness"
)

// meter records what customers saw.
type meter struct {
	mu  sync.Mutex
	all []harness.Request
}

func (m *meter) saw(r harness.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, r)
}

// traffic counts the requests of a period by result.
type traffic struct {
	ok, later, failed int // good answers; 503 and 429, which were repeated; no answer, or an error
	stall             time.Duration
	failures          map[string]int
}

// between counts the requests answered in a period.
func (m *meter) between(from, to time.Time) traffic {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := traffic{failures: map[string]int{}}
	for _, r := range m.all {
		if r.Ended.Before(from) || !r.Ended.Before(to) {
			continue
		}
		t.stall = max(t.stall, r.Waited)
		switch {
		case r.Status == 0 || r.Status >= 500 && r.Status != http.StatusServiceUnavailable:
			t.failed++
			t.failures[fmt.Sprintf("%s: %d", r.What, r.Status)]++
		case r.Clear, r.Status == http.StatusConflict: // the same order is in progress: customers send some twice at once
			t.ok++
		default:
			t.later++
		}
	}
	return t
}

// alerts are the processes' alerts.
type alerts struct {
	mu   sync.Mutex
	seen map[string]*sighting // by rule and condition
}

// sighting is when an alert was open, at any process.
type sighting struct{ first, last time.Time }

// gone is how long an alert must be absent to count as a new one afterwards.
const gone = 5 * time.Second

// watch asks all processes each second for their readiness and alerts, until the context ends.
func (c *cluster) watch(ctx context.Context) {
	for {
		var looks []func() error
		for _, i := range c.all() {
			looks = append(looks, func() error { return i.checkHealth(ctx) }, func() error { return c.look(ctx, i) })
		}
		_ = together(looks...) // a process that does not answer is sick, and is asked again
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return
		}
	}
}

// look records the open alerts of one process.
func (c *cluster) look(ctx context.Context, i *instance) error {
	open, err := i.alerts(ctx)
	c.alerts.mu.Lock()
	defer c.alerts.mu.Unlock()
	for _, name := range open {
		s := c.alerts.seen[name]
		if s == nil || time.Since(s.last) > gone {
			s = &sighting{first: time.Now()}
			c.alerts.seen[name] = s
		}
		s.last = time.Now()
	}
	return err
}

// alerts returns the open alerts of a process: rule and condition.
func (i *instance) alerts(ctx context.Context) (open []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+i.private.address+"/alerts", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+operator)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var got struct{ Open []struct{ ID string } }
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		return nil, err
	}
	for _, a := range got.Open {
		open = append(open, a.ID[:max(0, strings.LastIndex(a.ID, "/"))])
	}
	return open, nil
}

// since lists the alerts that fired after a time.
func (a *alerts) since(at time.Time) (fired []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name, s := range a.seen {
		if s.first.After(at) {
			fired = append(fired, strings.TrimSuffix(name, "/"))
		}
	}
	slices.Sort(fired)
	return fired
}

// wasOpen reports whether an alert, or any condition of its rule, was open after a time. It may have fired earlier: an
// alert ends only when all has been well for a while.
func (a *alerts) wasOpen(name string, after time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for seen, s := range a.seen {
		rule, _, _ := strings.Cut(seen, "/")
		if (rule == name || seen == name) && s.last.After(after) {
			return true
		}
	}
	return false
}

// quiet waits until no process has an alert.
func (c *cluster) quiet(ctx context.Context) error {
	return watched(ctx, func() error {
		for _, i := range c.all() {
			switch open, err := i.alerts(ctx); {
			case err != nil:
				return fmt.Errorf("%s: %w", i.name, err)
			case len(open) > 0:
				return fmt.Errorf("%s: %w: %s", i.name, errAlert, strings.Join(open, ", "))
			}
		}
		return nil
	})
}

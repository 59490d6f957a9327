package simulation

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/order"
	rulebook "acme.example/webshop/rules"
)

var (
	oneSeed   = flag.Uint64("simulation.seed", 0, "run this seed alone, and show its steps")
	manySeeds = flag.Uint64("simulation.seeds", 0, "how many seeds to run; 0: as many as fit well into a minute")
)

var rules = func() *rulebook.Set {
	rules, err := rulebook.Parse(rulebook.Default)
	if err != nil {
		panic(err)
	}
	rules.Orders.CustomerTypes["B2B"].OrgNumber.ApproveNew = false // reviews have a plan of their own
	payOnPages(rules.Orders.Markets)
	few(rules.Orders.Catalog)
	mexico := rules.Orders.Markets["MX"]
	mexico.Tracked = true
	rules.Orders.Markets["MX"] = mexico
	rules.Orders.Limits, rules.Delivery.PerCustomer = order.Limits{}, 0
	return rules
}()

// TestMain collects garbage less often: a seed keeps little and allocates much, so that collecting takes a seventh of its time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// TestSimulation runs many seeds. With the race detector they are few: it slows SQLite down twentyfold, and finds little
// where one goroutine runs at a time.
func TestSimulation(t *testing.T) {
	if *oneSeed > 0 {
		report(t, *oneSeed)
		return
	}
	seeds := map[bool]uint64{false: 500, true: 10}[underRace]
	if *manySeeds > 0 {
		seeds = *manySeeds
	}
	simulateAll(t, seeds)
}

// TestASeedDecidesAllOfARun: the same seed twice gives the same run.
func TestASeedDecidesAllOfARun(t *testing.T) {
	for seed := uint64(1); seed <= map[bool]uint64{false: 20, true: 2}[underRace]; seed++ {
		first, second := simulate(t, seed, bug{}, true), simulate(t, seed, bug{}, true)
		if diff := cmp.Diff(first.trace, second.trace); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func simulateAll(t *testing.T, seeds uint64) {
	var archived atomic.Int64
	t.Cleanup(func() {
		if seeds >= 100 && archived.Load() == 0 {
			t.Error("no order was ever archived")
		}
	})
	workers := uint64(runtime.GOMAXPROCS(0))
	for worker := range workers {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			for seed := worker + 1; seed <= seeds && !t.Failed(); seed += workers {
				w := simulate(t, seed, bug{}, false)
				if archived.Add(w.archived.Load()); len(w.problems) > 0 {
					report(t, seed)
				}
			}
		})
	}
}

func simulate(t *testing.T, seed uint64, b bug, tracing bool) (w *world) {
	d := newDisk(t)
	defer os.RemoveAll(d.folder) // leftovers go with the test
	synctest.Test(t, func(*testing.T) { w = run(seed, d, b, tracing) })
	return w
}

// report runs a seed again, and shows what it did, what is wrong, and how to repeat it.
func report(t *testing.T, seed uint64) {
	w := simulate(t, seed, bug{}, true)
	test, _, _ := strings.Cut(t.Name(), "/")
	t.Logf("seed %d: %d steps, %d lives, %d mails came more than once\n%s", seed, w.steps, w.lives, w.copies, strings.Join(w.trace, "\n"))
	switch {
	case len(w.problems) > 0:
		t.Errorf("seed %d:\n  %s\nto repeat it:\n  go test ./evidence/simulation -run '%s$' -v -simulation.seed=%d", seed, strings.Join(w.problems, "\n  "), test, seed)
	case *oneSeed == 0:
		t.Errorf("seed %d failed, and did not fail again: it does not decide all of the run", seed)
	}
}

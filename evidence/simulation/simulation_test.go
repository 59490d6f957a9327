package simulation

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/memory"
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
	rules.Orders.CustomerTypes["B2B"].OrgNumber.ApproveNew = false // reviews are a plan of their own
	rules.Orders.Limits, rules.Delivery.PerCustomer = order.Limits{}, 0
	return rules
}()

// TestSimulation runs seed after seed in memory. With the race detector they are fewer: it slows them down tenfold, and
// there is little to find where one goroutine runs at a time.
func TestSimulation(t *testing.T) {
	simulateAll(t, memoryDisk, map[bool]uint64{false: 2000, true: 200}[underRace])
}

// TestSimulationOnSQLite runs some of the same seeds on real files, which are copied where a life ends.
func TestSimulationOnSQLite(t *testing.T) {
	simulateAll(t, fileDisk, map[bool]uint64{false: 16, true: 1}[underRace])
}

func memoryDisk(*testing.T) disk { return inMemory{memory.NewDisk()} }

func fileDisk(t *testing.T) disk { return &onFile{folder: t.TempDir()} }

// TestASeedDecidesAllOfARun: twice the same seed is twice the same run.
func TestASeedDecidesAllOfARun(t *testing.T) {
	for seed := uint64(1); seed <= 20; seed++ {
		first, second := simulate(t, seed, memoryDisk(t), bug{}, true), simulate(t, seed, memoryDisk(t), bug{}, true)
		if diff := cmp.Diff(first.trace, second.trace); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

// TestBothStoresLiveTheSame: in memory and on a file, a seed is the same run, call by call. What holds in memory holds
// for the real engine as far as these runs tell.
func TestBothStoresLiveTheSame(t *testing.T) {
	if underRace {
		t.Skip("SQLite in Go is twenty times as slow with the race detector")
	}
	for seed := uint64(101); seed <= 104; seed++ {
		inMemory, onFile := simulate(t, seed, memoryDisk(t), bug{}, true), simulate(t, seed, fileDisk(t), bug{}, true)
		if diff := cmp.Diff(inMemory.trace, onFile.trace); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func simulateAll(t *testing.T, disk func(*testing.T) disk, seeds uint64) {
	if *oneSeed > 0 {
		report(t, *oneSeed, disk)
		return
	}
	if *manySeeds > 0 {
		seeds = *manySeeds
	}
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
				w := simulate(t, seed, disk(t), bug{}, false)
				if archived.Add(w.archived.Load()); len(w.problems) > 0 {
					report(t, seed, disk)
				}
			}
		})
	}
}

func simulate(t *testing.T, seed uint64, d disk, b bug, tracing bool) (w *world) {
	synctest.Test(t, func(*testing.T) { w = run(seed, d, b, tracing) })
	return w
}

// report runs a seed once more, and shows what it did, what is wrong, and how to repeat it.
func report(t *testing.T, seed uint64, disk func(*testing.T) disk) {
	w := simulate(t, seed, disk(t), bug{}, true)
	test, _, _ := strings.Cut(t.Name(), "/")
	t.Logf("seed %d: %d steps, %d lives, %d mails came more than once\n%s", seed, w.steps, w.lives, w.copies, strings.Join(w.trace, "\n"))
	switch {
	case len(w.problems) > 0:
		t.Errorf("seed %d:\n  %s\nto repeat it:\n  go test ./evidence/simulation -run '%s$' -v -simulation.seed=%d", seed, strings.Join(w.problems, "\n  "), test, seed)
	case *oneSeed == 0:
		t.Errorf("seed %d failed, and did not fail again: it does not decide all of the run", seed)
	}
}

package simulation

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"acme.example/webshop/app"
	"acme.example/webshop/database/memory"
	"acme.example/webshop/email"
)

var (
	oneSeed   = flag.Uint64("simulation.seed", 0, "run this seed alone, and show its steps")
	manySeeds = flag.Uint64("simulation.seeds", 0, "how many seeds to run; 0: as many as fit into a minute")
)

var rules = func() *app.Rules {
	rules, err := app.ParseRules(app.DefaultShopFile, app.Providers)
	if err != nil {
		panic(err)
	}
	return rules
}()

var mailMarkets = func() map[string]email.Market {
	markets := map[string]email.Market{}
	for name, m := range rules.Orders.Markets {
		markets[name] = email.Market{Language: m.Language, Zone: m.Zone}
	}
	return markets
}()

func seedsFor(inMinute uint64) uint64 {
	if *manySeeds > 0 {
		return *manySeeds
	}
	return inMinute
}

// TestSimulation runs seed after seed in memory.
func TestSimulation(t *testing.T) {
	if *oneSeed > 0 {
		report(t, "TestSimulation", *oneSeed, memoryDisk, bug{})
		return
	}
	workers := uint64(runtime.GOMAXPROCS(0))
	for worker := range workers {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			var total struct{ steps, lives, copies int }
			for seed := worker + 1; seed <= seedsFor(300) && !t.Failed(); seed += workers {
				w := simulate(t, seed, memoryDisk(t), bug{}, false)
				total.steps += w.steps
				total.lives += w.lives
				total.copies += w.copies
				if len(w.problems) > 0 {
					report(t, "TestSimulation", seed, memoryDisk, bug{})
				}
			}
			t.Logf("%+v", total)
		})
	}
}

func memoryDisk(*testing.T) disk { return inMemory{memory.NewDisk()} }

func simulate(t *testing.T, seed uint64, d disk, b bug, tracing bool) (w *world) {
	synctest.Test(t, func(*testing.T) { w = run(seed, d, b, tracing) })
	return w
}

// report runs a seed once more, and shows what it did, what is wrong, and how to repeat it.
func report(t *testing.T, test string, seed uint64, disk func(*testing.T) disk, b bug) {
	w := simulate(t, seed, disk(t), b, true)
	t.Logf("seed %d:\n%s", seed, strings.Join(w.trace, "\n"))
	if len(w.problems) == 0 {
		if *oneSeed == 0 {
			t.Errorf("seed %d failed, and did not fail again: it does not decide all of the run", seed)
		}
		return
	}
	t.Errorf("seed %d:\n  %s\nto repeat it:\n  go test ./simulation -run '%s$' -simulation.seed=%d", seed, strings.Join(w.problems, "\n  "), test, seed)
}

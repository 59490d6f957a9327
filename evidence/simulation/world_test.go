package simulation

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing/synctest"
	"time"

	"acme.example/webshop/order"
)

// world is one run: its seed's decisions, what outlives the shop's processes, and the current life.
type world struct {
	plan  plan
	bug   bug
	dice  *rand.Rand
	disk  *disk
	start time.Time

	mu       sync.Mutex // held by the scheduler except while it waits
	parked   []*call
	life     *life
	partners *partners
	clients  []*client
	operator operator
	frozen   chan struct{} // closed when the machine continues; nil when it does not stand still
	healing  bool          // no more faults: everything must come to rest
	numbers  int           // of activities and messages, in the order of their start

	statuses     map[int64]order.Status // as last seen
	mailsKnown   map[string]bool
	lastKeys     map[string]string // of charges, if an injected bug makes new ones
	copies       int               // of mails
	archived     atomic.Int64      // orders
	steps, lives int
	tracing      bool
	trace        []string
	problems     []string
}

// run runs a seed and returns the world with what was wrong. It runs in a bubble of synctest.
func run(seed uint64, d *disk, b bug, tracing bool) *world {
	w := &world{dice: rand.New(rand.NewPCG(seed, 0)), disk: d, bug: b, tracing: tracing, start: time.Now()}
	d.random = rand.NewChaCha8([32]byte(fmt.Appendf(nil, "%032d", seed)))
	w.statuses, w.mailsKnown = map[int64]order.Status{}, map[string]bool{}
	w.lastKeys = map[string]string{}
	w.plan = w.makePlan()
	if seed%3 == 0 {
		w.plan.pages = 500
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.partners = newPartners(w)
	w.operator = newOperator()
	for n := range w.plan.clients {
		w.clients = append(w.clients, w.newClient(n+1))
	}
	w.note("plan %+v", w.plan)
	w.live()
	w.storm()
	w.settleDown()
	if w.plan.freeze == 0 {
		w.crash()
	}
	w.checkEnd(w.heal())
	w.end()
	return w
}

// storm lets everything go wrong that can.
func (w *world) storm() {
	for range w.plan.steps {
		w.settleDown()
		if w.chance(w.plan.crash) {
			w.crash()
			continue
		}
		if !w.step() && w.left() == "" {
			return
		}
	}
}

// settleDown waits until every goroutine of the shop waits for the scheduler, or for time.
func (w *world) settleDown() {
	w.unlocked(synctest.Wait)
	w.life.collect()
	w.steps++
}

func (w *world) unlocked(wait func()) {
	w.mu.Unlock()
	defer w.mu.Lock()
	wait()
}

func (w *world) sleep(d time.Duration) { w.unlocked(func() { time.Sleep(d) }) }

// chance rolls the dice, with a probability in thousandths. Nothing goes wrong any more while the world heals.
func (w *world) chance(permille int) bool {
	return permille > 0 && w.dice.IntN(1000) < permille && !w.healing
}

func (w *world) number() int {
	w.numbers++
	return w.numbers
}

// note adds a line to the trace.
func (w *world) note(format string, args ...any) {
	if w.tracing {
		w.trace = append(w.trace, fmt.Sprintf("%7.1fs ", time.Since(w.start).Seconds())+fmt.Sprintf(format, args...))
	}
}

// wrong records a broken invariant.
func (w *world) wrong(invariant, format string, args ...any) {
	problem := invariant + ": " + fmt.Sprintf(format, args...)
	w.note("BROKEN %s", problem)
	w.problems = append(w.problems, problem)
}

// plan is what a seed may do, drawn once: some runs have one kind of fault only, and some have all.
type plan struct {
	clients, steps, capacity int
	fail, lose, late         int // of a call: it fails, its answer is lost, it arrives after its caller gave up
	drop, double, slow       int // of a message on the bus
	ackLost, crash           int
	freeze                   int  // everything stands still for longer than a charge may be made later
	decline, refuse, later   int  // a partner's decisions
	parks                    int  // a partner refuses for good what it should not
	byHand                   int  // the operator does something
	archive                  int  // the housekeeper archives
	reviews                  bool // orders must pass reviews
	pages                    int  // payments wait for their customers
	rush                     bool // all customers of one market book at once, after the storm
}

func (w *world) makePlan() plan {
	upTo := func(most int) int { return max(0, w.dice.IntN(most*3/2)-most/2) } // none at all in a third of all runs
	p := plan{
		clients: 2 + w.dice.IntN(4), steps: 250 + w.dice.IntN(350), capacity: 1 + w.dice.IntN(2),
		fail: upTo(120), lose: upTo(120), late: upTo(100), drop: upTo(300), double: upTo(200), slow: upTo(400),
		ackLost: upTo(200), crash: upTo(16), decline: upTo(200), refuse: upTo(200), later: upTo(700),
		parks: upTo(60), byHand: upTo(40), rush: w.dice.IntN(4) == 0, archive: upTo(200),
	}
	if p.rush {
		p.capacity = 1
	}
	p.reviews = w.dice.IntN(3) == 0
	if w.dice.IntN(8) == 0 {
		p.freeze = 1 + w.dice.IntN(3)
	}
	return p
}

package main

import (
	"math/rand/v2"
	"sync"
	"time"
)

// killWithin is how long after the start of an invocation its instance is killed at the latest: most take less.
const killWithin = 20 * time.Millisecond

// Trouble is what goes wrong on a stage, as shares of all that happens. The zero value means nothing.
type Trouble struct {
	Seed      uint64
	Kills     int           // how many instances are killed during an invocation
	KillShare float64       // of invocations, until that many were killed
	Twice     float64       // of deliveries of events
	Late      float64       // of deliveries of events
	LateBy    time.Duration // at most
	Refused   float64       // of entries of PutEvents; a tenth as many calls fail as a whole
	// Doomed, if set, reports an invocation that is killed each time.
	Doomed func(function string, payload []byte) bool
}

// trouble makes the trouble. Its chance is seeded; what it affects depends on the machine.
type trouble struct {
	Trouble
	mu     sync.Mutex
	chance *rand.Rand
	killed int
}

func newTrouble(t Trouble) *trouble {
	return &trouble{Trouble: t, chance: rand.New(rand.NewPCG(t.Seed, t.Seed))}
}

// happens decides by chance.
func (t *trouble) happens(share float64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return share > 0 && t.chance.Float64() < share
}

// within returns a random duration, at most a given one.
func (t *trouble) within(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Duration(t.chance.Int64N(int64(most)))
}

// about may kill an instance during an invocation. over cancels that.
func (t *trouble) about(f *function, i *instance, payload []byte) (over func()) {
	doomed := t.Doomed != nil && t.Doomed(f.id, payload)
	if !doomed && (t.Kills == t.count() || !t.happens(t.KillShare)) {
		return func() {}
	}
	if doomed {
		i.kill()
		return func() {}
	}
	timer := time.AfterFunc(t.within(killWithin), func() { t.kill(f, i) })
	return func() { timer.Stop() }
}

func (t *trouble) kill(f *function, i *instance) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.killed == t.Kills {
		return
	}
	t.killed++
	f.stats.killed()
	i.kill()
}

func (t *trouble) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.killed
}

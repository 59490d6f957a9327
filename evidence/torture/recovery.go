package torture

import (
	"context"
	"slices"
	"sync"
	"time"

	"acme.example/webshop/evidence/harness"
)

// recovery measures how long the shop takes to recover.
type recovery struct {
	mu      sync.Mutex
	crashed bool      // whether an earlier life ended in a crash
	since   time.Time // the first start after the crash whose orders do not move yet; zero: all move
	ready   []time.Duration
	moving  []time.Duration
}

// watch measures one life.
type watch struct {
	*recovery
	begun   time.Time
	ctx     context.Context
	cancel  context.CancelFunc
	witness *harness.Witness
	orders  []string // tracking keys of orders acknowledged before the crash
	ended   sync.WaitGroup
}

// begin records that the shop is started.
func (r *recovery) begin(ctx context.Context, w *harness.Witness) *watch {
	began := &watch{recovery: r, begun: time.Now(), witness: w, orders: w.NewestKeys()}
	began.ctx, began.cancel = context.WithCancel(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.crashed && r.since.IsZero() {
		r.since = began.begun
	}
	return began
}

func (r *recovery) died() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crashed = true
}

// ready records that the shop takes orders, and waits in the background until earlier ones move on.
func (w *watch) ready() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.crashed {
		return
	}
	w.recovery.ready = append(w.recovery.ready, time.Since(w.begun))
	w.ended.Go(w.moved)
}

// moved waits until the last orders acknowledged before the crash are placed (or further).
func (w *watch) moved() {
	for _, key := range w.orders {
		for !w.witness.Moves(w.ctx, key) {
			if !harness.Sleep(w.ctx, 20*time.Millisecond) {
				return
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx.Err() == nil && !w.since.IsZero() {
		w.moving = append(w.moving, time.Since(w.since))
		w.since = time.Time{}
	}
}

func (w *watch) stop() {
	w.cancel()
	w.ended.Wait()
}

// spread is the distribution of a measured time.
type spread struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50"`
	Max   float64 `json:"max"`
}

func spreadOf(all []time.Duration) spread {
	if len(all) == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(all))
	return spread{len(sorted), seconds(sorted[len(sorted)/2]), seconds(sorted[len(sorted)-1])}
}

// seconds rounds to milliseconds.
func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

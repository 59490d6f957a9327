package bench

import (
	"context"
	"slices"
	"time"
)

// phase is a load on the shop, and the meters before it and after its last order had ended.
type phase struct {
	named
	processes     []Process
	outcome       outcome
	before, after reading
	atEnd         reading   // when the load ended, with orders under way
	memory        []float64 // each second
	drained       time.Duration
	left          int     // receipts still pending after the drain
	loadBefore    float64 // of the machine, over the last minute
}

// phase puts a load on the shop and waits until all its orders have ended.
func (b *bench) phase(ctx context.Context, l named) (err error) {
	p := phase{named: l, processes: b.cfg.Processes, loadBefore: loadAverage()}
	if p.before, err = b.read(ctx); err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan []float64, 1)
	go func() { watched <- b.shop.watch(watching) }()
	profiled := b.profiles(ctx, l)
	p.outcome = l.run(ctx)
	p.lasts = p.outcome.to.Sub(p.outcome.from)
	if p.atEnd, err = b.shop.read(ctx); err == nil {
		p.left, err = b.drain(ctx)
	}
	p.drained = time.Since(p.outcome.to)
	stop()
	p.memory = <-watched
	if failed := <-profiled; err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	p.after, err = b.read(ctx)
	b.phases = append(b.phases, p)
	return err
}

// read reads all meters, including the processes measured separately.
func (b *bench) read(ctx context.Context) (reading, error) {
	r, err := b.shop.read(ctx)
	if err != nil || len(b.cfg.Processes) == 0 {
		return r, err
	}
	r.each, err = treesCPU(b.cfg.Processes)
	return r, err
}

// drain waits until no receipt is pending, and returns how many are when its time is over.
func (b *bench) drain(ctx context.Context) (left int, err error) {
	for end := time.Now().Add(b.cfg.Drain); ; {
		if left, err = b.witness.pending(ctx); err != nil || left == 0 || time.Now().After(end) {
			return left, err
		}
		if !sleepUntil(ctx, time.Now().Add(50*time.Millisecond)) {
			return left, ctx.Err()
		}
	}
}

// peak returns the highest memory seen.
func (p phase) peak() float64 {
	return slices.Max(append(p.memory, p.before.memory, p.atEnd.memory, p.after.memory))
}

// ended counts the orders that ended during the load.
func (p phase) ended(lives map[int64]life) (n int) {
	for _, l := range lives {
		if l.done && !l.ended.Before(p.outcome.from) && l.ended.Before(p.outcome.to) {
			n++
		}
	}
	return n
}

// worst returns the lowest rate of ended orders over any ten seconds of the load: a shop that stops and goes may have a
// good average. Shorter loads have none.
func (p phase) worst(lives map[int64]life) (perSecond float64, measured bool) {
	last := p.lasts - worstOver
	if last < 0 {
		return 0, false
	}
	var ended []time.Duration
	for _, l := range lives {
		if l.done {
			ended = append(ended, l.ended.Sub(p.outcome.from))
		}
	}
	slices.Sort(ended)
	before := func(at time.Duration) int { i, _ := slices.BinarySearch(ended, at); return i }
	fewest := before(p.lasts) - before(last)
	for _, at := range ended { // the lowest rates are just after an end
		if at >= 0 && at < last {
			fewest = min(fewest, before(at+1+worstOver)-before(at+1))
		}
	}
	return float64(min(fewest, before(worstOver)-before(0))) / worstOver.Seconds(), true
}

const worstOver = 10 * time.Second

// ways returns how long the phase's acknowledged orders took from creation to end, and how many did not end.
func (p phase) ways(lives map[int64]life) (took []time.Duration, open int) {
	for _, id := range p.outcome.acknowledged {
		if l := lives[id]; l.done {
			took = append(took, l.ended.Sub(l.created))
		} else {
			open++
		}
	}
	return took, open
}

package systemtest

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// lineEvery is how often progress is printed without a terminal.
const lineEvery = time.Second

// progress prints how far a test is: a bar on a terminal, otherwise a line now and then. It is safe for concurrent use.
// It ignores errors of Out: the summary reports them.
type progress struct {
	out      io.Writer
	terminal bool

	mu           sync.Mutex
	phase        string
	count, total int
	started      time.Time
	told         time.Time
	bar          *progressbar.ProgressBar
}

func newProgress(cfg Config) *progress {
	if cfg.JSON {
		return &progress{out: io.Discard}
	}
	return &progress{out: cfg.Out, terminal: cfg.Terminal}
}

// start starts a phase, named for what has happened to the things that it counts, e.g. "created".
func (p *progress) start(phase string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.phase, p.count, p.total = phase, 0, total
	p.started, p.told, p.bar = time.Now(), time.Now(), nil
	if p.terminal && total > 0 {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.out),
			progressbar.OptionSetDescription(fmt.Sprintf("%-9s", phase)),
			progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetRenderBlankState(true))
	}
}

// add counts n more.
func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count += n
	if p.bar != nil {
		_ = p.bar.Add(n)
		return
	}
	if !p.terminal && time.Since(p.told) >= lineEvery && p.count < p.total {
		p.told = time.Now()
		fmt.Fprintf(p.out, "%s %d of %d\n", p.phase, p.count, p.total)
	}
}

// end closes the phase with a line of its own.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal {
		fmt.Fprintln(p.out)
		return
	}
	took := time.Since(p.started).Round(time.Millisecond)
	fmt.Fprintf(p.out, "%s %d of %d in %v\n", p.phase, p.count, p.total, took)
}

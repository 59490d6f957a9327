package nats

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Trouble is why the bus cannot be used. Orders are taken meanwhile, and their events wait in the journal.
type Trouble struct {
	What     string // the cause, without passwords
	Since    time.Time
	final    bool // whether it does not pass by itself
	settling bool
	cause    error
}

// Final reports whether it does not pass by itself, so that someone must fix the cause.
func (t *Trouble) Final() bool { return t.final }

// Settling reports whether a server answers, and its JetStream may be ready soon: a cluster takes some seconds to elect
// leaders.
func (t *Trouble) Settling() bool { return t.settling }

// health is the state of the bus as its maintainer has found it.
type health struct {
	mu      sync.Mutex
	trouble *Trouble
	loss    string // the last one
	lossAt  time.Time
	known   chan struct{} // closed after the first check that found everything, or a final trouble
	lost    chan struct{}
}

func newHealth() health { return health{known: make(chan struct{}), lost: make(chan struct{}, 1)} }

// Lost signals that the servers have lost events or acknowledgements: all pending events must be published again. It also
// signals if the process may have started after such a loss. A late receiver gets only the latest signal.
func (b *Bus) Lost() <-chan struct{} { return b.health.lost }

// Trouble returns why the bus cannot be used now, or nil.
func (b *Bus) Trouble() *Trouble {
	if b.js.Conn().IsClosed() {
		return &Trouble{What: "the connection to NATS is closed", Since: time.Now()}
	}
	b.health.mu.Lock()
	defer b.health.mu.Unlock()
	return b.health.trouble
}

// LastLoss returns what the servers lost last and have again, or "".
func (b *Bus) LastLoss() (what string, at time.Time) {
	b.health.mu.Lock()
	defer b.health.mu.Unlock()
	return b.health.loss, b.health.lossAt
}

// Await waits until the stream and the consumers exist. It returns an error if they cannot be made until someone acts, or
// when the context ends.
func (b *Bus) Await(ctx context.Context) error {
	select {
	case <-b.health.known:
	case <-ctx.Done():
	}
	switch t := b.Trouble(); {
	case t != nil && t.final:
		return fmt.Errorf("bus: %w", t.cause)
	case t != nil:
		return fmt.Errorf("bus: %s: %w", t.What, t.cause)
	}
	select {
	case <-b.health.known:
		return nil
	default:
		return fmt.Errorf("bus: %w", ctx.Err())
	}
}

// reportFailure records a check that did not find everything. It logs each cause once.
func (m *maintainer) reportFailure(err error) {
	if m.js.Conn().IsClosed() {
		return // the process is stopping
	}
	h := &m.health
	h.mu.Lock()
	defer h.mu.Unlock()
	now := Trouble{
		What: m.describe(err), Since: time.Now(), final: permanent(err), settling: m.js.Conn().IsConnected() && transient(err), cause: explained(err),
	}
	was := h.trouble
	if was != nil {
		now.Since = was.Since
	}
	h.trouble = &now
	if was == nil || was.What != now.What {
		m.log.Warn("bus: not usable; events wait in the journal, and it is tried again each second", "why", now.What, "error", now.cause)
	}
	if now.final && !m.opened {
		h.isKnown()
	}
}

// reportRecovery records a check that found everything.
func (m *maintainer) reportRecovery() {
	h := &m.health
	h.mu.Lock()
	was := h.trouble
	h.trouble = nil
	h.isKnown()
	h.mu.Unlock()
	if was != nil {
		m.log.Info("bus: usable again", "after", time.Since(was.Since).Round(time.Millisecond))
	}
}

// isKnown marks that the first check is over. The caller holds the lock.
func (h *health) isKnown() {
	select {
	case <-h.known:
	default:
		close(h.known)
	}
}

// reportLoss signals that the servers have lost something; what is "" if that was before this process started.
func (m *maintainer) reportLoss(what string) {
	if what != "" {
		m.log.Warn("bus: NATS has lost state; pending events are published again", "lost", what)
		m.health.mu.Lock()
		m.health.loss, m.health.lossAt = what, time.Now()
		m.health.mu.Unlock()
	}
	select {
	case m.health.lost <- struct{}{}:
	default: // it is signalled already
	}
}

// describe names the cause of an error for operators.
func (m *maintainer) describe(err error) string {
	conn, at := m.js.Conn(), "NATS at "+m.address
	refused := conn.LastError()
	switch {
	case !conn.IsConnected() && (errors.Is(refused, nats.ErrAuthorization) || errors.Is(refused, nats.ErrAuthExpired)):
		return at + " refuses the user or the password"
	case !conn.IsConnected():
		return at + " does not answer"
	case !transient(err):
		return explained(err).Error()
	case errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrJetStreamNotEnabled):
		return at + " has no JetStream that answers"
	}
	return at + " answers, but its JetStream is not ready: most nodes of a cluster must run and reach each other"
}

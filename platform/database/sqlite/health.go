package sqlite

import (
	"context"
	"sync"
	"time"
)

// remindEvery is how often lasting trouble is reported again.
const remindEvery = time.Minute

// health is the state of the file.
type health struct {
	mu         sync.Mutex
	trouble    *Trouble // nil: the file is fine
	notify     func(*Trouble)
	reportedAt map[Kind]time.Time
}

// OnTrouble sets a function that is called when the file cannot be used, each minute while that lasts, and with nil when
// it can be used again. The function must not block.
func (s *Store) OnTrouble(notify func(*Trouble)) {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	s.health.notify = notify
}

// Ping returns nil if orders can be stored and read, or else why not.
func (s *Store) Ping(ctx context.Context) error {
	if t := s.health.now(); t != nil {
		return t.fault(string(t.Kind))
	}
	var tables int
	return s.read.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables)
}

// Queue returns how many writes wait for their transaction, and how many can.
func (s *Store) Queue() (used, capacity int) { return len(s.queue), cap(s.queue) }

func (h *health) now() *Trouble {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.trouble
}

// failed records trouble. A damaged file stays damaged, whatever else happens to it.
func (h *health) failed(t *Trouble) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trouble == nil || h.trouble.Kind != Damaged {
		h.trouble = t
	}
	h.report(h.trouble)
}

// warn reports trouble that does not stop writes.
func (h *health) warn(t *Trouble) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.report(t)
}

// well records that the file can be used again.
func (h *health) well() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trouble == nil || h.trouble.Kind == Damaged {
		return
	}
	h.trouble, h.reportedAt = nil, nil
	if h.notify != nil {
		h.notify(nil)
	}
}

// report reports trouble, each kind once a minute.
func (h *health) report(t *Trouble) {
	if h.notify == nil || time.Since(h.reportedAt[t.Kind]) < remindEvery {
		return
	}
	if h.reportedAt == nil {
		h.reportedAt = map[Kind]time.Time{}
	}
	h.reportedAt[t.Kind] = time.Now()
	h.notify(t)
}

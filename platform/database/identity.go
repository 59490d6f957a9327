package database

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/telemetry"
	"github.com/google/uuid"
)

// EventIDs makes the ids of events: UUIDv7 with a counter below the millisecond (RFC 9562, section 6.2, method 1), so
// that the ids of one process rise in the order in which they were made, and the journal's index grows at its end.
// The zero value is ready; it is safe for concurrent use.
type EventIDs struct {
	mu      sync.Mutex
	ms      int64
	counter uint16
}

// maxCounter is the largest value of 12 bits.
const maxCounter = 1<<12 - 1

// next returns the millisecond and counter after those of the last id. They do not go back when the clock does.
func (g *EventIDs) next(at time.Time) (int64, uint16) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch ms := at.UnixMilli(); {
	case ms > g.ms:
		g.ms, g.counter = ms, 0
	case g.counter == maxCounter:
		g.ms, g.counter = g.ms+1, 0
	default:
		g.counter++
	}
	return g.ms, g.counter
}

// New returns the next id.
func (g *EventIDs) New(at time.Time) string {
	ms, counter := g.next(at)
	var id uuid.UUID
	_, _ = rand.Read(id[8:]) // never fails (crypto/rand)
	binary.BigEndian.PutUint64(id[:8], uint64(ms)<<16|0x7000|uint64(counter))
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// NewEnvelope wraps an event for the journal: with an id, and the trace that it belongs to.
func (g *EventIDs) NewEnvelope(ctx context.Context, e event.Event, at time.Time) (event.Envelope, error) {
	return event.Wrap(e, g.New(at), at, telemetry.Traceparent(ctx))
}

// FirstEventID is below the id of every event journalled at a time or later, and above all earlier ones.
func FirstEventID(at time.Time) string {
	ms := at.UnixMilli()
	return fmt.Sprintf("%08x-%04x-0000-0000-000000000000", ms>>16, ms&0xffff)
}

// TimeOfEventID returns when an event's id was made, in UTC; the zero time if it is not such an id.
func TimeOfEventID(id string) time.Time {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(parsed[:8]) >> 16)).UTC()
}

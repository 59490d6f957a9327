package simulator

import (
	"encoding/json"
	"time"
)

// Record is one thing that a partner has done, as GET /records tells it.
type Record struct {
	Sequence  int64           `json:"sequence"` // 1, 2, 3, … for each partner
	At        time.Time       `json:"at"`
	Kind      string          `json:"kind"` // charge, refund, check, refill, consignment or entry
	Key       string          `json:"key"`  // the Idempotency-Key
	Reference string          `json:"reference"`
	Status    string          `json:"status"`             // succeeded, declined, passed, refused, ready, later or booked
	Request   json.RawMessage `json:"request"`            // what was asked for
	Refunded  int64           `json:"refunded,omitempty"` // of a charge: what has been given back, in minor units
}

// book keeps a partner's newest records. It is not safe for concurrent use: the desk's lock guards it.
type book struct {
	keep  int
	last  int64 // sequence of the newest record
	ring  []*Record
	byKey map[string]*Record
	since time.Time // what was done later is kept
}

func newBook(keep int, now time.Time) *book {
	return &book{keep: keep, byKey: map[string]*Record{}, since: now}
}

// find returns the record under a key, or nil.
func (b *book) find(key string) *Record { return b.byKey[key] }

// add keeps a record as the newest one, and forgets the oldest one when there are too many.
func (b *book) add(r *Record) {
	b.last++
	r.Sequence = b.last
	b.byKey[r.Key] = r
	if len(b.ring) < b.keep {
		b.ring = append(b.ring, r)
		return
	}
	slot := b.slot(r.Sequence)
	b.since = b.ring[slot].At
	delete(b.byKey, b.ring[slot].Key)
	b.ring[slot] = r
}

// slot is where the record with a sequence is, as long as it is kept.
func (b *book) slot(sequence int64) int { return int((sequence - 1) % int64(b.keep)) }

// forgotten is how many records are no longer kept: those with the sequences 1 to forgotten.
func (b *book) forgotten() int64 { return b.last - int64(len(b.ring)) }

// page returns at most limit records that come after a sequence, oldest first.
func (b *book) page(after int64, limit int) []Record {
	page := []Record{}
	for s := max(after, b.forgotten()) + 1; s <= b.last && len(page) < limit; s++ {
		page = append(page, *b.ring[b.slot(s)])
	}
	return page
}

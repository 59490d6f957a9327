package simulator

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/maphash"
	"time"
)

// Record is something that a partner has done, as GET /records returns it.
type Record struct {
	Sequence  int64           `json:"sequence"` // 1, 2, 3, … per partner
	At        time.Time       `json:"at"`
	Kind      string          `json:"kind"` // charge, refund, check, refill, consignment, change or entry
	Key       string          `json:"key"`  // the Idempotency-Key
	Reference string          `json:"reference"`
	Status    string          `json:"status"`             // e.g. succeeded, declined, passed, ready, booked or called-off
	Request   json.RawMessage `json:"request"`            // the request's body
	Refunded  int64           `json:"refunded,omitempty"` // of a charge: the refunded amount in minor units

	// Of a charge that the customer pays on the page.
	URL     string    `json:"url,omitempty"` // of the page
	Until   time.Time `json:"until,omitzero"`
	Voucher *Voucher  `json:"voucher,omitempty"` // what the customer can pay with elsewhere
	Reason  string    `json:"reason,omitempty"`  // why it failed
}

// recordOverhead is the memory of a record besides its packed bytes: its entries in the list and the index, which grow in
// steps, and the allocator's rounding.
const recordOverhead = 112

// book keeps a partner's newest records in a bounded number of bytes. Each is packed into one allocation without
// pointers, which is smaller than a Record and cheap for the garbage collector. It is not safe for concurrent use: the
// partner's lock guards it.
type book struct {
	most, held int // bytes
	last       int64
	records    [][]byte         // packed, oldest first; the last one has the sequence number last
	places     map[uint64]int64 // from the hash of a key to the sequence number
	seed       maphash.Seed
	scratch    []byte
	since      time.Time // later records are kept
}

func newBook(most int, now time.Time) *book {
	return &book{most: most, places: map[uint64]int64{}, seed: maphash.MakeSeed(), since: now}
}

// find returns the record under a key.
func (b *book) find(key string) (Record, bool) {
	sequence, known := b.places[b.hash(key)]
	if !known {
		return Record{}, false
	}
	r := b.at(sequence)
	return r, r.Key == key
}

// add adds a record as the newest one, and drops the oldest ones when there are too many bytes.
func (b *book) add(r *Record) {
	b.last++
	r.Sequence = b.last
	b.places[b.hash(r.Key)] = r.Sequence
	b.records = append(b.records, b.pack(*r))
	b.held += recordOverhead + len(b.records[len(b.records)-1])
	for b.held > b.most && len(b.records) > 1 {
		b.forgetOldest()
	}
}

// change replaces a record that find has returned.
func (b *book) change(r Record) {
	at := &b.records[r.Sequence-b.forgotten()-1]
	b.held -= len(*at)
	*at = b.pack(r)
	b.held += len(*at)
}

func (b *book) forgetOldest() {
	oldest := b.at(b.forgotten() + 1)
	b.since = oldest.At
	if h := b.hash(oldest.Key); b.places[h] == oldest.Sequence {
		delete(b.places, h)
	}
	b.held -= recordOverhead + len(b.records[0])
	b.records[0] = nil // so that it is freed now, not when the list grows again
	b.records = b.records[1:]
}

// forgotten returns how many records were dropped: those with the sequence numbers 1 to forgotten.
func (b *book) forgotten() int64 { return b.last - int64(len(b.records)) }

// page returns at most limit records after a sequence number, oldest first.
func (b *book) page(after int64, limit int) []Record {
	page := []Record{}
	for s := max(after, b.forgotten()) + 1; s <= b.last && len(page) < limit; s++ {
		page = append(page, b.at(s))
	}
	return page
}

// at returns the record with a sequence number, which must be kept.
func (b *book) at(sequence int64) Record {
	r := unpack(b.records[sequence-b.forgotten()-1])
	r.Sequence = sequence
	return r
}

func (b *book) hash(key string) uint64 { return maphash.String(b.seed, key) }

// pack encodes a record without its sequence number, as numbers and the texts preceded by their lengths.
func (b *book) pack(r Record) []byte {
	p := binary.AppendVarint(b.scratch[:0], r.At.UnixNano())
	p = binary.AppendVarint(p, r.Refunded)
	p = appendTexts(p, r.Kind, r.Key, r.Reference, r.Status, string(r.Request), r.URL)
	if r.URL != "" {
		v := Voucher{}
		if r.Voucher != nil {
			v = *r.Voucher
		}
		p = appendTexts(binary.AppendVarint(p, r.Until.Unix()), r.Reason, v.Number, v.URL, v.Payee)
	}
	b.scratch = p
	return bytes.Clone(p)
}

func appendTexts(p []byte, texts ...string) []byte {
	for _, text := range texts {
		p = append(binary.AppendUvarint(p, uint64(len(text))), text...)
	}
	return p
}

func unpack(p []byte) (r Record) {
	number := func() int64 {
		number, n := binary.Varint(p)
		p = p[n:]
		return number
	}
	text := func() string {
		size, n := binary.Uvarint(p)
		text := string(p[n : n+int(size)])
		p = p[n+int(size):]
		return text
	}
	r.At, r.Refunded = time.Unix(0, number()).UTC(), number()
	r.Kind, r.Key, r.Reference, r.Status, r.Request, r.URL = text(), text(), text(), text(), json.RawMessage(text()), text()
	if r.URL == "" {
		return r
	}
	r.Until, r.Reason = time.Unix(number(), 0).UTC(), text()
	if v := (Voucher{Number: text(), URL: text(), Payee: text()}); v.Number != "" {
		r.Voucher = &v
	}
	return r
}

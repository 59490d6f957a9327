package simulator

import (
	"crypto/sha256"
	"encoding/json"
	"math"
	"net/http"
	"sync"

	"acme.example/webshop/platform/fault"
)

const (
	maxJournal  = 2 << 20 // bytes of one report, and of what is kept
	journalPage = 500
)

// Told is something of the shop's books that the bookkeeping system was told.
type Told struct {
	Sequence int64           `json:"sequence"` // 1, 2, 3, …
	Kind     string          `json:"kind"`     // document or entry
	Number   string          `json:"number"`
	Data     json.RawMessage `json:"data"`
}

// JournalPage is a part of what the bookkeeping system was told, oldest first.
type JournalPage struct {
	Told []Told `json:"told"` // none: the end
	Next int64  `json:"next"` // ?after= of the next page
}

// journal keeps the newest of what was told, in a bounded number of bytes. It is not counted with the sales and reversals, which are
// told one by one.
type journal struct {
	mu    sync.Mutex
	all   []Told
	sums  map[string][sha256.Size]byte // of Data, by kind and number
	bytes int
	last  int64
}

// told adds a document or an entry. Another one of its number is fault.Refused.
func (j *journal) told(t Told) error {
	key, sum := t.Kind+" "+t.Number, sha256.Sum256(t.Data)
	if had, known := j.sums[key]; known {
		if had != sum {
			return fault.New(fault.Refused, "the books have another %s", key)
		}
		return nil
	}
	j.last++
	t.Sequence = j.last
	j.all, j.sums[key], j.bytes = append(j.all, t), sum, j.bytes+len(t.Data)+recordOverhead
	for j.bytes > maxJournal && len(j.all) > 1 {
		oldest := j.all[0]
		delete(j.sums, oldest.Kind+" "+oldest.Number)
		j.all[0] = Told{} // so that it is freed now
		j.all, j.bytes = j.all[1:], j.bytes-len(oldest.Data)-recordOverhead
	}
	return nil
}

// bookReport is a report of the shop: documents with a number, and entries.
type bookReport struct {
	Documents []json.RawMessage `json:"documents"`
	Entries   []struct {
		Entry json.RawMessage `json:"entry"`
		Hash  string          `json:"hash"`
	} `json:"entries"`
}

// items are what a report tells.
func (r bookReport) items() (all []Told, err error) {
	add := func(kind string, data json.RawMessage) {
		var it struct {
			Number json.RawMessage `json:"number"`
		}
		if wrong := json.Unmarshal(data, &it); wrong != nil || len(it.Number) == 0 {
			err = fault.InvalidField(kind, "each must be an object with a number")
		}
		var text string
		if json.Unmarshal(it.Number, &text) != nil {
			text = string(it.Number)
		}
		all = append(all, Told{Kind: kind, Number: text, Data: data})
	}
	for _, d := range r.Documents {
		add("document", d)
	}
	for _, e := range r.Entries {
		add("entry", e.Entry)
	}
	return all, err
}

// takeReport serves POST /journal.
func (d *partner) takeReport(w http.ResponseWriter, r *http.Request) {
	body, err := readAtMost[bookReport](w, r, maxJournal)
	var items []Told
	if err == nil {
		_, err = keyOf(r)
	}
	if err == nil {
		items, err = body.items()
	}
	if err == nil {
		err = d.delay(r.Context())
	}
	if err == nil {
		err = d.refusal()
	}
	if err == nil {
		err = d.journal.add(items)
	}
	if err != nil {
		fault.Write(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": booked, "reference": d.name + "-journal"})
}

// add adds all that a report tells, up to the first that the books have otherwise.
func (j *journal) add(items []Told) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range items {
		if err := j.told(t); err != nil {
			return err
		}
	}
	return nil
}

// refusal refuses as the knob says.
func (d *partner) refusal() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mayRefuse()
}

// tellJournal answers one page of what was told.
func (d *partner) tellJournal(w http.ResponseWriter, r *http.Request) {
	if d.journal == nil {
		fault.Write(w, fault.New(fault.NotFound, "%s is told nothing of the books", d.name))
		return
	}
	after, err := number(r, "after", 0, 0, math.MaxInt64-1)
	if err != nil {
		fault.Write(w, err)
		return
	}
	page := JournalPage{Told: []Told{}, Next: after}
	d.journal.mu.Lock()
	for _, t := range d.journal.all {
		if t.Sequence > after && len(page.Told) < journalPage {
			page.Told, page.Next = append(page.Told, t), t.Sequence
		}
	}
	d.journal.mu.Unlock()
	writeJSON(w, http.StatusOK, page)
}

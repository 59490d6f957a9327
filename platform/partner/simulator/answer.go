package simulator

import (
	"math"
	"net/http"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	// silence bounds how long a partner does not answer after having done the work.
	silence  = 60 * time.Second
	pageSize = 100 // records in one page; ?limit= may ask for fewer
)

// Page is a part of what a partner has recorded, oldest first.
type Page struct {
	Records   []Record  `json:"records"`   // none: there are no more
	Next      int64     `json:"next"`      // what ?after= must be to read on
	Forgotten int64     `json:"forgotten"` // how many of the oldest records are kept no more
	Since     time.Time `json:"since"`     // what was done before it may be forgotten: by keeping the newest, or by a restart
}

// answer tells the client what became of its request; or does not, by the knob.
func (d *partner) answer(w http.ResponseWriter, r *http.Request, record Record, err error) {
	if err != nil {
		fault.Write(w, err)
		return
	}
	d.mu.Lock()
	silent := record.Status != declined && d.chance(d.knobs.TimeoutAfterSuccessRate)
	d.mu.Unlock()
	if silent {
		d.count(&d.counters.Unanswered)
		pause(r.Context(), silence)
		fault.Write(w, fault.New(fault.Unavailable, "%s did not answer in time", d.name))
		return
	}
	writeRecord(w, record)
}

func writeRecord(w http.ResponseWriter, record Record) {
	switch record.Status {
	case declined:
		fault.Write(w, fault.New(fault.Declined, "the payment was declined; nothing was charged"))
	case later:
		writeJSON(w, http.StatusAccepted, record)
	default:
		writeJSON(w, http.StatusOK, record)
	}
}

// records answers one page: the records after a sequence. A page without records is the last one.
func (d *partner) records(w http.ResponseWriter, r *http.Request) {
	after, err := number(r, "after", 0, 0, math.MaxInt64-1)
	limit, limitErr := number(r, "limit", pageSize, 1, pageSize)
	if err == nil {
		err = limitErr
	}
	if err != nil {
		fault.Write(w, err)
		return
	}
	d.mu.Lock()
	page := Page{Records: d.book.page(after, int(limit)), Next: after, Forgotten: d.book.forgotten(), Since: d.book.since}
	d.mu.Unlock()
	if n := len(page.Records); n > 0 {
		page.Next = page.Records[n-1].Sequence
	}
	writeJSON(w, http.StatusOK, page)
}

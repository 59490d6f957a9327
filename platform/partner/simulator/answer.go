package simulator

import (
	"math"
	"net/http"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	// silence bounds how long a partner gives no answer after having done the work.
	silence  = 60 * time.Second
	pageSize = 100 // records in one page; ?limit= may ask for fewer
)

// Page is a part of a partner's records, oldest first.
type Page struct {
	Records   []Record  `json:"records"`   // none: the end
	Next      int64     `json:"next"`      // ?after= of the next page
	Forgotten int64     `json:"forgotten"` // how many of the oldest records were dropped
	Since     time.Time `json:"since"`     // earlier records may be missing: the oldest are dropped, and all at a restart
}

// answer sends a request's result, unless the knob prevents it.
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
	case later, actionRequired:
		writeJSON(w, http.StatusAccepted, record)
	default:
		writeJSON(w, http.StatusOK, record)
	}
}

// records answers one page: the records after a sequence number. A page without records is the last one.
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

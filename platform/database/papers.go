package database

import (
	"context"
	"time"

	"acme.example/webshop/books"
)

// PapersJob is the name of the progress of the mails with documents.
const PapersJob = "papers"

// Papers is how far documents were mailed.
type Papers struct {
	Documents map[string]int64 `json:"documents"` // the last number of each series
	Reminded  books.Day        `json:"reminded,omitempty"`
	Why       string           `json:"why,omitempty"`   // why the next one cannot be mailed,
	Since     int64            `json:"since,omitempty"` // since when, in milliseconds since 1970
}

// maxWhy bounds the reason, in bytes.
const maxWhy = 500

// PapersSoFar reads how far documents were mailed.
func PapersSoFar(ctx context.Context, from Progress) (*Papers, error) {
	p := &Papers{Documents: map[string]int64{}}
	return p, readProgress(ctx, from, PapersJob, p)
}

// Save stores it.
func (p *Papers) Save(ctx context.Context, to Progress) error {
	return saveProgress(ctx, to, PapersJob, p)
}

// Note keeps why mailing failed, and reports whether that is something to save: a failure, or that one is over.
func (p *Papers) Note(failed error, now time.Time) (changed bool) {
	if failed == nil {
		changed = p.Since != 0
		p.Why, p.Since = "", 0
		return changed
	}
	if p.Since == 0 {
		p.Since = now.UnixMilli()
	}
	why := failed.Error()
	p.Why = why[:min(len(why), maxWhy)]
	return true
}

package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// maxKept bounds the findings that a patrol keeps.
const maxKept = 200

// Patrolled is a patrol's progress and its current findings. It has no data of customers.
type Patrolled struct {
	Looked time.Time `json:"looked"` // the last check
	Orders int64     `json:"orders"` // checked so far
	Seen   string    `json:"seen"`   // the newest event whose order was checked
	Began  time.Time `json:"began"`  // the current round, or the last one
	Next   int64     `json:"next"`   // the order after which the round continues; 0: it is over
	Round  int       `json:"round"`  // checked in the current round
	Whole  *Round    `json:"whole,omitempty"`
	Found  []Found   `json:"found"`          // at most maxKept
	More   int       `json:"more,omitempty"` // found in this round and not kept
}

// Round is a completed round over all orders.
type Round struct {
	Began  time.Time `json:"began"`
	Ended  time.Time `json:"ended"`
	Orders int       `json:"orders"`
}

// Found is a finding of a patrol.
type Found struct {
	OrderID int64     `json:"orderId,omitempty"` // 0: it concerns no single order
	Check   string    `json:"check"`
	Says    string    `json:"says"` // what must be so
	Since   time.Time `json:"since"`
}

// ReadPatrolled parses what a patrol has stored.
func ReadPatrolled(text string) (p Patrolled, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &p)
	}
	if err != nil {
		return Patrolled{}, fmt.Errorf("audit: %w", err)
	}
	return p, nil
}

func (p *Patrolled) text() (string, error) {
	text, err := json.Marshal(p)
	return string(text), err
}

// note replaces what was known of a step's orders by what it found, and reports whether that, or the end of a round, is
// news.
func (p *Patrolled) note(b *beat) (news bool) {
	known := map[Found]time.Time{}
	var found []Found
	for _, f := range p.Found {
		known[f.named()] = f.Since
		if !b.covers(f) {
			found = append(found, f)
		}
	}
	before := len(found)
	for _, f := range b.findings {
		one := Found{OrderID: f.OrderID, Check: f.Check, Says: b.checks[f.Check].Says}
		if slices.ContainsFunc(found[before:], func(f Found) bool { return f.named() == one }) {
			continue
		}
		since, is := known[one]
		if news = news || !is; !is {
			since = b.at
		}
		one.Since = since
		found = append(found, one)
	}
	news = news || len(found) != len(p.Found)
	if over := len(found) - maxKept; over > 0 {
		found, p.More = found[:maxKept], p.More+over
	}
	slices.SortFunc(found, func(a, b Found) int { return cmp.Or(cmp.Compare(a.OrderID, b.OrderID), cmp.Compare(a.Check, b.Check)) })
	p.Found = found
	return p.goOn(b) || news
}

// named returns the finding without the time.
func (f Found) named() Found {
	f.Since = time.Time{}
	return f
}

// goOn advances by a step, and reports whether a round ended.
func (p *Patrolled) goOn(b *beat) (ended bool) {
	p.Looked, p.Orders, p.Seen = b.at, p.Orders+int64(b.orders), b.seen
	if !b.inRound {
		return false
	}
	if b.after == 0 {
		p.Began, p.Round, p.More = b.at, 0, 0
	}
	p.Round += b.ofRound
	if p.Next = b.through; !b.whole {
		return false
	}
	p.Whole, p.Next = &Round{p.Began, b.at, p.Round}, 0
	return true
}

// roundDue reports whether the round continues, or a new one begins.
func (p *Patrolled) roundDue(at time.Time) bool {
	return p.Next > 0 || at.Sub(p.Began) >= roundEvery || at.Before(p.Began) // the last: the clock was set back
}

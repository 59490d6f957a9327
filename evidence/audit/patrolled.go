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

// Patrolled is where a patrol is, and what it has found that is still so. It holds nothing of customers.
type Patrolled struct {
	Looked time.Time `json:"looked"` // when it last looked
	Orders int64     `json:"orders"` // that it has looked at, ever
	Seen   string    `json:"seen"`   // the newest event whose order it has looked at
	Began  time.Time `json:"began"`  // the present round, or the last one
	Next   int64     `json:"next"`   // the order after which the round goes on; 0: it is over
	Round  int       `json:"round"`  // orders of the present round so far
	Whole  *Round    `json:"whole,omitempty"`
	Found  []Found   `json:"found"`          // at most maxKept
	More   int       `json:"more,omitempty"` // that were found in this round and not kept
}

// Round is a round that was over all orders.
type Round struct {
	Began  time.Time `json:"began"`
	Ended  time.Time `json:"ended"`
	Orders int       `json:"orders"`
}

// Found is something that a patrol found.
type Found struct {
	OrderID int64     `json:"orderId,omitempty"` // 0: it concerns no single order
	Check   string    `json:"check"`
	Says    string    `json:"says"` // what must be so
	Since   time.Time `json:"since"`
}

// ReadPatrolled reads what a patrol has kept.
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

// note takes what a step found in the place of what was known of the same orders, and reports whether that, or a round that
// ended, is news.
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

// named is the finding without the time.
func (f Found) named() Found {
	f.Since = time.Time{}
	return f
}

// goOn moves on by a step, and reports whether a round ended.
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

// roundDue reports whether the round goes on, or a new one begins.
func (p *Patrolled) roundDue(at time.Time) bool {
	return p.Next > 0 || at.Sub(p.Began) >= roundEvery || at.Before(p.Began) // the last: the clock was set back
}

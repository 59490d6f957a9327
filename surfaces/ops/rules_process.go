package ops

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/platform/database"
)

const (
	// missedBeats is how many heartbeats of this process another one may miss before it counts as silent. Beats, not
	// seconds: while the database is away, or this process stands still, no process is silent.
	missedBeats = 3
	// forgottenAfter is how long a silent process is an alert if it neither comes back nor is replaced.
	forgottenAfter = 24 * time.Hour
)

// Processes returns the processes with a heartbeat (rules.Versions.Run), and until when it counts (database.RulesAdmin).
type Processes interface {
	RulesReaders(ctx context.Context, at time.Time) ([]database.RulesReader, error)
}

// ProcessSilent reports a process without heartbeats that did not announce its stop: it hangs, was killed, or cannot
// reach the database. It is over when the process is back, or another one with the same services has taken its place.
func ProcessSilent(self string, processes Processes) Rule {
	a := &attendance{self: self, known: map[string]*attendant{}}
	return Rule{Name: "process-silent", After: 2 * time.Second, Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		present, err := processes.RulesReaders(ctx, now)
		if err != nil {
			return nil, err
		}
		a.note(present, now)
		return a.conditions(), nil
	}}
}

// attendance tracks the processes of a shop.
type attendance struct {
	self  string
	begun bool // it was looked before
	beats int  // of this process, so far
	known map[string]*attendant
}

// attendant is a process.
type attendant struct {
	name  string
	until time.Time // as it last said
	heard time.Time // when it said so
	beats int       // of this process until then
	since time.Time // its first heartbeat
	alive bool      // it had a heartbeat since the first evaluation: earlier ones may be of a process that is gone
}

const allServices = "all services"

// services returns a process's services, from its name.
func (p *attendant) services() string {
	if _, within, part := strings.Cut(p.name, " ("); part {
		return strings.TrimSuffix(within, ")")
	}
	return allServices
}

// note records the heartbeats. A process that disappears before its term is over has stopped.
func (a *attendance) note(present []database.RulesReader, now time.Time) {
	here := map[string]bool{}
	for _, r := range present {
		here[r.Name] = true
		p := a.known[r.Name]
		if p == nil {
			p = &attendant{name: r.Name, until: r.Until, heard: now, beats: a.beats, since: now, alive: a.begun}
			a.known[r.Name] = p
		}
		if !p.until.Equal(r.Until) {
			p.until, p.heard, p.alive = r.Until, now, true
			if r.Name == a.self {
				a.beats++
			}
			p.beats = a.beats
		}
	}
	a.begun = true
	for name, p := range a.known {
		stopped := !here[name] && (now.Before(p.until) || !p.alive)
		if stopped || a.silent(p) && (now.Sub(p.heard) > forgottenAfter || a.replaced(p)) {
			delete(a.known, name)
		}
	}
}

func (a *attendance) silent(p *attendant) bool { return p.alive && a.beats-p.beats >= missedBeats }

// replaced reports whether another process with the same services has started since a silent one's last heartbeat: each
// replaces one.
func (a *attendance) replaced(silent *attendant) bool {
	for _, p := range a.known {
		if p.since.After(silent.heard) && p.alive && !a.silent(p) && p.services() == silent.services() {
			p.since = time.Time{}
			return true
		}
	}
	return false
}

func (a *attendance) conditions() (found []Condition) {
	for _, p := range a.known {
		if !a.silent(p) {
			continue
		}
		c := Condition{
			Key: p.name, Severity: High, Since: p.heard,
			What: fmt.Sprintf("The process %s says nothing any more: it stands still, was killed, or cannot reach the database", p.name),
			Do:   "Look at it on its machine, end it and start it again. Other processes with its services go on meanwhile; nothing is lost.",
		}
		if !a.others(p) {
			c.Severity = Critical
			c.Do = "Look at it on its machine, end it and start it again: no other process runs " + p.services() + ". Nothing is lost; what is its work waits."
			c.Explains = workOf(p.services())
		}
		found = append(found, c)
	}
	return found
}

// others reports whether another process runs all services of this one.
func (a *attendance) others(silent *attendant) bool {
	wanted := strings.Split(silent.services(), ",")
	for _, p := range a.known {
		if a.silent(p) || !p.alive {
			continue
		}
		runs := strings.Split(p.services(), ",")
		wanted = slices.DeleteFunc(wanted, func(s string) bool { return p.services() == allServices || slices.Contains(runs, s) })
	}
	return len(wanted) == 0
}

// workOf returns the consequences of no process running some services.
func workOf(services string) (follows []string) {
	if services == allServices {
		return []string{"subscriber-not-consuming*", "overdue*"}
	}
	for service := range strings.SplitSeq(services, ",") {
		follows = append(follows, "subscriber-not-consuming/"+service+".*", "overdue/"+service+".*")
	}
	return follows
}

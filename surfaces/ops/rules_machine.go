package ops

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
)

// pingTimeout bounds one check of the database. It is shorter than a rule's time, even when the connection is slow to
// give up.
const pingTimeout = 1200 * time.Millisecond

// StorageFails reports a database in which orders cannot be stored. It shows the message of ping's fault, and its
// Remedy.
func StorageFails(ping func(context.Context) error) Rule {
	return Rule{Name: "storage", Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		ctx, cancel := context.WithTimeout(ctx, pingTimeout)
		defer cancel()
		err := ping(ctx)
		if err == nil {
			return nil, nil
		}
		return []Condition{{
			Severity: Critical, What: "No orders are taken: " + storageReason(err),
			Do: remedy(err, "See the log for the cause. Look whether the database runs, can be reached and has room on its disk. The shop goes on by itself when it does."),
		}}, nil
	}}
}

// remedy returns the error's own Remedy, or else this.
func remedy(err error, otherwise string) string {
	known, ok := errors.AsType[interface {
		error
		Remedy() string
	}](err)
	if !ok || known.Remedy() == "" {
		return otherwise
	}
	return strings.ToUpper(known.Remedy()[:1]) + known.Remedy()[1:] + "."
}

// RulesUnreadable reports a process that cannot read the active rules, and so takes neither orders nor events, or that
// ignores a part of them.
func RulesUnreadable(ready func() (leftOut []string, err error)) Rule {
	return Rule{Name: "rules-unreadable", Check: func(context.Context, time.Time) ([]Condition, error) {
		leftOut, err := ready()
		if len(leftOut) > 0 {
			return []Condition{inPart(leftOut)}, nil
		}
		if err == nil {
			return nil, nil
		}
		return []Condition{{
			Severity: Critical, Own: true, What: "A process takes no orders and no events: " + storageReason(err),
			Do: "Start it with the program that brought these rules, or go back to those before: webshop rules rollback.",
		}}, nil
	}}
}

// inPart reports a process that ignores a part of the rules.
func inPart(leftOut []string) Condition {
	const most = 5
	what := strings.Join(leftOut[:min(len(leftOut), most)], "; ")
	if more := len(leftOut) - most; more > 0 {
		what += fmt.Sprintf("; and %d more", more)
	}
	return Condition{
		Key: "in-part", Severity: High, Own: true, What: "A process does not understand all of the rules in force, and leaves out: " + what,
		Do: "Its prices and times may differ from those of other processes. Start it with the program that brought these rules, or go back to those before: webshop rules rollback.",
	}
}

// storageReason returns the public reason, without the cause.
func storageReason(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the database does not answer"
	case ok:
		return f.Message
	default:
		return "the database fails"
	}
}

// Vitals is the state of a partner.
type Vitals struct {
	Partner       string
	Calls, Failed int // in the last half minute
	Failing       bool
	Since         time.Time
	Kinds         []string // how it fails, the most frequent first
	Orders        []int64  // whose last call failed, newest first
}

// PartnerFailing reports a partner that gives most calls no clear answer.
func PartnerFailing(partners func() []Vitals) Rule {
	return Rule{Name: "partner-failing", Check: func(context.Context, time.Time) ([]Condition, error) {
		var found []Condition
		for _, v := range partners() {
			if v.Failing {
				found = append(found, Condition{
					Key: v.Partner, Severity: High, Since: v.Since, Own: true,
					What: unanswered(v), Orders: v.Orders,
					Do: mendPartner(v.Kinds),
				})
			}
		}
		return found, nil
	}}
}

// mendPartner returns what to do about a partner, by its most frequent failure.
func mendPartner(kinds []string) string {
	do := "See the log for its answers, and call them."
	switch {
	case len(kinds) == 0:
	case strings.Contains(kinds[0], "token"):
		do = "Give the shop the token that they expect, or call them."
	case strings.Contains(kinds[0], "connection refused"), strings.Contains(kinds[0], "host name"), strings.Contains(kinds[0], "not reachable"), strings.Contains(kinds[0], "TLS"):
		do = "Look whether its address is right and can be reached from here, and call them."
	}
	return do + " The shop tries on for half an hour to an hour; what it gives up then are dead letters, to be replayed."
}

// unanswered describes how a partner fails. It may not have been called for minutes.
func unanswered(v Vitals) string {
	text := fmt.Sprintf("%s fails: %d of %d calls in the last half minute got no clear answer", v.Partner, v.Failed, v.Calls)
	if v.Calls == 0 {
		text = v.Partner + " fails, and was not called again in the last half minute"
	}
	if len(v.Kinds) == 0 {
		return text
	}
	return text + " (" + strings.Join(v.Kinds[:min(len(v.Kinds), 3)], "; ") + ")"
}

// Relay moves events from the journal to the bus (database.Relay).
type Relay interface {
	Swept() time.Time // when it last looked for what is due
}

// DueEvents returns the age of the outbox (database.Outbox).
type DueEvents interface {
	OldestDue(ctx context.Context) (time.Time, error)
}

// afterStorage is how long a possible consequence of an unusable database must last before it fires. A lock on the file
// is noticed only after a write has waited for 5 seconds.
const afterStorage = 5 * time.Second

// OutboxOld reports a relay that stands still, or events that have been due for too long.
func OutboxOld(outbox DueEvents, relay Relay, longest time.Duration) Rule {
	return Rule{Name: "outbox", After: afterStorage, Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		if still := now.Sub(relay.Swept()); still > longest {
			return []Condition{{
				Key: "relay", Severity: Critical, Since: relay.Swept(), Own: true,
				What: fmt.Sprintf("The relay stands still: it has not checked for events to publish for %s", still.Round(time.Second)),
				Do:   "See the log: the database or the bus does not answer. Nothing is lost: the events are in the journal. If neither is at fault, restart the shop.",
			}}, nil
		}
		due, err := outbox.OldestDue(ctx)
		if err != nil || due.IsZero() || now.Sub(due) <= longest {
			return nil, err
		}
		return []Condition{{
			Key: "events", Severity: High, Since: due,
			What: fmt.Sprintf("Events wait to be published for %s", now.Sub(due).Round(time.Second)),
			Do:   "After an outage this passes: the relay publishes 1000 a second. If the time grows, see the log for what the bus answers.",
		}}, nil
	}}
}

// Consumer is the state of a subscriber on the bus.
type Consumer struct {
	Subscriber    string
	Exists, Pulls bool
	Waiting, Held int
	Finished      uint64 // rises with each finished event
}

// SubscriberNotConsuming reports a subscriber that requests no events, or finishes none. A slow partner causes neither:
// its subscriber fails each event in bounded time.
func SubscriberNotConsuming(consumers func(context.Context) ([]Consumer, error), stuckAfter time.Duration) Rule {
	progress := map[string]step{}
	return Rule{Name: "subscriber-not-consuming", After: 2 * time.Second, Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		all, err := consumers(ctx)
		var found []Condition
		for _, c := range all {
			p, known := progress[c.Subscriber]
			if !known || p.finished != c.Finished || c.Waiting+c.Held == 0 {
				p = step{c.Finished, now}
				progress[c.Subscriber] = p
			}
			if problem := notConsuming(c, now.Sub(p.at), stuckAfter); problem != "" {
				found = append(found, Condition{
					Key: c.Subscriber, Severity: Critical, What: c.Subscriber + " " + problem, Since: p.at,
					Do: "Restart the process that serves it. Nothing is lost: its events are in the journal and are published again.",
				})
			}
		}
		return found, err
	}}
}

// step is a subscriber's last progress, and when that was.
type step struct {
	finished uint64
	at       time.Time
}

// notConsuming returns what is wrong with a subscriber, or "".
func notConsuming(c Consumer, still, stuckAfter time.Duration) string {
	switch {
	case !c.Exists:
		return "is not known to the bus"
	case !c.Pulls: // a waiting subscriber requests events
		return fmt.Sprintf("takes no events; %d wait", c.Waiting)
	case c.Waiting+c.Held > 0 && still > stuckAfter:
		return fmt.Sprintf("has finished nothing for %s; it holds %d events, and %d wait", still.Round(time.Second), c.Held, c.Waiting)
	}
	return ""
}

const gigabyte = 1 << 30

// DiskFull reports a folder whose disk is nearly full: a warning under the larger of 5% and 500 MiB, critical under 1%
// and 100 MiB.
func DiskFull(free func() (free, total uint64, err error)) Rule {
	return Rule{Name: "disk-full", Check: func(context.Context, time.Time) ([]Condition, error) {
		left, total, err := free()
		severity := Warning
		switch {
		case err != nil:
			return nil, err
		case left < max(total/100, 100<<20):
			severity = Critical
		case left >= max(total/20, 500<<20):
			return nil, nil
		}
		return []Condition{{
			Severity: severity, Own: true,
			What: fmt.Sprintf("The disk of the data folder has %.2f of %.0f GiB left", float64(left)/gigabyte, float64(total)/gigabyte),
			Do:   "Make room, or move the data folder to a larger disk. A full disk stops the shop: orders are refused, none is lost.",
		}}, nil
	}}
}

// Queue is something bounded that fills.
type Queue struct {
	Name       string
	Held, Most uint64
	Do         string // about it
	Shared     bool   // among all processes of the shop
}

// QueueFull reports a queue that stays over 80% full.
func QueueFull(queues func(context.Context) ([]Queue, error)) Rule {
	return Rule{Name: "queue-full", After: afterStorage, Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		all, err := queues(ctx)
		var found []Condition
		for _, q := range all {
			if q.Most > 0 && q.Held > q.Most/5*4 {
				found = append(found, Condition{
					Key: q.Name, Severity: Warning, Own: !q.Shared, What: fmt.Sprintf("%s is %d%% full", q.Name, 100*q.Held/q.Most), Do: q.Do,
				})
			}
		}
		return found, err
	}}
}

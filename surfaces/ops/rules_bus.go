package ops

import (
	"context"
	"time"
)

// Bus is the state of the bus, as a process sees it.
type Bus struct {
	Process  string    // its name; "": there is no other
	Trouble  string    // why it cannot be used; "": it can
	Settling bool      // whether a server answers, and the trouble may pass by itself: a cluster is electing leaders
	Since    time.Time // when the trouble began
	Lost     string    // what it lost last and has again; "": nothing
	LostAt   time.Time
}

// settles is longer than a cluster takes to elect leaders.
const settles = 10 * time.Second

// lossTold is how long a loss is an alert, though it is over: someone should find out why it happened.
const lossTold = 30 * time.Second

// BusFails reports a bus that cannot be used, or that has lost its state.
func BusFails(bus func() Bus) Rule {
	return Rule{Name: "bus", After: 2 * time.Second, Check: func(_ context.Context, now time.Time) ([]Condition, error) {
		b := bus()
		found := away(b)
		if b.Lost != "" && now.Sub(b.LostAt) < lossTold {
			found = append(found, Condition{
				Key: "lost", Severity: Warning, Since: b.LostAt, What: "NATS has lost state: " + b.Lost,
				Do: "Nothing is lost: what was pending has been published again. Find out who deleted it, or whether the NATS servers keep their stores on lasting disks.",
			})
		}
		return found, nil
	}}
}

// BusAway is for processes without database: it reports a bus that cannot be used, but not its losses.
func BusAway(bus func() Bus) Rule {
	return Rule{Name: "bus", After: 2 * time.Second, Check: func(context.Context, time.Time) ([]Condition, error) {
		return away(bus()), nil
	}}
}

// away returns the condition that this process cannot use the bus. It may be the only one, so it reports that itself.
func away(b Bus) []Condition {
	if b.Trouble == "" {
		return nil
	}
	c := Condition{
		Key: "away", Severity: Critical, Own: true, Since: b.Since, What: b.Trouble + ". Orders are taken, and wait",
		Do: "Look whether the NATS servers run and can be reached. Nothing is lost: events are in the journal, and all goes on by itself within seconds when NATS is back.",
	}
	if b.Process != "" {
		c.What = "The process " + b.Process + " cannot use the bus: " + c.What
	}
	if b.Settling {
		c.After = settles
	}
	return []Condition{c}
}

package ops

import (
	"context"
	"time"
)

// Bus is how the bus is.
type Bus struct {
	Trouble string    // why it cannot be used; "": it can
	Since   time.Time // when the trouble began
	Lost    string    // what it lost last, and that is there again; "": nothing
	LostAt  time.Time
}

// lossTold is for how long a loss is an alert: nothing is wrong any more, but someone should know why it happened.
const lossTold = 30 * time.Second

// BusFails is a bus that cannot be used, or that has lost its state.
func BusFails(bus func() Bus) Rule {
	return Rule{Name: "bus", After: 2 * time.Second, Look: func(_ context.Context, now time.Time) (found []Condition, _ error) {
		b := bus()
		if b.Trouble != "" {
			found = append(found, Condition{
				Key: "away", Severity: Critical, Since: b.Since, What: b.Trouble + ". Orders are taken, and wait",
				Do: "Look whether the NATS servers run and can be reached. Nothing is lost: events are in the journal, and all goes on by itself within seconds when NATS is back.",
			})
		}
		if b.Lost != "" && now.Sub(b.LostAt) < lossTold {
			found = append(found, Condition{
				Key: "lost", Severity: Warning, Since: b.LostAt, What: "NATS has lost state: " + b.Lost,
				Do: "Nothing is lost: what was pending has been published again. Find out who deleted it, or whether the NATS servers keep their stores on lasting disks.",
			})
		}
		return found, nil
	}}
}

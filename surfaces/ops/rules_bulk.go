package ops

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/platform/database"
)

// bulkStands is for how long no order of a job may be done: ten jobs have their turns within half of it.
const bulkStands = 5 * time.Minute

// BulkRuns returns the jobs on many orders that run.
type BulkRuns interface {
	BulkRuns(ctx context.Context) ([]database.BulkProgress, error)
}

// BulkStandsStill reports jobs on many orders that do not go on.
func BulkStandsStill(jobs BulkRuns) Rule {
	return Rule{Name: "bulk", Check: func(ctx context.Context, at time.Time) (found []Condition, err error) {
		runs, err := jobs.BulkRuns(ctx)
		for _, j := range runs {
			if at.Sub(j.Changed) < bulkStands {
				continue
			}
			found = append(found, Condition{
				Key: j.ID, Severity: Warning, Since: j.Changed, Count: j.Waiting,
				What: fmt.Sprintf("Job %s on many orders (%s) stands still; %s %s", j.ID, j.Action, some(j.Waiting, "order"), map[bool]string{true: "waits", false: "wait"}[j.Waiting == 1]),
				Do:   "Its page in the console, /console/bulk?job=" + j.ID + ", says why: often a mail server or payment provider is away. It goes on by itself when that is back; or stop it there.",
			})
		}
		return found, err
	}}
}

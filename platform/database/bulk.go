package database

import (
	"context"
	"time"
)

// MaxBulk bounds the orders of one job.
const MaxBulk = 500

// The actions that a job can do with its orders. They are named as the operators' single actions are.
const (
	BulkCancel = "cancel"     // cancels an order, and gives its money back
	BulkMail   = "mail-again" // sends an order's latest mail again
)

// The states of a job.
const (
	BulkRunning = "running"
	BulkDone    = "done"
	BulkStopped = "stopped" // by an operator
)

// The states of an order in a job.
const (
	BulkWaiting = "waiting"
	BulkBegun   = "begun" // a process works on it, or has ended meanwhile
	BulkMade    = "done"
	BulkRefused = "refused" // it could not be done
	BulkUnclear = "unclear" // it was begun and may have been done
)

// BulkJob is the same action on many orders, which an operator started.
type BulkJob struct {
	ID        string
	Action    string
	Reason    string // of a cancellation
	By        string
	State     string
	Created   time.Time
	Ended     time.Time // zero: it runs
	StoppedBy string
}

// BulkItem is an order of a job.
type BulkItem struct {
	Job      string
	OrderID  int64
	State    string
	Tries    int
	Why      string // it was refused, or waits
	Amount   int64  // minor units that go back
	Currency string
	At       time.Time // when it was done or refused; zero before that
}

// BulkProgress is a job and how far it is.
type BulkProgress struct {
	BulkJob
	Waiting, Made, Refused, Unclear int // how many orders
	Changed                         time.Time
}

// BulkJobs is the table of jobs.
var BulkJobs = &Table[BulkJob]{Name: "bulk_jobs", Key: 1, Columns: []Column[BulkJob]{
	{"job", func(j *BulkJob) any { return &j.ID }},
	{"action", func(j *BulkJob) any { return &j.Action }},
	{"reason", func(j *BulkJob) any { return &j.Reason }},
	{"who", func(j *BulkJob) any { return &j.By }},
	{"state", func(j *BulkJob) any { return &j.State }},
	{"created_at", func(j *BulkJob) any { return (*Millis)(&j.Created) }},
	{"ended_at", func(j *BulkJob) any { return (*Millis)(&j.Ended) }},
	{"stopped_by", func(j *BulkJob) any { return &j.StoppedBy }},
}}

// BulkItems is the table of the orders of jobs.
var BulkItems = &Table[BulkItem]{Name: "bulk_items", Key: 2, Columns: []Column[BulkItem]{
	{"job", func(i *BulkItem) any { return &i.Job }},
	{"order_id", func(i *BulkItem) any { return &i.OrderID }},
	{"state", func(i *BulkItem) any { return &i.State }},
	{"tries", func(i *BulkItem) any { return &i.Tries }},
	{"why", func(i *BulkItem) any { return &i.Why }},
	{"amount", func(i *BulkItem) any { return &i.Amount }},
	{"currency", func(i *BulkItem) any { return &i.Currency }},
	{"at", func(i *BulkItem) any { return (*Millis)(&i.At) }},
}}

// Bulk stores jobs; only the processes of the database service use it.
type Bulk interface {
	// StartBulk stores a job with its orders, which wait. What is there already stays as it is.
	StartBulk(ctx context.Context, j BulkJob, orders []int64) error
	// BulkJobs returns the newest jobs.
	BulkJobs(ctx context.Context, limit int) ([]BulkProgress, error)
	// BulkRuns returns the jobs that run, the oldest first.
	BulkRuns(ctx context.Context) ([]BulkProgress, error)
	// BulkJob returns a job, or fault.NotFound.
	BulkJob(ctx context.Context, id string) (BulkProgress, error)
	// BulkItems returns the orders of a job by number.
	BulkItems(ctx context.Context, job string) ([]BulkItem, error)
	// NextBulk returns orders of a job that are begun or wait, those first that were tried least.
	NextBulk(ctx context.Context, job string, limit int) ([]BulkItem, error)
	// BeginBulk marks an order that waits as begun, with the number of its tries. It reports false if the order does not wait or
	// its job does not run: someone else has begun it, or has stopped the job.
	BeginBulk(ctx context.Context, i BulkItem) (begun bool, err error)
	// EndBulk stores what became of an order, unless it was done or refused already.
	EndBulk(ctx context.Context, i BulkItem) error
	// FinishBulk ends a job that runs and none of whose orders is begun or waits.
	FinishBulk(ctx context.Context, job string) error
	// StopBulk ends a job that runs, for an operator. Its orders that wait stay as they are.
	StopBulk(ctx context.Context, job, by string) error
	// PruneBulk deletes a bounded number of jobs that ended before a time, with their orders, and returns how many.
	PruneBulk(ctx context.Context, before time.Time) (int, error)
}

var (
	insertBulkJob  = BulkJobs.AbsentSQL()
	insertBulkItem = BulkItems.AbsentSQL()
)

// StartBulk stores a job with its orders.
func (u UseCases) StartBulk(ctx context.Context, j BulkJob, orders []int64) error {
	_, err := u.do(ctx, Rows{}, func(t *Tx) error {
		j.State, j.Created = BulkRunning, t.now
		t.add(BulkJobs.change(insertBulkJob, &j))
		for _, id := range orders {
			t.add(BulkItems.change(insertBulkItem, &BulkItem{Job: j.ID, OrderID: id, State: BulkWaiting}))
		}
		return nil
	})
	return err
}

package queries

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// pruneJobs bounds the jobs that one call of PruneBulk deletes: each has database.MaxBulk orders at most.
const pruneJobs = 2

// bulkProgress selects jobs j with the counts of their orders.
var bulkProgress = `SELECT ` + database.BulkJobs.Names("j") + `,
		count(*) FILTER (WHERE i.state IN ('waiting', 'begun')), count(*) FILTER (WHERE i.state = 'done'),
		count(*) FILTER (WHERE i.state = 'refused'), count(*) FILTER (WHERE i.state = 'unclear'), coalesce(max(i.at), 0)
	FROM (SELECT * FROM bulk_jobs %s) j LEFT JOIN bulk_items i ON i.job = j.job
	GROUP BY ` + database.BulkJobs.Names("j") + ` ORDER BY j.created_at %s, j.job`

func scanProgress(row Row) (p database.BulkProgress, err error) {
	var last time.Time
	err = database.BulkJobs.Scan(row, &p.BulkJob, &p.Waiting, &p.Made, &p.Refused, &p.Unclear, (*database.Millis)(&last))
	if p.Changed = p.Created; last.After(p.Changed) {
		p.Changed = last
	}
	return p, err
}

// BulkJobs returns the newest jobs.
func (q *Queries) BulkJobs(ctx context.Context, limit int) ([]database.BulkProgress, error) {
	return all(ctx, q, scanProgress, fmt.Sprintf(bulkProgress, `ORDER BY created_at DESC, job LIMIT $1`, `DESC`), limit)
}

// BulkRuns returns the jobs that run, the oldest first.
func (q *Queries) BulkRuns(ctx context.Context) ([]database.BulkProgress, error) {
	return all(ctx, q, scanProgress, fmt.Sprintf(bulkProgress, `WHERE state = 'running'`, `ASC`))
}

// BulkJob returns a job.
func (q *Queries) BulkJob(ctx context.Context, id string) (database.BulkProgress, error) {
	return one(ctx, q, scanProgress, fault.New(fault.NotFound, "there is no job %q", id), fmt.Sprintf(bulkProgress, `WHERE job = $1`, `ASC`), id)
}

var bulkItems = `SELECT ` + database.BulkItems.Names("") + ` FROM bulk_items WHERE job = $1`

func scanItem(row Row) (i database.BulkItem, err error) {
	return i, database.BulkItems.Scan(row, &i)
}

// BulkItems returns the orders of a job by number.
func (q *Queries) BulkItems(ctx context.Context, job string) ([]database.BulkItem, error) {
	return all(ctx, q, scanItem, bulkItems+` ORDER BY order_id`, job)
}

// NextBulk returns orders of a job that are begun or wait.
func (q *Queries) NextBulk(ctx context.Context, job string, limit int) ([]database.BulkItem, error) {
	return all(ctx, q, scanItem, bulkItems+` AND state IN ('begun', 'waiting') ORDER BY state, tries, order_id LIMIT $2`, job, limit)
}

// BeginBulk marks an order that waits as begun.
func (q *Queries) BeginBulk(ctx context.Context, i database.BulkItem) (bool, error) {
	n, err := q.db.Change(ctx, `UPDATE bulk_items SET state = 'begun', tries = $1 WHERE job = $2 AND order_id = $3 AND state = 'waiting'
		AND EXISTS (SELECT 1 FROM bulk_jobs WHERE job = $2 AND state = 'running')`, i.Tries, i.Job, i.OrderID)
	return n > 0, err
}

// EndBulk stores what became of an order.
func (q *Queries) EndBulk(ctx context.Context, i database.BulkItem) error {
	return q.exec(ctx, `UPDATE bulk_items SET state = $1, tries = $2, why = $3, amount = $4, currency = $5, at = $6
		WHERE job = $7 AND order_id = $8 AND state NOT IN ('done', 'refused')`,
		i.State, i.Tries, i.Why, i.Amount, i.Currency, database.ToMillis(i.At), i.Job, i.OrderID)
}

// FinishBulk ends a job that has nothing left to do.
func (q *Queries) FinishBulk(ctx context.Context, job string) error {
	return q.exec(ctx, `UPDATE bulk_jobs SET state = 'done', ended_at = $1 WHERE job = $2 AND state = 'running'
		AND NOT EXISTS (SELECT 1 FROM bulk_items WHERE job = $2 AND state IN ('waiting', 'begun'))`, q.now().UnixMilli(), job)
}

// StopBulk ends a job for an operator.
func (q *Queries) StopBulk(ctx context.Context, job, by string) error {
	return q.exec(ctx, `UPDATE bulk_jobs SET state = 'stopped', ended_at = $1, stopped_by = $2 WHERE job = $3 AND state = 'running'`, q.now().UnixMilli(), by, job)
}

// PruneBulk deletes jobs that ended long ago. The orders go first: what is left after a crash goes the next time.
func (q *Queries) PruneBulk(ctx context.Context, before time.Time) (int, error) {
	const old = ` WHERE job IN (SELECT job FROM bulk_jobs WHERE state <> 'running' AND ended_at < $1 ORDER BY ended_at, job LIMIT $2)`
	if err := q.exec(ctx, `DELETE FROM bulk_items`+old, before.UnixMilli(), pruneJobs); err != nil {
		return 0, err
	}
	return q.db.Change(ctx, `DELETE FROM bulk_jobs`+old, before.UnixMilli(), pruneJobs)
}

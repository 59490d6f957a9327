package queries

import (
	"context"
	"time"

	"acme.example/webshop/platform/database"
)

const actionColumns = `id, time, who, what, order_id, event_id, subscriber, detail`

// Record stores an operator's action.
func (q *Queries) Record(ctx context.Context, a database.Action) error {
	return q.exec(ctx, `INSERT INTO actions (time, who, what, order_id, event_id, subscriber, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		q.now().UnixMilli(), a.Who, a.What, a.OrderID, a.EventID, a.Subscriber, a.Detail)
}

// ActionsOf returns the operators' actions on an order, oldest first.
func (q *Queries) ActionsOf(ctx context.Context, orderID int64) ([]database.Action, error) {
	return all(ctx, q, scanAction, `SELECT `+actionColumns+` FROM actions WHERE order_id = $1 ORDER BY id LIMIT $2`, orderID, database.MaxWaiting)
}

// LastActions returns the operators' latest actions, newest first.
func (q *Queries) LastActions(ctx context.Context, limit int) ([]database.Action, error) {
	return all(ctx, q, scanAction, `SELECT `+actionColumns+` FROM actions ORDER BY id DESC LIMIT $1`, limit)
}

func scanAction(row Row) (a database.Action, err error) {
	err = row.Scan(&a.ID, (*database.Millis)(&a.Time), &a.Who, &a.What, &a.OrderID, &a.EventID, &a.Subscriber, &a.Detail)
	return a, err
}

// ProgressOf returns what a job saved last.
func (q *Queries) ProgressOf(ctx context.Context, job string) (string, error) {
	return one(ctx, q, value[string], nil, `SELECT text FROM progress WHERE job = $1`, job)
}

// SaveProgress stores how far a job is.
func (q *Queries) SaveProgress(ctx context.Context, job, text string) error {
	return q.exec(ctx, `INSERT INTO progress (job, text) VALUES ($1, $2) ON CONFLICT (job) DO UPDATE SET text = excluded.text`, job, text)
}

// Lead reports whether a holder has a role.
func (q *Queries) Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (bool, error) {
	n, err := q.db.Change(ctx, q.dialect.SQL(`INSERT INTO leases (role, holder, until) VALUES ($1, $2, $3)
		ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE leases.holder = excluded.holder OR leases.until <= $4 OR leases.until > $5`),
		role, holder, at.Add(term).UnixMilli(), at.UnixMilli(), at.Add(term+database.ClockSlack).UnixMilli())
	return n > 0 && err == nil, err
}

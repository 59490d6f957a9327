package queries

import (
	"context"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

// CountBacklog counts the receipts that wait for their first try.
func (q *Queries) CountBacklog(ctx context.Context) (all database.Backlog, err error) {
	waiting, err := q.steps(ctx, `SELECT subscriber, count(*) FROM
		(SELECT subscriber FROM receipts WHERE state = 'pending' AND attempts = 0`+countBound+`) r GROUP BY subscriber`)
	for _, w := range waiting {
		if event.Outside(w.Subscriber) {
			all.Outside += w.Count
		} else {
			all.Inside += w.Count
		}
	}
	return all, err
}

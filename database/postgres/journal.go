package postgres

import (
	"context"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

var eventColumns = database.Journal.Names("j")

// journalAll writes the events of all jobs, and a pending receipt for each of their subscribers: two statements, however
// many there are.
func (t *tx) journalAll() error {
	var receipts, subscribers []string
	var written []int64
	for _, env := range t.events {
		for _, subscriber := range event.SubscribersOf(env.Type) {
			receipts, subscribers = append(receipts, env.ID), append(subscribers, subscriber)
			written = append(written, env.Time.UnixMilli())
		}
	}
	args, err := arrays(database.Journal, t.events)
	if err != nil {
		return err
	}
	t.exec(insertEvents, args...)
	t.exec(`INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at)
		SELECT event_id, subscriber, 'pending', written + $4, written
		FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS r (event_id, subscriber, written)`,
		receipts, subscribers, written, t.first.Milliseconds())
	return nil
}

var insertEvents = insertArrays(database.Journal)

// History returns the journal of an order, oldest first. It looks at the archive last: what is moved there meanwhile is
// found.
func (s *Store) History(ctx context.Context, id int64) ([]event.Envelope, error) {
	history, err := collect(ctx, s, func(row scanner) (env event.Envelope, err error) {
		err = database.Journal.Scan(row, &env)
		return env, err
	}, `SELECT `+eventColumns+` FROM journal j WHERE j.order_id = $1 ORDER BY j.seq`, id)
	if err != nil || len(history) > 0 {
		return history, err
	}
	a, err := s.archived(ctx, id)
	return a.History, err
}

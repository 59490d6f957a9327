package postgres

import (
	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

var eventColumns = database.Journal.Names("j")

// journalAll writes the events of all jobs, and a pending receipt for each of their subscribers, in two statements.
func (t *tx) journalAll() error {
	var receipts, subscribers []string
	var written []int64
	for _, env := range t.events {
		for _, subscriber := range event.SubscribersOf(env.Type) {
			receipts, subscribers = append(receipts, env.ID), append(subscribers, subscriber)
			written = append(written, env.Time.UnixMilli())
		}
	}
	kept := make([]event.Envelope, len(t.events))
	for i, env := range t.events {
		var err error
		if kept[i], err = t.keeper.Row(env); err != nil {
			return err
		}
	}
	args, err := arrays(database.Journal, kept)
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

package postgres

import (
	"context"
	"time"

	"acme.example/webshop/event"
)

const eventColumns = `j.event_id, j.type, j.order_id, j.source, j.time, j.traceparent, j.data`

// journalAll writes the events of all jobs, and a pending receipt for each of their subscribers: two statements, however
// many there are.
func (t *tx) journalAll() {
	var ids, types, sources, traces, data, receipts, subscribers []string
	var orders, times, written []int64
	for _, env := range t.events {
		ids, types, sources = append(ids, env.ID), append(types, string(env.Type)), append(sources, env.Source)
		orders, times = append(orders, env.OrderID), append(times, env.Time.UnixMilli())
		traces, data = append(traces, env.TraceParent), append(data, string(env.Data))
		for _, subscriber := range event.SubscribersOf(env.Type) {
			receipts, subscribers = append(receipts, env.ID), append(subscribers, subscriber)
			written = append(written, env.Time.UnixMilli())
		}
	}
	t.exec(`INSERT INTO journal (event_id, type, order_id, source, time, traceparent, data)
		SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[])`,
		ids, types, orders, sources, times, traces, data)
	t.exec(`INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at)
		SELECT event_id, subscriber, 'pending', written + $4, written
		FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS r (event_id, subscriber, written)`,
		receipts, subscribers, written, t.first.Milliseconds())
}

// History returns the journal of an order, oldest first. It looks at the archive last: what is moved there meanwhile is
// found.
func (s *Store) History(ctx context.Context, id int64) ([]event.Envelope, error) {
	history, err := collect(ctx, s, func(row scanner) (env event.Envelope, err error) {
		err = scanEvent(row, &env)
		return env, err
	}, `SELECT `+eventColumns+` FROM journal j WHERE j.order_id = $1 ORDER BY j.seq`, id)
	if err != nil || len(history) > 0 {
		return history, err
	}
	a, err := s.archived(ctx, id)
	return a.History, err
}

// scanEvent reads the event columns, and more after them.
func scanEvent(row scanner, env *event.Envelope, more ...any) error {
	var at int64
	var data string
	err := row.Scan(append([]any{&env.ID, &env.Type, &env.OrderID, &env.Source, &at, &env.TraceParent, &data}, more...)...)
	env.Time, env.Data = fromMillis(at), []byte(data)
	return err
}

// fromMillis is the time of so many milliseconds since 1970, UTC; zero for 0.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

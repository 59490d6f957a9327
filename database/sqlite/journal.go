package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
)

var eventColumns = database.Journal.Names("j")

var insertEvent = database.Journal.Insert(1)

// journal writes events and a pending receipt for each of their subscribers.
func (t *tx) journal(ctx context.Context, now time.Time, events ...event.Event) error {
	for _, e := range events {
		env, err := t.ids.NewEnvelope(ctx, e, now)
		if err != nil {
			return err
		}
		args, err := database.Journal.Args(&env)
		if err != nil {
			return err
		}
		if err := t.exec(insertEvent, args...); err != nil {
			return err
		}
		if err := t.expect(env, now); err != nil {
			return err
		}
		t.events = append(t.events, env)
	}
	return nil
}

// expect writes a pending receipt for each subscriber of an event, in one statement.
func (t *tx) expect(env event.Envelope, now time.Time) error {
	args := []any{env.ID, now.Add(t.firstWait).UnixMilli(), now.UnixMilli()}
	for _, subscriber := range event.SubscribersOf(env.Type) {
		args = append(args, subscriber)
		t.waits(subscriber, 1)
		t.turned = append(t.turned, turned{receiptKey{env.ID, subscriber}, true})
	}
	if event.Silent(env.Type) {
		return nil
	}
	return t.exec(expecting[env.Type], args...)
}

// expecting is the statement that writes the receipts of an event, by its type.
var expecting = func() map[event.Type]string {
	all := map[event.Type]string{}
	for _, name := range event.Types {
		var rows []string
		for i := range event.SubscribersOf(name) {
			rows = append(rows, fmt.Sprintf(`(?1, ?%d, 'pending', ?2, ?3)`, i+4))
		}
		all[name] = `INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at) VALUES ` + strings.Join(rows, ", ")
	}
	return all
}()

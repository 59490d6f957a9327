package sqlite

import (
	"fmt"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/database"
)

var insertEvent = database.Journal.InsertSQL(1)

// journal writes an event and a pending receipt for each of its subscribers.
func (t *tx) journal(env *event.Envelope, now time.Time) error {
	kept, err := t.keeper.Row(*env)
	if err != nil {
		return err
	}
	args, err := database.Journal.Args(&kept)
	if err != nil {
		return err
	}
	if err := t.exec(insertEvent, args...); err != nil {
		return err
	}
	t.events = append(t.events, *env)
	return t.expect(env, now)
}

// expect writes a pending receipt for each subscriber of an event, in one statement.
func (t *tx) expect(env *event.Envelope, now time.Time) error {
	args := []any{env.ID, now.Add(t.firstWait).UnixMilli(), now.UnixMilli()}
	for _, subscriber := range event.SubscribersOf(env.Type) {
		args = append(args, subscriber)
		t.waits(subscriber, 1)
	}
	if event.Silent(env.Type) {
		return nil
	}
	return t.exec(expecting[env.Type], args...)
}

// expecting has the statement of expect for each type of event.
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

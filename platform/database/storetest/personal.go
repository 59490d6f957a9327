package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// somebody is a customer whose texts are in nothing else, in an order with more that is personal.
func somebody(o *order.Order) {
	o.Customer = order.Customer{Name: "Zoë \"Zo\" <O'Neil>", Email: "zoe@private.example", Phone: "+41 79 555", Street: "Back\\slash 1", City: "東京"}
	o.Address = order.Address{Line2: "Zoë's", RecipientName: "Zora", GiftMessage: "{\"Zo\": [1]}"}
	o.Terms.Details = map[string]string{"costCentre": "Zoës"}
}

// private are the texts of somebody, as they are in JSON.
var private = []string{"Zo", "zoe@private.example", "+41 79 555", "slash 1", "東京", "costCentre"}

// journalled returns the events of an order as they are kept.
func (f *fixture) journalled(id int64) []event.Envelope {
	f.Helper()
	kept, err := f.Store.(interface {
		Journalled(ctx context.Context, id int64) ([]event.Envelope, error)
	}).Journalled(ctx, id)
	f.must(err)
	return kept
}

// wantNothingPersonal wants none of somebody's texts in what is kept of events.
func (f *fixture) wantNothingPersonal(kept []event.Envelope) {
	f.Helper()
	for _, env := range kept {
		for _, text := range private {
			if strings.Contains(string(env.Data), text) {
				f.Errorf("%s is kept with %q: %s", env.Type, text, env.Data)
			}
		}
		f.must(event.Validate(env.Type, env.Data))
	}
}

// theJournalHasNothingPersonal, and every way out of the store completes its events, byte for byte.
func theJournalHasNothingPersonal(t *testing.T, f *fixture) {
	var told []event.Envelope
	f.OnCommit(func(events []event.Envelope) { told = append(told, events...) })
	o := f.created(somebody)
	f.move(o.ID, order.Placed)
	f.move(o.ID, order.Cancelled)
	f.wantNothingPersonal(f.journalled(o.ID))
	history, err := f.History(ctx, o.ID)
	f.must(err)
	if diff := cmp.Diff(told, history); diff != "" || len(history) != 3 {
		t.Errorf("the history is not what was told (- told, + read): %s", diff)
	}
	for _, d := range f.sent(time.Hour) {
		if diff := cmp.Diff(told[index(told, d.Envelope.ID)], d.Envelope); diff != "" {
			t.Errorf("%s gets another event (- told, + due): %s", d.Subscriber, diff)
		}
		f.must(f.Park(ctx, &event.Receipt{EventID: d.Envelope.ID, Subscriber: d.Subscriber}, "a test"))
		letter, err := f.DeadLetter(ctx, &event.Receipt{EventID: d.Envelope.ID, Subscriber: d.Subscriber})
		if diff := cmp.Diff(d.Envelope, letter.Envelope); diff != "" || err != nil {
			t.Errorf("%s has another dead letter, %v (- due, + parked): %s", d.Subscriber, err, diff)
		}
	}
}

func index(events []event.Envelope, id string) int {
	for i, env := range events {
		if env.ID == id {
			return i
		}
	}
	return 0
}

// theArchiveHasNothingPersonal: what was not in the journal is not in the archive, and a history is complete.
func theArchiveHasNothingPersonal(t *testing.T, f *fixture) {
	o := f.booked(somebody)
	f.heard(o.ID)
	before := f.known(o.ID)
	f.pass(48 * time.Hour)
	f.archived(1)
	if kept := f.journalled(o.ID); len(kept) != 0 {
		t.Fatalf("%d events are not archived", len(kept))
	}
	if diff := cmp.Diff(before, f.known(o.ID)); diff != "" || !strings.Contains(string(before.History[0].Data), private[1]) {
		t.Errorf("an archived history is another (- journalled, + archived): %s", diff)
	}
}

// olderProgramsReadWholeEvents: while a process runs that does not complete events, they are kept whole.
func olderProgramsReadWholeEvents(t *testing.T, f *fixture) {
	attend := func(name string, level int64) {
		f.must(f.AttendRules(ctx, database.RulesReader{Name: name, Format: 1, Level: level, Until: f.now().Add(time.Minute)}))
	}
	attend("old", 1)
	attend("new", database.Level)
	whole := f.created(somebody)
	if kept := f.journalled(whole.ID)[0]; !strings.Contains(string(kept.Data), private[1]) {
		t.Errorf("an older program reads %s", kept.Data)
	}
	f.pass(time.Minute)
	attend("new", database.Level)
	f.wantNothingPersonal(f.journalled(f.created(somebody).ID))
	if env := f.event(whole.ID, event.TypeOrderCreated); !strings.Contains(string(env.Data), private[1]) {
		t.Errorf("what was kept whole is read as %s", env.Data)
	}
}

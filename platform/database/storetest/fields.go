package storetest

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// everyFieldOfAnOrderIsKept by CreateOrder and Import. The difference names a forgotten field.
func everyFieldOfAnOrderIsKept(t *testing.T, f *fixture) {
	var want order.Order
	Fill(&want, map[string]any{"Status": order.PaymentDeclined, "Currency": "USD"})
	made, _, err := f.CreateOrder(ctx, want, order.IdempotencyKey{})
	f.must(err)
	want.ID, want.Unique = made.ID, made.Unique
	imported := want
	imported.ID += 1000
	_, err = f.Import(ctx, []order.Order{imported})
	f.must(err)
	imported.Unique = f.order(imported.ID).Unique
	for _, o := range []order.Order{want, imported} {
		if diff := cmp.Diff(o, f.order(o.ID)); diff != "" {
			t.Errorf("not every field is kept (- stored, + read): %s", diff)
		}
	}
}

// events has a value of each type of event.
var events = []event.Event{
	&event.OrderImported{}, &event.PaymentRequested{}, &event.OrderCreated{}, &event.PaymentDeclined{}, &event.ReviewRequested{}, &event.ReviewDone{}, &event.OrderPlaced{},
	&event.StockCreated{}, &event.OrderDeliverable{}, &event.DeliveryBooked{}, &event.DeliveryRescheduled{}, &event.DeliveryStarted{},
	&event.DeliveryFailed{}, &event.Delivered{}, &event.OrderCancelled{}, &event.RefundDone{}, &event.OrderCorrected{}, &event.ComplaintMade{}, &event.ComplaintAnswered{},
}

// everyFieldOfAnEventIsKept by the journal, and known to its schema.
func everyFieldOfAnEventIsKept(t *testing.T, f *fixture) {
	o := f.created(somebody, func(o *order.Order) {
		o.Status, o.Tracking = order.PaymentDeclined, order.Tracking{ReceivedBy: "Zoë", LeftAt: "door", Photo: "p"}
	})
	given := map[string]any{
		"ReceivedBy": "Zoë", "LeftAt": "door", "Photo": "p", "OrderID": o.ID, "Currency": "USD", "DeliveryTime": "1795276800000",
		"DeliveryUntil": "1795276800001", "PreviousTime": "1795276800002", "PreviousUntil": "1795276800003", "Until": "1795276800000",
		"OrgNumber": "00123456", "TaxID": "ABC010101AB1", "Details": o.Terms.Details, "Address": o.Address,
	}
	for name, at := range reflect.ValueOf(o.Customer).Fields() { // which the journal does not keep
		given[name.Name] = at.Interface()
	}
	for _, name := range event.Types {
		i := slices.IndexFunc(events, func(e event.Event) bool { return e.EventType() == name })
		if i < 0 {
			t.Fatalf("there is no %s in the list of this test", name)
		}
		e := reflect.New(reflect.TypeOf(events[i]).Elem())
		(&filler{given: given}).fill(e.Elem())
		f.must(f.journal(ctx, e.Interface().(event.Event)))
		env := f.event(o.ID, name)
		f.must(event.Validate(env.Type, env.Data))
		stored := reflect.New(e.Type().Elem())
		f.must(json.Unmarshal(env.Data, stored.Interface()))
		if diff := cmp.Diff(e.Interface(), stored.Interface()); diff != "" {
			t.Errorf("%s: not every field is kept (- stated, + read): %s", name, diff)
		}
		for field := range e.Elem().NumField() {
			property := jsonName(e.Type().Elem().Field(field))
			if event.Schema(name).Properties[property] == nil {
				t.Errorf("%s: its schema has no %q", name, property)
			}
		}
	}
}

// everyFieldOfAnEntryIsKept by the ledger.
func everyFieldOfAnEntryIsKept(t *testing.T, f *fixture) {
	o := f.created()
	var want finance.Entry
	Fill(&want, map[string]any{"OrderID": o.ID, "Kind": "sale/1"})
	f.must(f.Correct(ctx, want))
	entries, err := f.EntriesOf(ctx, o.ID)
	f.must(err)
	if diff := cmp.Diff([]database.LedgerEntry{{Entry: want, Time: f.now()}}, entries); diff != "" {
		t.Errorf("not every field is kept (- entered, + read): %s", diff)
	}
}

// everyFieldOfAnActionIsKept.
func everyFieldOfAnActionIsKept(t *testing.T, f *fixture) {
	var want database.Action
	Fill(&want, nil)
	f.must(f.Record(ctx, want))
	all, err := f.LastActions(ctx, 1)
	f.must(err)
	want.ID, want.Time = all[0].ID, f.now()
	if diff := cmp.Diff([]database.Action{want}, all); diff != "" {
		t.Errorf("not every field is kept (- recorded, + read): %s", diff)
	}
}

// everyFieldOfAReceiptIsKept, for a failed one.
func everyFieldOfAReceiptIsKept(t *testing.T, f *fixture) {
	r := f.receipt(f.created().ID, event.TypeOrderCreated, "email.OrderCreated")
	f.pass(time.Second)
	f.must(f.Park(ctx, r, "failed"))
	letter, err := f.DeadLetter(ctx, r)
	f.must(err)
	wantFilled(t, letter, "TraceParent") // this test has no trace
	wantFilled(t, f.state(letter.Envelope.OrderID, r.Subscriber))
}

// wantFilled reports the zero fields, except those that are empty here.
func wantFilled(t *testing.T, record any, empty ...string) {
	t.Helper()
	v := reflect.ValueOf(record)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch field := v.Field(i); {
		case slices.Contains(empty, name):
		case field.Kind() == reflect.Struct && field.Type() != reflect.TypeFor[time.Time]():
			wantFilled(t, field.Interface(), empty...)
		case field.IsZero():
			t.Errorf("%s.%s is not kept", v.Type(), name)
		}
	}
}

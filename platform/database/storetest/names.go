package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/ref"
)

// anOrderIsNamedOnce: its reference has its number, the installation's id and a random part; it never changes, and all
// who deal with the order get it.
func anOrderIsNamedOnce(t *testing.T, f *fixture) {
	first, second := f.stocked(), f.created()
	for _, o := range []order.Order{first, second} {
		if _, number, ok := ref.Parse(string(o.Ref())); !ok || number != o.ID || o.Unique == "" {
			t.Errorf("order %d is named %q", o.ID, o.Ref())
		}
	}
	if len(first.Unique) != 25 || first.Unique[:13] != second.Unique[:13] || first.Unique[13:] == second.Unique[13:] {
		t.Errorf("%q and %q; the first half is the installation's, the second the order's", first.Unique, second.Unique)
	}
	moved := f.move(second.ID, order.Placed)
	named, err := f.OrderRef(ctx, first.ID)
	booking, err2 := f.Book(ctx, first.ID, delivery.Slot{Start: f.now().Add(time.Hour)}, delivery.Room{Slot: 1})
	asked, err3 := f.StockOrder(ctx, first.ID)
	sale, err4 := f.Sale(ctx, first.ID)
	got := []ref.Order{moved.Ref(), named, booking.Ref, asked.Ref, sale.Ref, f.told(first.ID, event.TypeOrderCreated), f.told(first.ID, event.TypeDeliveryBooked)}
	want := []ref.Order{second.Ref(), first.Ref(), first.Ref(), first.Ref(), first.Ref(), first.Ref(), first.Ref()}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || err2 != nil || err3 != nil || err4 != nil {
		t.Errorf("%s%v, %v, %v, %v", diff, err, err2, err3, err4)
	}
}

// told returns the reference in an event of an order.
func (f *fixture) told(id int64, t event.Type) ref.Order {
	f.Helper()
	var told struct{ Ref ref.Order }
	if err := json.Unmarshal(f.event(id, t).Data, &told); err != nil {
		f.Fatal(err)
	}
	return told.Ref
}

// olderProgramsMeetOrdersThatTheyKnow: while a process runs that does not know unique parts, new orders are named by
// their numbers, and keep those names.
func olderProgramsMeetOrdersThatTheyKnow(t *testing.T, f *fixture) {
	attend := func(name string, level int64) {
		err := f.AttendRules(ctx, database.RulesReader{Name: name, Format: 1, Level: level, Until: f.now().Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
	}
	attend("new", database.Level)
	attend("old", 0)
	old := f.created()
	if old.Ref() != ref.Of(old.ID, "") {
		t.Errorf("an older program would not know the order as %s", old.Ref())
	}
	f.pass(time.Minute)
	attend("new", database.Level)
	if o := f.created(); o.Unique == "" {
		t.Errorf("the older program has gone, and an order is named %s", o.Ref())
	}
	if o := f.move(old.ID, order.Placed); o.Ref() != old.Ref() || f.told(old.ID, event.TypeOrderPlaced) != old.Ref() {
		t.Errorf("%s became %s", old.Ref(), o.Ref())
	}
}

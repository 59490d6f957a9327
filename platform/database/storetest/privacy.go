package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/address"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// aCorrectionKeepsWhatWasThere: events that wait go by what is corrected, also those that an earlier release kept whole, and the order can
// be shown as it was.
func aCorrectionKeepsWhatWasThere(t *testing.T, f *fixture) {
	f.must(f.AttendRules(ctx, database.RulesReader{Name: "old", Format: 1, Level: 1, Until: f.now().Add(time.Hour)}))
	f.must(f.AttendRules(ctx, database.RulesReader{Name: "new", Format: 1, Level: database.Level, Until: f.now().Add(time.Hour)}))
	o := f.created(somebody)
	f.pass(time.Hour)
	right := "zoé@private.example"
	got, err := f.CorrectCustomer(ctx, correction(o.ID, order.CustomerChange{Email: &right}, "a typing error"))
	f.must(err)
	want := o
	want.Customer.Email = right
	if diff := cmp.Diff(want, f.order(o.ID)); diff != "" || got.Customer.Email != right {
		t.Errorf("corrected is not just the address (- want, + is): %s", diff)
	}
	for _, d := range f.sent(0) {
		if !strings.Contains(string(d.Envelope.Data), right) || strings.Contains(string(d.Envelope.Data), o.Customer.Email) {
			t.Errorf("%s still gets %s", d.Subscriber, d.Envelope.Data)
		}
	}
	_, err = f.CorrectCustomer(ctx, correction(o.ID, order.CustomerChange{Email: &right}, "again"))
	f.must(err)
	kept, err := f.CorrectionsOf(ctx, o.ID)
	f.must(err)
	if diff := cmp.Diff([]order.Correction{{OrderID: o.ID, Number: 1, At: f.now(), By: "ann", Why: "a typing error", Was: o.Whose()}}, kept); diff != "" {
		t.Errorf("kept is (- want, + is): %s", diff)
	}
	if before := f.order(o.ID).AsOf(f.now().Add(-time.Second), kept); before.Customer != o.Customer {
		t.Errorf("a second ago it was of %+v", before.Customer)
	}
	if now := f.order(o.ID).AsOf(f.now(), kept); now.Customer.Email != right {
		t.Errorf("now it is of %+v", now.Customer)
	}
	bad := "nobody"
	_, err = f.CorrectCustomer(ctx, correction(o.ID, order.CustomerChange{Email: &bad}, ""))
	f.wantCode(err, fault.Invalid)
}

// anErasedOrderHasNobody, wherever its events are, and everything else is as it was.
func anErasedOrderHasNobody(t *testing.T, f *fixture) {
	f.must(f.AttendRules(ctx, database.RulesReader{Name: "old", Format: 1, Level: 1, Until: f.now().Add(time.Minute)}))
	f.must(f.AttendRules(ctx, database.RulesReader{Name: "new", Format: 1, Level: database.Level, Until: f.now().Add(time.Minute)}))
	whole, archived := f.paidAndBooked(), f.paidAndBooked()
	for _, o := range []order.Order{whole, archived} {
		if o.ID == archived.ID {
			f.archived(2)
			f.heard(f.created().ID)
		}
		before := f.known(o.ID)
		f.must(f.Erase(ctx, o.ID, "ann", "the customer asked for it"))
		f.must(f.Erase(ctx, o.ID, "ann", "again"))
		after := f.known(o.ID)
		if diff := cmp.Diff(before.Order.WithoutPerson(), after.Order); diff != "" || !after.Order.Erased() {
			t.Errorf("the order is not just without its customer (- want, + is): %s", diff)
		}
		f.wantNothingPersonal(after.History)
		f.wantNothingPersonal(f.journalled(o.ID))
		if len(after.History) != len(before.History) || !cmp.Equal(before.Entries, after.Entries) {
			t.Errorf("%d events became %d, and %v %v", len(before.History), len(after.History), before.Entries, after.Entries)
		}
		for _, r := range after.Receipts {
			if r.LastError != "" {
				t.Errorf("%s keeps the answer %q", r.Subscriber, r.LastError)
			}
		}
		if kept, err := f.CorrectionsOf(ctx, o.ID); len(kept) != 0 || err != nil {
			t.Errorf("kept are %v, %v", kept, err)
		}
	}
	if faults, err := f.LedgerFaults(ctx, 1000); err != nil || len(faults) != 0 {
		t.Errorf("the ledger has faults: %v, %v", faults, err)
	}
}

// paidAndBooked returns somebody's order that has ended, was corrected, and whose mail failed once with an answer that names them.
func (f *fixture) paidAndBooked() order.Order {
	f.Helper()
	o := f.booked(somebody)
	email := "zoe@private.example"
	typed := "zo@private.example"
	for _, to := range []*string{&typed, &email} {
		_, err := f.CorrectCustomer(ctx, correction(o.ID, order.CustomerChange{Email: to}, ""))
		f.must(err)
	}
	f.must(f.Retry(ctx, f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated"), "no mailbox zoe@private.example", f.now()))
	f.heard(o.ID)
	f.pass(48 * time.Hour)
	return f.order(o.ID)
}

// whatIsUnderWayIsNotErased.
func whatIsUnderWayIsNotErased(t *testing.T, f *fixture) {
	open, unheard := f.stocked(somebody), f.booked(somebody)
	to := f.sold()
	for _, o := range []order.Order{open, unheard, to} {
		f.wantCode(f.Erase(ctx, o.ID, "ann", ""), fault.Conflict)
		if f.order(o.ID).Customer != o.Customer {
			t.Errorf("an order that is %s lost its customer", o.Status)
		}
	}
	f.wantCode(f.Erase(ctx, 1<<30, "ann", ""), fault.NotFound)
}

// aPersonsOrdersAreFound, page by page.
func aPersonsOrdersAreFound(t *testing.T, f *fixture) {
	var want []int64
	for i := range 5 {
		f.created()
		want = append(want, f.created(somebody, func(o *order.Order) {
			if i == 4 {
				o.Customer.Email = "another@example.com"
			}
		}).ID)
	}
	find := func(p database.Person) (found []int64) {
		for from := int64(0); ; {
			page, next, err := f.OrdersOfPerson(context.Background(), p, from, 2)
			f.must(err)
			for _, o := range page {
				found = append(found, o.ID)
			}
			if from = next; next == 0 {
				return found
			}
		}
	}
	if found := find(database.Person{Email: "ZOE@private.example"}); !slices.Equal(found, want[:4]) {
		t.Errorf("by mail address: %v, want %v", found, want[:4])
	}
	if found := find(database.Person{Phone: "+41 79 555"}); !slices.Equal(found, want) {
		t.Errorf("by telephone: %v, want %v", found, want)
	}
	if found := find(database.Person{}); len(found) != 0 {
		t.Errorf("nobody has %v", found)
	}
}

// correction is ann's wish in a shop that delivers everywhere.
func correction(id int64, c order.CustomerChange, why string) order.CorrectionWish {
	return order.CorrectionWish{OrderID: id, Change: c, By: "ann", Why: why, Rules: &order.Rules{}}
}

// aBookedOrderIsCorrectedUntilItsCutOff: the delivery company hears of it, under the version of a change, and another zone needs a place.
func aBookedOrderIsCorrectedUntilItsCutOff(t *testing.T, f *fixture) {
	o := f.booked(somebody)
	rules := &order.Rules{Markets: map[string]order.Market{"US": {
		CutOff: aDay, Places: address.Places{Market: 9, Zones: map[string]int{"north": 1}},
		Address: &order.AddressRules{Format: address.Format{Country: "US"}, Zones: address.Zones{{Name: "south", PostalCodes: []string{"1"}}, {Name: "north", PostalCodes: []string{"9"}}}},
	}}}
	correct := func(id int64, c order.CustomerChange) (order.Order, error) {
		w := correction(id, c, "moved")
		w.Rules = rules
		return f.CorrectCustomer(ctx, w)
	}
	there := o.Address
	there.PostalCode = "90001"
	for range 2 { // the same again is no other correction
		got, err := correct(o.ID, order.CustomerChange{City: new("North Town"), Address: &there})
		if err != nil || got.DeliveryZone != "north" || got.DeliveryMoves != 1 || !got.DeliveryTime.Equal(o.DeliveryTime) {
			t.Fatalf("corrected is %+v, %v", got, err)
		}
	}
	f.counts("US", o.DeliveryTime, 0)
	f.counts("US/north", o.DeliveryTime, 1)
	e, err := event.Open[event.OrderCorrected](f.event(o.ID, event.TypeOrderCorrected)) // once
	if err != nil || e.Number != 1 || !slices.Equal(e.Corrected, []string{"city", "postalCode"}) || e.DeliveryVersion != 2 || e.City != "North Town" ||
		e.DeliveryTime != delivery.Millis(o.DeliveryTime) {
		t.Errorf("the event is %+v, %v", e, err)
	}
	second := f.booked(somebody)
	_, err = correct(second.ID, order.CustomerChange{Address: &there})
	f.wantCode(err, fault.Invalid) // north is full at that time
	_, err = correct(second.ID, order.CustomerChange{Address: &order.Address{PostalCode: "70001"}})
	f.wantCode(err, fault.Invalid) // not delivered to
	f.counts("US", o.DeliveryTime, 1)
	f.pass(o.DeliveryTime.Sub(f.now()) - 23*time.Hour)
	_, err = correct(o.ID, order.CustomerChange{Phone: new("555 0101")})
	f.wantCode(err, fault.TooLate)
	got, err := correct(o.ID, order.CustomerChange{Email: new("late@example.com")})
	if err != nil || got.DeliveryMoves != 2 {
		t.Errorf("the mail address after the cut-off: %+v, %v", got, err)
	}
}

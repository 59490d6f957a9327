package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// elsewhere returns an order as another system has it.
func (f *fixture) elsewhere(id int64, status order.Status, at time.Time, change ...func(*order.Order)) order.Order {
	o := f.draft()
	o.ID, o.Status, o.DeliveryTime, o.PaymentProvider, o.CustomerType = id, status, at, "", "B2C"
	o.Total, o.Market, o.Rate = money.Amount{Minor: 960000, Currency: "MXN"}, "MX", "20"
	o.Terms.Imported = &order.Imported{Status: status, TotalPrice: 48000}
	if !at.IsZero() {
		o.Terms.Imported.DeliveryTime = at.UnixMilli()
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

// imports imports rows, and checks the results; a trial before returns the same.
func (f *fixture) imports(want []database.ImportResult, rows ...order.Order) (got []database.Import) {
	f.Helper()
	would, err := f.TryImport(ctx, rows)
	f.must(err)
	got, err = f.Import(ctx, rows)
	f.must(err)
	var results []database.ImportResult
	for i, r := range got {
		if results = append(results, r.Result); r.OrderID != rows[i].ID || (r.Result == database.ImportConflict) != (r.Why != "") {
			f.Errorf("row %d became %+v", rows[i].ID, r)
		}
	}
	if !slices.Equal(results, want) {
		f.Errorf("the rows are %v, want %v", results, want)
	}
	if diff := cmp.Diff(got, would); diff != "" {
		f.Errorf("a trial says something else: %s", diff)
	}
	return got
}

const (
	isNew, isChanged, isSame = database.ImportNew, database.ImportChanged, database.ImportUnchanged
	inConflict               = database.ImportConflict
)

// whatAnotherSystemTookIsImported unchanged, without deliveries, and once.
func whatAnotherSystemTookIsImported(t *testing.T, f *fixture) {
	at := f.now().Add(48 * time.Hour)
	rows := []order.Order{
		f.elsewhere(301, order.Placed, time.Time{}), f.elsewhere(302, order.Stocked, time.Time{}), f.elsewhere(303, order.DeliveryBooked, at),
		f.elsewhere(304, order.DeliveryBooked, at), f.elsewhere(305, order.DeliveryBooked, at, test), f.elsewhere(306, order.DeliveryBooked, time.Time{}),
	}
	f.must(f.LeaveNumbers(ctx, 306))
	f.imports([]database.ImportResult{isNew, isNew, isNew, isNew, isNew, isNew}, rows...)
	for _, want := range rows {
		is := f.known(want.ID)
		want.Unique = is.Order.Unique
		if diff := cmp.Diff(want, is.Order); diff != "" || want.Unique == "" {
			t.Errorf("order %d: %s", want.ID, diff)
		}
		if len(is.History) != 1 || is.History[0].Type != event.TypeOrderImported || len(is.Receipts) != 0 || len(is.Entries) != 0 {
			t.Errorf("order %d begins with %v, %v, %v", want.ID, is.History, is.Receipts, is.Entries)
		}
		if e, err := event.Open[event.OrderImported](is.History[0]); err != nil || e != want.ImportEvent() {
			t.Errorf("order %d began with %+v: %v", want.ID, e, err)
		}
	}
	booked, err := f.Booked(ctx, "MX", f.now())
	if f.must(err); booked[at] != 2 {
		t.Errorf("two real deliveries are counted as %v", booked)
	}
	due, err := f.TakeDue(ctx, f.now().Add(time.Hour), time.Minute, 10)
	if f.must(err); len(due) != 0 {
		t.Errorf("someone is to hear of it: %v", due)
	}
	f.imports([]database.ImportResult{isSame, isSame, isSame, isSame, isSame, isSame}, rows...)
	if made := f.created(); made.ID <= 306 {
		t.Errorf("a new order has the number %d", made.ID)
	}
}

// whatChangedElsewhereIsBroughtOver, unless this shop has moved the order on, or has one of its own with the number.
func whatChangedElsewhereIsBroughtOver(t *testing.T, f *fixture) {
	own := f.created()
	at, later := f.now().Add(48*time.Hour), f.now().Add(72*time.Hour)
	f.imports([]database.ImportResult{inConflict, isNew, isNew, isNew, isNew}, f.elsewhere(own.ID, order.Placed, time.Time{}),
		f.elsewhere(301, order.Placed, time.Time{}), f.elsewhere(302, order.DeliveryBooked, at), f.elsewhere(303, order.Placed, time.Time{}), f.elsewhere(304, order.Stocked, time.Time{}))
	f.pass(time.Minute)
	renamed := func(o *order.Order) { o.Customer.Street = "Elsewhere 2" }
	f.must(f.StockCreated(ctx, 303))
	f.move(303, order.Stocked)
	f.imports([]database.ImportResult{isChanged, isChanged, isSame, isChanged}, f.elsewhere(301, order.Stocked, time.Time{}),
		f.elsewhere(302, order.DeliveryBooked, later), f.elsewhere(303, order.Stocked, time.Time{}), f.elsewhere(304, order.Stocked, time.Time{}, renamed))
	moved, rebooked, street := f.known(301).Order, f.known(302).Order, f.known(304).Order
	if moved.Status != order.Stocked || !moved.StatusAt.Equal(f.now()) || !rebooked.DeliveryTime.Equal(later) || rebooked.StatusAt.Equal(f.now()) || street.Customer.Street != "Elsewhere 2" {
		t.Errorf("they are %+v, %+v, %+v", moved, rebooked, street)
	}
	booked, err := f.Booked(ctx, "MX", f.now())
	if f.must(err); booked[at] != 0 || booked[later] != 1 {
		t.Errorf("the deliveries are counted as %v", booked)
	}
	f.imports([]database.ImportResult{inConflict, inConflict, inConflict}, f.elsewhere(301, order.Placed, time.Time{}),
		f.elsewhere(303, order.DeliveryBooked, at), f.elsewhere(304, order.Stocked, time.Time{}, renamed, func(o *order.Order) { o.Products = event.ParseItems("EX001") }))
	if o := f.known(303).Order; o.Status != order.Stocked || !o.DeliveryTime.IsZero() {
		t.Errorf("what went on here became %+v", o)
	}
}

// anImportedOrderGoesOn like others, except for money, which this shop did not take.
func anImportedOrderGoesOn(t *testing.T, f *fixture) {
	f.imports([]database.ImportResult{isNew, isNew}, f.elsewhere(301, order.Placed, time.Time{}), f.elsewhere(302, order.Placed, time.Time{}))
	f.pass(time.Hour)
	if asked, err := f.TakeUnanswered(ctx, f.now(), time.Minute, 10); err != nil || len(asked) != 0 {
		t.Errorf("the stockist is asked about %v by itself: %v", asked, err)
	}
	f.must(f.StockCreated(ctx, 301))
	f.move(301, order.Stocked)
	_, err := f.Book(ctx, 301, delivery.Slot{Start: f.now().Add(24 * time.Hour)}, delivery.Room{Slot: 1})
	f.must(err)
	f.move(301, order.DeliveryBooked)
	_, err = f.MoveOrder(ctx, order.Move{OrderID: 302, To: order.Cancelled, Reason: order.ByOperator})
	f.must(err)
	for _, id := range []int64{301, 302} {
		sale, err := f.Sale(ctx, id)
		if f.must(err); sale.Placed || len(f.known(id).Entries) != 0 {
			t.Errorf("order %d is sold: %+v, %v", id, sale, f.known(id).Entries)
		}
		f.heard(id)
	}
	faults, err := f.LedgerFaults(ctx, 10)
	if f.must(err); len(faults) != 0 {
		t.Errorf("the ledger lacks %v", faults)
	}
	f.pass(72 * time.Hour)
	if n, err := f.Archive(ctx, f.now().Add(-time.Hour), 10); err != nil || n != 2 {
		t.Errorf("%d were archived: %v", n, err)
	}
	f.imports([]database.ImportResult{isSame, inConflict}, f.elsewhere(301, order.Placed, time.Time{}), f.elsewhere(302, order.Stocked, time.Time{}))
}

package storetest

import (
	"log/slog"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/books"
	"acme.example/webshop/cutoff"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// bookkeeper enters for a company that counts in dollars.
func (f *fixture) bookkeeper() *database.Bookkeeper {
	return &database.Bookkeeper{
		Store: f.Store, Company: func() (books.Company, error) {
			return books.Company{Zone: time.UTC, Currency: "USD", PaymentDays: 30}, nil
		},
		Rate: func(money.Currency) (string, string) { return "", "" }, Now: f.now, Log: slog.New(slog.DiscardHandler),
	}
}

func (f *fixture) entered() {
	f.Helper()
	f.must(f.bookkeeper().Enter(ctx))
	if n, err := f.WaitingForBooks(ctx); n != 0 || err != nil {
		f.Errorf("%d orders still wait, %v", n, err)
	}
	f.wantSound()
}

// wantSound reads all entries as an auditor would, and compares them with the totals.
func (f *fixture) wantSound() (all []books.Entry) {
	f.Helper()
	before := books.Entry{}
	stored, err := f.StoredEntries(ctx, 0, 1000)
	f.must(err)
	for _, s := range stored {
		e, wrong := books.Verify(before, s.Data, s.Hash)
		if wrong != "" || e.Number != s.Number || e.Day != s.Day || e.Order != s.OrderID {
			f.Errorf("entry %d %s: %+v", s.Number, wrong, s)
		}
		all, before = append(all, e), e
	}
	sums := map[books.Account]int64{}
	for _, t := range database.TotalsOf(all) {
		sums[t.Account] += t.Debit - t.Credit
	}
	totals, err := f.BookTotals(ctx, "0000-00-00", "9999-12-31")
	f.must(err)
	kept := map[books.Account]int64{}
	for _, t := range totals {
		kept[t.Account] += t.Debit - t.Credit
	}
	if diff := cmp.Diff(sums, kept); diff != "" {
		f.Errorf("the totals are not those of the entries: %s", diff)
	}
	return all
}

// wantBooks compares the balances of the books, in cents.
func (f *fixture) wantBooks(when string, want map[books.Account]int64) {
	f.Helper()
	totals, err := f.BookTotals(ctx, "0000-00-00", books.DayOf(f.now(), time.UTC))
	f.must(err)
	got := map[books.Account]int64{}
	for _, t := range totals {
		got[t.Account] = t.Debit - t.Credit
	}
	maps.DeleteFunc(got, func(_ books.Account, v int64) bool { return v == 0 })
	if diff := cmp.Diff(want, got); diff != "" {
		f.Errorf("%s: %s", when, diff)
	}
}

func withTax(o *order.Order) {
	o.Terms.Lines = []event.Line{{SKU: "LB001", Quantity: 1, UnitPrice: 45000, Class: "plant", Tax: 3000, Total: 48000}}
	o.Terms.Taxes = []event.Tax{{Name: "GST", Rate: "6.67", Treatment: "rate", Base: 45000, Amount: 3000, Point: event.PointPayment}}
}

// theBooksFollowTheLedger, whatever is entered at a time.
func theBooksFollowTheLedger(t *testing.T, f *fixture) {
	o := f.paid(withTax)
	if w, waits, err := f.OldestUnbooked(ctx); !waits || err != nil || w.OrderID != o.ID || !w.Since.Equal(f.now()) {
		t.Errorf("%+v waits, %v", w, err)
	}
	f.entered()
	if w, waits, err := f.OldestUnbooked(ctx); waits || err != nil {
		t.Errorf("%+v still waits, %v", w, err)
	}
	f.wantBooks("paid", map[books.Account]int64{"clearing:payments-us": 48000, "deposits": -45000, "tax:US:GST@6.67": -3000})
	f.move(o.ID, order.Placed)
	f.entered()
	documents, err := f.DocumentsOf(ctx, o.ID)
	f.must(err)
	day := books.DayOf(f.now(), time.UTC)
	if diff := cmp.Diff([]books.Document{{Series: "US-" + day.Year() + "-", Number: 1, Kind: books.Receipt, OrderID: o.ID, Of: "sale", Day: day, Total: 48000, Tax: 3000, Currency: "USD"}}, documents); diff != "" {
		t.Error(diff)
	}
	f.cancel(o.ID)
	f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
	f.created(func(o *order.Order) { o.TestID = 7 })
	f.entered()
	f.wantBooks("taken back", map[books.Account]int64{})
	if all, err := f.EntriesOfOrder(ctx, o.ID); err != nil || len(all) != 3 || len(all[0].Kinds) != 1 || all[0].Kinds[0] != "payment" {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err := f.DocumentsOf(ctx, o.ID); err != nil || len(all) != 2 || all[0].Kind != books.Receipt || all[1].Kind != books.CreditNote {
		t.Errorf("the sale's document is not first: %+v, %v", all, err)
	}
	if last, err := f.LastDocuments(ctx); err != nil || len(last) != 2 {
		t.Errorf("%v, %v", last, err)
	}
}

// whatIsDeliveredIsEarned: not before; where no carrier reports, when the window has ended.
func whatIsDeliveredIsEarned(t *testing.T, f *fixture) {
	tracked := f.paid(func(o *order.Order) { o.Terms.Tracked = true })
	for _, o := range []order.Order{tracked, f.paid(), f.paid(withShipping)} {
		f.move(o.ID, order.Placed)
		f.move(o.ID, order.Stocked)
		_, err := f.Book(ctx, o.ID, delivery.Slot{Start: f.now().Add(time.Hour)}, delivery.Room{Slot: 1000})
		f.must(err)
		f.move(o.ID, order.DeliveryBooked)
	}
	f.entered()
	f.wantBooks("booked", map[books.Account]int64{"clearing:payments-us": 144000, "deposits": -144000})
	f.must1(f.MoveOrder(ctx, order.Move{OrderID: tracked.ID + 1, To: order.Cancelled, CutOff: new(cutoff.Before)}))
	f.pass(2 * time.Hour)
	f.entered()
	f.wantBooks("a window has ended", map[books.Account]int64{"clearing:payments-us": 144000, "deposits": -96000, "revenue:US:plant": -47502, "revenue:US:freight": -500, "rounding": 2})
	f.must1(f.MoveOrder(ctx, order.Move{OrderID: tracked.ID, To: order.Delivered, Report: order.Report{At: f.now()}}))
	f.entered()
	f.wantBooks("delivered", map[books.Account]int64{"clearing:payments-us": 144000, "deposits": -48000, "revenue:US:other": -48000, "revenue:US:plant": -47502, "revenue:US:freight": -500, "rounding": 2})
	if due, err := f.DueHandovers(ctx, f.now().Add(time.Hour), 10); len(due) > 0 || err != nil {
		t.Errorf("%v still wait, %v", due, err)
	}
}

// withShipping is an order with a charge, and with a total that was rounded.
func withShipping(o *order.Order) {
	o.Terms.Lines = []event.Line{
		{SKU: "LB001", Quantity: 1, UnitPrice: 47502, Class: "plant", Total: 47502},
		{Charge: "shipping", Account: "freight", Class: "service", Quantity: 1, UnitPrice: 500, Total: 500},
		{Charge: "rounding", Account: "rounding", Quantity: 1, UnitPrice: -2, Total: -2},
	}
}

func (f *fixture) must1(_ order.Order, err error) {
	f.Helper()
	f.must(err)
}

// theBooksBeginWithTheLedger: what was there before is one entry, and is not earned again.
func theBooksBeginWithTheLedger(t *testing.T, f *fixture) {
	paid, open := f.paid(withTax), f.created(withTax)
	f.move(paid.ID, order.Placed)
	f.move(open.ID, order.Placed)
	var before []database.Entered
	for _, id := range []int64{paid.ID, open.ID} {
		entries, err := f.EntriesOf(ctx, id)
		f.must(err)
		for _, e := range entries {
			before = append(before, database.Entered{OrderID: id, Kind: e.Kind})
		}
	}
	f.must(f.WriteBooks(ctx, database.BooksWrite{Entered: before})) // as if they were from before
	f.entered()
	opened := map[books.Account]int64{"clearing:payments-us": 48000, "receivable": 48000, "tax:US:GST@6.67": -6000, "opening": -90000}
	f.wantBooks("opened", opened)
	f.cancel(paid.ID)
	f.entered()
	opened["deposits"], opened["tax:US:GST@6.67"], opened["refunds"] = -48000, -3000, 45000
	f.wantBooks("taken back", opened)
}

// theBooksGoOnOnce: of two who enter at a time, one enters nothing; nor does who has not heard that a period was closed.
func theBooksGoOnOnce(t *testing.T, f *fixture) {
	o := f.paid()
	w := database.BooksWrite{Entries: []books.Entry{{Day: "2026-01-01", Money: "USD", Company: "USD", Order: o.ID, Key: "one", Lines: []books.Line{
		{Account: "bank", Amount: 1, Own: 1}, {Account: "fees", Amount: -1, Own: -1}}}}}
	f.must(f.WriteBooks(ctx, w))
	f.wantCode(f.WriteBooks(ctx, w), fault.Unavailable)
	head, err := f.LastBooked(ctx)
	f.must(err)
	w.After = head
	f.must(f.ClosePeriod(ctx, database.ClosedPeriod{Period: "2026-01", By: "ann"}))
	w.Entries[0].Key = "two"
	f.wantCode(f.WriteBooks(ctx, w), fault.Unavailable)
	closed, err := f.ClosedPeriods(ctx)
	if err != nil || len(closed) != 1 || closed[0].By != "ann" || closed[0].At != f.now().UnixMilli() {
		t.Errorf("%+v, %v", closed, err)
	}
	w.After.Closed, w.Entries[0].Lines[0].Amount = 1, 2
	if f.WriteBooks(ctx, w) == nil {
		t.Error("an entry that does not balance was made")
	}
	f.must(f.SetBookRate(ctx, database.BookRate{Rate: books.Rate{Currency: "MXN", Day: "2026-01-02", Rate: "17.3925", Source: "a bank"}, Author: "ann"}))
	f.must(f.SetBookRate(ctx, database.BookRate{Rate: books.Rate{Currency: "MXN", Day: "2026-01-02", Rate: "18", Source: "another"}, Author: "bo"}))
	if rates, err := f.BookRates(ctx); err != nil || len(rates) != 1 || rates[0].Rate.Rate != "18" || rates[0].Author != "bo" {
		t.Errorf("%+v, %v", rates, err)
	}
	if e, err := f.BookEntry(ctx, 1); err != nil || e.Key != "one" || e.Lines[0].Account != "bank" {
		t.Errorf("%+v, %v", e, err)
	}
	other := f.bookkeeper()
	other.Company = func() (books.Company, error) { return books.Company{Zone: time.UTC, Currency: "EUR"}, nil }
	f.wantCode(other.Enter(ctx), fault.Conflict) // the books are in dollars
	_, err = f.BookEntry(ctx, 2)
	f.wantCode(err, fault.NotFound)
}

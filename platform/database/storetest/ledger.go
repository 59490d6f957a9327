package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// paid returns an order that was paid with a card.
func (f *fixture) paid(change ...func(*order.Order)) order.Order {
	f.Helper()
	o := f.created(append(change, func(o *order.Order) { o.Status = order.PaymentPending })...)
	paid, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Created, PaymentReference: "ch_1"})
	if err != nil {
		f.Fatal(err)
	}
	return paid
}

func (f *fixture) sale(id int64) finance.Entry {
	return finance.Sold(id, f.draft().Total, false)
}

// balances returns the balance of each account, in cents.
func (f *fixture) balances() map[finance.Account]int64 {
	f.Helper()
	all, err := f.Balances(ctx)
	if err != nil {
		f.Fatal(err)
	}
	by := map[finance.Account]int64{}
	for _, b := range all {
		if by[b.Account] = b.Amount.Minor; b.Amount.Currency != "USD" {
			f.Errorf("balance %+v", b)
		}
	}
	return by
}

// moneyIsEnteredWithItsReason: the order's change enters it, without a subscriber or partner.
func moneyIsEnteredWithItsReason(t *testing.T, f *fixture) {
	o := f.paid()
	want := map[finance.Account]int64{"cash:payments-us": 48000, finance.Receivable: -48000}
	f.wantBalances("paid", want)
	f.move(o.ID, order.Placed)
	want[finance.Receivable], want[finance.Revenue] = 0, -48000
	f.wantBalances("placed", want)
	r := f.receipt(o.ID, event.TypeOrderPlaced, "finance.OrderPlaced")
	for range 3 { // entries that exist are not entered again
		f.must(f.PostEntries(event.WithReceipt(ctx, r), f.sale(o.ID)))
		f.must(f.PostEntries(ctx, f.sale(o.ID)))
	}
	if got := f.state(o.ID, "finance.OrderPlaced"); got.State != "done" || !r.Settled() {
		t.Errorf("the receipt is %s", got.State)
	}
	f.wantBalances("booked", want)
	f.cancel(o.ID)
	want[finance.Receivable], want[finance.Refunds] = -48000, 48000
	f.wantBalances("cancelled", want)
	for range 2 {
		f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
	}
	want["cash:payments-us"], want[finance.Receivable] = 0, 0
	f.wantBalances("refunded", want)
	entries, err := f.EntriesOf(ctx, o.ID)
	if err != nil || len(entries) != 4 || entries[0].Amount != o.Total || !entries[0].Time.Equal(f.now()) || f.order(o.ID).RefundReference != "re_1" {
		t.Errorf("entries %+v, %v", entries, err)
	}
}

func (f *fixture) wantBalances(when string, want map[finance.Account]int64) {
	f.Helper()
	if diff := cmp.Diff(want, f.balances()); diff != "" {
		f.Errorf("%s: %s", when, diff)
	}
}

// whatWasNeverOwedIsNotReversed: orders that were not placed, or cost nothing.
func whatWasNeverOwedIsNotReversed(t *testing.T, f *fixture) {
	f.cancel(f.created().ID)
	free := f.created(func(o *order.Order) { o.Total.Minor, o.PaymentProvider = 0, "" })
	f.move(free.ID, order.Placed)
	f.must(f.PostEntries(ctx, finance.Sold(free.ID, free.Total, false)))
	f.cancel(free.ID)
	f.wantBalances("after all", map[finance.Account]int64{})
}

func testOrdersAreNotTheShopsMoney(t *testing.T, f *fixture) {
	f.paid()
	test := f.created(func(o *order.Order) { o.TestID = 7 })
	f.move(test.ID, order.Placed)
	f.wantBalances("of real orders", map[finance.Account]int64{"cash:payments-us": 48000, finance.Receivable: -48000})
}

// aWrongEntryIsCorrected by others that have an author and a reason; the fault is found.
func aWrongEntryIsCorrected(t *testing.T, f *fixture) {
	o := f.paid()
	f.move(o.ID, order.Placed)
	f.cancel(o.ID)
	f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
	dollar := money.Amount{Minor: 100, Currency: "USD"}
	for _, kind := range []finance.Kind{finance.KindPayment, finance.KindSale, finance.KindReversal, finance.KindRefund} {
		right := f.entry(o.ID, kind)
		f.wantFaults()
		less := finance.Entry{OrderID: o.ID, Kind: kind.Correction(1), Debit: right.Credit, Credit: right.Debit, Amount: dollar, Author: "ana", Reason: "a test"}
		for range 2 { // the same one counts once
			f.must(f.Correct(ctx, less))
		}
		f.wantFaults(database.LedgerFault{OrderID: o.ID, Kind: kind, What: "is USD 479.00, must be USD 480.00"})
		other := less
		other.Amount.Minor = 1
		f.wantCode(f.Correct(ctx, other), fault.Conflict)
		more := finance.Entry{OrderID: o.ID, Kind: kind.Correction(2), Debit: right.Debit, Credit: right.Credit, Amount: dollar, Author: "bo", Reason: "mended"}
		f.must(f.Correct(ctx, more))
		if got := f.entry(o.ID, more.Kind); got != more {
			t.Errorf("%+v", got)
		}
	}
	f.wantFaults()
	f.wantCode(f.Correct(ctx, finance.Entry{OrderID: 999, Kind: "sale/1", Debit: "a", Credit: "b", Amount: dollar, Author: "ana"}), fault.NotFound)
}

func (f *fixture) entry(id int64, kind finance.Kind) finance.Entry {
	f.Helper()
	entries, err := f.EntriesOf(ctx, id)
	f.must(err)
	for _, e := range entries {
		if e.Kind == kind {
			return e.Entry
		}
	}
	f.Fatalf("order %d has no %s", id, kind)
	return finance.Entry{}
}

func (f *fixture) wantFaults(want ...database.LedgerFault) {
	f.Helper()
	faults, err := f.LedgerFaults(ctx, 100)
	f.must(err)
	if diff := cmp.Diff(want, faults, cmpopts.EquateEmpty()); diff != "" {
		f.Error(diff)
	}
}

// whatTheLedgerLacksIsFound, for the newest orders: also an entry that was reversed as a whole.
func whatTheLedgerLacksIsFound(t *testing.T, f *fixture) {
	o := f.created()
	f.move(o.ID, order.Placed)
	all := f.entry(o.ID, finance.KindSale)
	f.must(f.Correct(ctx, finance.Entry{
		OrderID: o.ID, Kind: "sale/1", Debit: all.Credit, Credit: all.Debit, Amount: all.Amount, Author: "ana", Reason: "a test",
	}))
	f.wantFaults(database.LedgerFault{OrderID: o.ID, Kind: finance.KindSale, What: "is missing, must be USD 480.00"})
	f.created()
	if faults, err := f.LedgerFaults(ctx, 1); err != nil || len(faults) != 0 {
		t.Errorf("of the newest order: %v, %v", faults, err)
	}
}

// whatIsPaidTooLateIsCancelled: its payment was in doubt, was declined, and came after all. The money is entered, and
// refunded for its event.
func whatIsPaidTooLateIsCancelled(t *testing.T, f *fixture) {
	o := f.created(func(o *order.Order) { o.Status = order.PaymentPending })
	for range 2 { // the second time changes nothing
		_, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.PaymentDeclined, Reason: order.NotConfirmed, Event: true})
		f.must(err)
	}
	f.receipt(o.ID, event.TypePaymentDeclined, "email.PaymentDeclined")
	for _, m := range []order.Move{
		{To: order.Cancelled, Reason: order.ByOperator}, {To: order.Cancelled, Reason: order.ByOperator, PaymentReference: "ch_1"},
		{To: order.Cancelled, Reason: order.PaidTooLate}, {To: order.Created, PaymentReference: "ch_1", Event: true},
	} {
		m.OrderID = o.ID
		_, err := f.MoveOrder(ctx, m)
		f.wantCode(err, fault.Conflict)
	}
	late, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Cancelled, Reason: order.PaidTooLate, PaymentReference: "ch_1"})
	if err != nil || late.Status != order.Cancelled || late.PaymentReference != "ch_1" {
		t.Fatalf("%+v, %v", late, err)
	}
	f.wantBalances("paid too late", map[finance.Account]int64{"cash:payments-us": 48000, finance.Receivable: -48000})
	f.receipt(o.ID, event.TypeOrderCancelled, "order.OrderCancelled")
	f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
	f.wantBalances("given back", map[finance.Account]int64{"cash:payments-us": 0, finance.Receivable: 0})
	if faults, err := f.LedgerFaults(ctx, 10); err != nil || len(faults) != 0 {
		t.Errorf("%v, %v", faults, err)
	}
}

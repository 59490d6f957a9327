package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
)

// whatAnArchivedOrderGetsIsKept: money that is given back, and a payment that comes when its order has ended. Its history is whole
// for ever, and it is not archived again.
func whatAnArchivedOrderGetsIsKept(t *testing.T, f *fixture) {
	for name, c := range map[string]struct {
		make  func() order.Order
		late  func(order.Order)
		wants []event.Type
	}{
		"a refund": {f.sold, func(o order.Order) {
			_, err := f.RequestRefund(ctx, wish(o, 60))
			f.must(err)
			f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
		}, []event.Type{event.TypeRefundDone}},
		"a payment": {f.unconfirmed, func(o order.Order) {
			_, err := f.RecordPayment(ctx, order.Settlement{OrderID: o.ID, Number: 1, Outcome: payments.Outcome{State: payments.Paid, Reference: "ch_1"}})
			f.must(err)
			f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
		}, []event.Type{event.TypeOrderCancelled}},
	} {
		o := c.make()
		f.pass(year)
		before := f.known(o.ID)
		f.archived(1)
		c.late(o)
		f.wantMore(name, before, c.wants)
		f.heard(o.ID)
		heard := f.known(o.ID)
		if slices.ContainsFunc(heard.Receipts, func(r database.ReceiptState) bool { return r.State == "pending" }) {
			t.Errorf("%s: after all have heard: %+v", name, heard.Receipts)
		}
		f.pass(year)
		f.archived(0)
		if diff := cmp.Diff(heard, f.known(o.ID)); diff != "" {
			t.Errorf("%s: in the end: %s", name, diff)
		}
	}
}

// wantMore wants these events after those before, each with a receipt of each subscriber that is pending.
func (f *fixture) wantMore(name string, before known, types []event.Type) {
	f.Helper()
	after := f.known(before.Order.ID)
	n, receipts := len(before.History), len(before.Receipts)
	for _, t := range types {
		receipts += len(event.SubscribersOf(t))
	}
	if diff := cmp.Diff(before.History, after.History[:min(n, len(after.History))]); diff != "" {
		f.Errorf("%s: the history is another one: %s", name, diff)
	}
	var got []event.Type
	for _, env := range after.History[n:] {
		got = append(got, env.Type)
	}
	if !slices.Equal(got, types) || len(after.Receipts) != receipts {
		f.Errorf("%s: %v came, want %v; %d receipts, want %d", name, got, types, len(after.Receipts), receipts)
	}
}

// eachRefundIsToldOnce, however often the provider says that it is done.
func eachRefundIsToldOnce(t *testing.T, f *fixture) {
	o := f.givable()
	before := f.known(o.ID)
	for _, amount := range []int64{60, 40} {
		_, err := f.RequestRefund(ctx, wish(o, amount))
		f.must(err)
	}
	for _, state := range []payments.RefundState{payments.RefundPending, payments.RefundDone, payments.RefundDone} {
		for number := 1; number <= 2; number++ {
			f.must(f.RecordRefund(ctx, o.ID, number, payments.RefundOutcome{State: state, Reference: "re"}))
		}
	}
	f.wantMore("two parts", before, []event.Type{event.TypeRefundDone, event.TypeRefundDone})
	history := f.known(o.ID).History
	last, err := event.Open[event.RefundDone](history[len(history)-1])
	if want := (event.RefundDone{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, Refund: 2, Amount: 40, Currency: "USD",
		Method: payments.Card, Reason: "it came late", OfSale: true, TotalPrice: o.Total.Minor, Language: o.Language,
	}); err != nil || last != want {
		t.Errorf("told is %+v, %v; want %+v", last, err, want)
	}
}

package storetest

import (
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
)

// whatIsInWorkIsNotSentAgain: a held receipt is not due before its time, and a hold shortens no longer wait.
func whatIsInWorkIsNotSentAgain(t *testing.T, f *fixture) {
	o := f.created()
	r := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	f.sent(time.Hour) // each is due again in a minute
	f.must(f.Hold(ctx, r, f.now().Add(2*time.Minute)))
	f.must(f.Hold(ctx, r, f.now().Add(time.Second)))
	for _, d := range f.sent(time.Minute) {
		if d.Subscriber == r.Subscriber {
			t.Error("what is in work was sent again")
		}
	}
	if due := f.sent(time.Minute); len(due) != 1 || due[0].Subscriber != r.Subscriber {
		t.Errorf("after the hold, sent again: %v", due)
	}
	f.must(f.MarkDone(ctx, r))
	f.must(f.Hold(ctx, r, f.now().Add(time.Minute)))
	if got := f.state(o.ID, r.Subscriber); got.State != "done" || got.Attempts != 0 {
		t.Errorf("a done receipt that was held: %+v", got)
	}
}

// aLaterSuccessSettlesWhatWasParked: two handlers of one event ran at once, and the one that failed for good ended first.
// The other's effect is stored, and the receipt is done.
func aLaterSuccessSettlesWhatWasParked(t *testing.T, f *fixture) {
	o := f.paid()
	f.move(o.ID, order.Placed)
	f.cancel(o.ID)
	refund := f.receipt(o.ID, event.TypeOrderCancelled, "order.OrderCancelled")
	sale := f.receipt(o.ID, event.TypeOrderPlaced, "finance.OrderPlaced")
	mail := f.receipt(o.ID, event.TypeOrderCreated, "email.OrderCreated")
	for _, r := range []*event.Receipt{refund, sale, mail} {
		f.must(f.Park(ctx, r, "the first call with this key is still in work"))
	}
	f.must(f.RecordRefund(event.WithReceipt(ctx, refund), o.ID, 1, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_1"}))
	f.must(f.PostEntries(event.WithReceipt(ctx, sale), f.sale(o.ID)))
	f.must(f.MarkDone(ctx, mail))
	for _, r := range []*event.Receipt{refund, sale, mail} {
		if got := f.state(o.ID, r.Subscriber); got.State != "done" {
			t.Errorf("%s: %+v", r.Subscriber, got)
		}
	}
	if got := f.order(o.ID); got.RefundReference != "re_1" {
		t.Errorf("the refund %q", got.RefundReference)
	}
	if got := f.balances()["revenue"]; got != -o.Total.Minor {
		t.Errorf("revenue %d", got)
	}
	if parked, err := f.Parked(ctx); err != nil || len(parked) != 0 {
		t.Errorf("dead letters %v, %v", parked, err)
	}
	f.must(f.Park(ctx, mail, "too late"))
	if got := f.state(o.ID, mail.Subscriber); got.State != "done" {
		t.Errorf("parked after it was done: %+v", got)
	}
}

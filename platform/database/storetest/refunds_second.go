package storetest

import (
	"testing"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// aRefundThatWaitsIsTakenBack by either person, with a reason, and can be given back otherwise.
func aRefundThatWaitsIsTakenBack(t *testing.T, f *fixture) {
	o := f.givable()
	for _, by := range []string{"ann", "bob"} {
		w := wish(o, o.Total.Minor)
		w.Alone = new(int64)
		got, err := f.RequestRefund(ctx, w)
		f.must(err)
		number := len(got.Refunds)
		_, err = f.RefuseRefund(ctx, o.ID, number, by, " ")
		f.wantCode(err, fault.Invalid)
		_, err = f.RefuseRefund(ctx, o.ID, number, order.ByToken, "a mistake")
		f.wantCode(err, fault.Conflict)
		for range 2 {
			got, err = f.RefuseRefund(ctx, o.ID, number, by, "a mistake")
			f.must(err)
		}
		want := map[string]payments.RefundState{"ann": payments.RefundWithdrawn, "bob": payments.RefundRefused}[by]
		if r := f.order(o.ID).Refunds[number-1]; r.State != want || r.EndedBy != by || r.EndedWhy != "a mistake" || got.Refundable() != o.Total.Minor || got.Unsettled() {
			t.Errorf("%+v; %d are left to give back", r, got.Refundable())
		}
		_, err = f.ApproveRefund(ctx, o.ID, number, "bob")
		f.wantCode(err, fault.Conflict)
		f.must(f.RecordRefund(ctx, o.ID, number, payments.RefundOutcome{State: payments.RefundDone, Reference: "re"}))
	}
	_, err := f.RefuseRefund(ctx, o.ID, 9, "bob", "a mistake")
	f.wantCode(err, fault.NotFound)
	if back := f.order(o.ID).Refunds; back[0].State != payments.RefundWithdrawn || back[1].State != payments.RefundRefused {
		t.Errorf("the provider answers for what it was not asked: %+v", back)
	}
}

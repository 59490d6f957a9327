package storetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// givable returns an order that was paid and placed: three pieces of one product and one of another.
func (f *fixture) givable() order.Order {
	f.Helper()
	o := f.paid(func(o *order.Order) {
		o.Terms.Lines = []event.Line{{SKU: "A", Quantity: 3, UnitPrice: 34, Total: 100}, {SKU: "B", Quantity: 1, UnitPrice: o.Total.Minor, Total: o.Total.Minor - 100}}
	})
	return f.move(o.ID, order.Placed)
}

func wish(o order.Order, minor int64) order.RefundWish {
	return order.RefundWish{OrderID: o.ID, Amount: money.Amount{Minor: minor, Currency: o.Total.Currency}, Reason: "it came late", By: "ann"}
}

// refundsNeverExceedWhatWasPaid, however many persons ask for them at once, for amounts and for pieces, while the provider
// answers and the order may be cancelled.
func refundsNeverExceedWhatWasPaid(t *testing.T, f *fixture) {
	rapid.Check(t, func(rt *rapid.T) {
		o := f.givable()
		wishes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) order.RefundWish {
			w := wish(o, rapid.Int64Range(-2, o.Total.Minor+2).Draw(t, "amount"))
			if rapid.Bool().Draw(t, "pieces") {
				w.Amount = money.Amount{}
				w.Products = event.Items{{SKU: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "sku"), Quantity: rapid.Int64Range(0, 4).Draw(t, "quantity")}}
			}
			w.Key = rapid.SampledFrom([]string{"", "k1", "k2"}).Draw(t, "key")
			return w
		}), 1, 6).Draw(rt, "wishes")
		cancels := rapid.Bool().Draw(rt, "cancels")
		var all sync.WaitGroup
		for _, w := range wishes {
			all.Go(func() { f.asksFor(t, w) })
		}
		if cancels {
			all.Go(func() {
				if _, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Cancelled, Reason: order.ByOperator}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		f.wantWithinPaid(f.order(o.ID), cancels)
	})
}

// asksFor asks for a refund, and has the provider answer for the first one of the order.
func (f *fixture) asksFor(t *testing.T, w order.RefundWish) {
	after, err := f.RequestRefund(ctx, w)
	if err == nil {
		err = f.RecordRefund(ctx, w.OrderID, after.Refunds[0].Number, payments.RefundOutcome{State: payments.RefundDone, Reference: "re"})
	}
	if err != nil && fault.CodeOf(err) != fault.Invalid && fault.CodeOf(err) != fault.KeyReused {
		t.Error(err)
	}
}

// wantWithinPaid wants refunds up to what was paid; all of it for an order that was cancelled.
func (f *fixture) wantWithinPaid(o order.Order, cancelled bool) {
	f.Helper()
	var sum int64
	keys, pieces := map[string]int{}, map[string]int64{}
	for _, r := range o.Refunds {
		if sum += r.Amount; r.Amount <= 0 {
			f.Errorf("%+v", r)
		}
		keys[r.Key]++
		for _, item := range event.ParseItems(r.Products) {
			pieces[item.SKU] += item.Quantity
		}
	}
	if sum > o.Total.Minor || cancelled && sum != o.Total.Minor || keys["k1"] > 1 || keys["k2"] > 1 || pieces["A"] > 3 || pieces["B"] > 1 || pieces["C"] > 0 {
		f.Errorf("of %s is given back %d: %+v", o.Total, sum, o.Refunds)
	}
}

// badRefundsChangeNothing and say which field is wrong.
func badRefundsChangeNothing(t *testing.T, f *fixture) {
	o := f.givable()
	unpaid, invoiced, unplaced := f.unpaid("a"), f.stocked(), f.paid()
	for name, c := range map[string]struct {
		of     order.Order
		change func(*order.RefundWish)
		code   fault.Code
		field  string
	}{
		"nothing":          {o, func(w *order.RefundWish) { w.Amount.Minor = 0 }, fault.Invalid, "amount"},
		"less":             {o, func(w *order.RefundWish) { w.Amount.Minor = -1 }, fault.Invalid, "amount"},
		"too much":         {o, func(w *order.RefundWish) { w.Amount.Minor = o.Total.Minor + 1 }, fault.Invalid, "amount"},
		"other money":      {o, func(w *order.RefundWish) { w.Amount.Currency = "MXN" }, fault.Invalid, "currency"},
		"both":             {o, func(w *order.RefundWish) { w.Products = event.ParseItems("A") }, fault.Invalid, "amount"},
		"too many pieces":  {o, pieces("A,A,A,A"), fault.Invalid, "lines"},
		"unknown pieces":   {o, pieces("C"), fault.Invalid, "lines"},
		"no pieces":        {o, func(w *order.RefundWish) { w.Products = event.Items{{SKU: "A"}} }, fault.Invalid, "lines"},
		"fewer than none":  {o, func(w *order.RefundWish) { w.Products = event.Items{{SKU: "A", Quantity: -1}} }, fault.Invalid, "lines"},
		"no reason":        {o, func(w *order.RefundWish) { w.Reason = " " }, fault.Invalid, "reason"},
		"a link":           {o, func(w *order.RefundWish) { w.Reason = "see https://x.example" }, fault.Invalid, "reason"},
		"the shop's word":  {o, func(w *order.RefundWish) { w.Reason = order.OrderWasCancelled }, fault.Invalid, "reason"},
		"no such order":    {order.Order{ID: 1 << 30, Total: o.Total}, func(*order.RefundWish) {}, fault.NotFound, ""},
		"not paid":         {unpaid, func(*order.RefundWish) {}, fault.Conflict, ""},
		"by invoice":       {invoiced, func(*order.RefundWish) {}, fault.Conflict, ""},
		"not placed yet":   {unplaced, func(*order.RefundWish) {}, fault.Conflict, ""},
		"two, but no name": {o, func(w *order.RefundWish) { w.Alone, w.By = new(int64), order.ByToken }, fault.Conflict, ""},
	} {
		w := wish(c.of, 1)
		c.change(&w)
		_, err := f.RequestRefund(ctx, w)
		if fault.CodeOf(err) != c.code || fieldOf(err) != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, before := range []order.Order{o, unpaid, invoiced, unplaced} {
		if diff := cmp.Diff(before, f.order(before.ID)); diff != "" {
			t.Errorf("refused, and changed: %s", diff)
		}
	}
}

// fieldOf is the name of the field that an error is about.
func fieldOf(err error) string {
	if e, is := errors.AsType[*fault.Error](err); is && len(e.Fields) == 1 {
		return e.Fields[0].Name
	}
	return ""
}

func pieces(products string) func(*order.RefundWish) {
	return func(w *order.RefundWish) { w.Amount, w.Products = money.Amount{}, event.ParseItems(products) }
}

// someRefundsTakeTwoPersons: those with which one person would give back more of an order than allowed, in how many parts ever.
func someRefundsTakeTwoPersons(t *testing.T, f *fixture) {
	o := f.givable()
	for _, w := range []order.RefundWish{wish(o, 60), wish(o, 60)} {
		w.Alone = new(int64(100))
		_, err := f.RequestRefund(ctx, w)
		f.must(err)
	}
	got := f.order(o.ID)
	if got.Refunds[0].WaitsForSecond() || !got.Refunds[1].WaitsForSecond() || got.Refundable() != o.Total.Minor-120 {
		t.Fatalf("%+v", got.Refunds)
	}
	for _, by := range []string{"ann", order.ByLocal, ""} {
		_, err := f.ApproveRefund(ctx, o.ID, 2, by)
		f.wantCode(err, fault.Conflict)
	}
	got, err := f.ApproveRefund(ctx, o.ID, 2, "bob")
	if err != nil || got.Refunds[1].Second != "bob" || !got.Unsettled() {
		t.Errorf("%+v, %v", got.Refunds, err)
	}
	_, err = f.ApproveRefund(ctx, o.ID, 2, "carl")
	f.wantCode(err, fault.Conflict)
	_, err = f.ApproveRefund(ctx, o.ID, 3, "bob")
	f.wantCode(err, fault.NotFound)
}

// aFailedRefundIsHeld until another one stands in for it; a dispute is told, and no refund goes out beside it.
func aFailedRefundIsHeld(t *testing.T, f *fixture) {
	o := f.givable()
	_, err := f.RequestRefund(ctx, wish(o, 60))
	f.must(err)
	f.must(f.RecordRefund(ctx, o.ID, 1, payments.RefundOutcome{State: payments.RefundFailed, Reference: "re_1"}))
	f.pass(time.Second)
	if due, err := f.TakeOpen(ctx, f.now(), 10); err != nil || len(due) != 1 {
		t.Errorf("due: %v, %v", due, err)
	}
	f.must(f.PutOff(ctx, order.OpenPoller, o.ID, f.now().Add(time.Minute), "not paid out"))
	f.wantHeld(1, 0)
	again, err := f.RequestRefund(ctx, wish(o, o.Total.Minor))
	f.must(err)
	f.must(f.RecordRefund(ctx, o.ID, again.Refunds[1].Number, payments.RefundOutcome{State: payments.RefundDone, Reference: "re_2"}))
	f.wantHeld(0, 0)
	other := f.givable()
	f.must(f.RecordDispute(ctx, other.ID, 1, payments.Dispute{Reference: "dp", Amount: other.Total, Reason: "fraudulent", State: payments.DisputeOpen}))
	f.wantHeld(0, 1)
	_, err = f.RequestRefund(ctx, wish(other, 1))
	f.wantCode(err, fault.Conflict)
	f.must(f.RecordDispute(ctx, other.ID, 1, payments.Dispute{Reference: "dp", Amount: other.Total, Reason: "fraudulent", State: payments.DisputeWon}))
	f.wantHeld(0, 0)
	_, err = f.RequestRefund(ctx, wish(other, 1))
	f.must(err)
	f.must(f.RecordDispute(ctx, other.ID, 1, payments.Dispute{Reference: "dp once more", Amount: other.Total, Reason: "fraudulent", State: payments.DisputeOpen}))
	f.wantHeld(0, 1)
	if got := f.order(other.ID).Payments[0].Disputes(); len(got) != 2 || got[0].State != payments.DisputeWon || got[1].Reference != "dp once more" {
		f.Errorf("the disputes are %+v", got)
	}
}

func (f *fixture) wantHeld(refunds, disputes int) {
	f.Helper()
	held, err := f.HeldRefunds(ctx, 10)
	f.must(err)
	disputed, err := f.Disputed(ctx, 10)
	f.must(err)
	if len(held) != refunds || len(disputed) != disputes {
		f.Errorf("held %v, disputed %v", held, disputed)
	}
}

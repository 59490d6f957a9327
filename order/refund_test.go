package order_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// placed returns a checkout whose order is paid and in the order book.
func placed(t *testing.T) *checkout {
	c := newCheckout(t)
	c.buy(payments.Card)
	c.pays(1)
	c.isTold(1)
	if _, err := c.PlaceOrder(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return c
}

// wish is a person's wish for a refund of so many cents.
func wish(minor int64, key string) order.RefundWish {
	return order.RefundWish{OrderID: 1, Amount: money.Amount{Minor: minor, Currency: "USD"}, Reason: "a broken pot", By: "ann", Key: key}
}

// TestAPartIsGivenBack, once for its key; what is left follows when the order is cancelled.
func TestAPartIsGivenBack(t *testing.T) {
	c := placed(t)
	for range 2 {
		if _, err := c.Store.RequestRefund(t.Context(), wish(5000, "a")); err != nil {
			t.Fatal(err)
		}
	}
	if c.later(30 * time.Second); c.provider.kept() != 10000 || c.order().Refundable() != 10000 || c.order().RefundReference != "" {
		t.Errorf("the provider keeps %d, %+v", c.provider.kept(), c.order().Refunds)
	}
	if got := strings.Join(c.kinds(), " "); got != "payment refund reversal.1 sale" {
		t.Errorf("the ledger has %s", got)
	}
	if _, err := c.CancelOrder(t.Context(), 1, order.ByOperator); err != nil {
		t.Fatal(err)
	}
	if c.givesBack(); c.provider.kept() != 0 || c.order().Refundable() != 0 {
		t.Errorf("cancelled, the provider keeps %d, %+v", c.provider.kept(), c.order().Refunds)
	}
	if got := strings.Join(c.kinds(), " "); got != "payment refund refund.2 reversal reversal.1 sale" {
		t.Errorf("the ledger has %s", got)
	}
}

// TestWhatTheBankTookBackIsNotGivenBack: a cancelled order whose payment is disputed would be paid out twice.
func TestWhatTheBankTookBackIsNotGivenBack(t *testing.T) {
	for name, part := range map[string]int64{"all of it": 15000, "a part": 4000} {
		t.Run(name, func(t *testing.T) {
			c := placed(t)
			d := payments.Dispute{Reference: "dp_1", Amount: money.Amount{Minor: part, Currency: "USD"}, Reason: "fraudulent", State: payments.DisputeOpen}
			if err := c.Store.RecordDispute(t.Context(), 1, 1, d); err != nil {
				t.Fatal(err)
			}
			if _, err := c.CancelOrder(t.Context(), 1, order.ByOperator); err != nil {
				t.Fatal(err)
			}
			if c.givesBack(); c.provider.kept() != part || c.order().Refundable() != 0 {
				t.Errorf("the provider keeps %d of which the bank has taken %d; %+v", c.provider.kept(), part, c.order().Refunds)
			}
		})
	}
}

// TestABankTakesMoneyBackMoreThanOnce: each dispute is told and booked by itself; the first was won, and stays so.
func TestABankTakesMoneyBackMoreThanOnce(t *testing.T) {
	c := placed(t)
	says := func(reference, state string, minor int64) {
		t.Helper()
		d := payments.Dispute{Reference: reference, Amount: money.Amount{Minor: minor, Currency: "USD"}, Reason: "fraudulent", State: state}
		if err := c.Store.RecordDispute(t.Context(), 1, 1, d); err != nil {
			t.Fatal(err)
		}
	}
	says("dp_1", payments.DisputeOpen, 15000)
	says("dp_1", payments.DisputeWon, 15000)
	says("dp_2", payments.DisputeOpen, 4000)
	says("dp_2", payments.DisputeOpen, 4000)
	says("dp_1", payments.DisputeLost, 15000)
	if p, _ := c.order().Attempt(1); len(p.Disputes()) != 2 || !c.order().Disputed() || c.order().Refundable() != 11000 {
		t.Errorf("the payment is %+v; %d can be given back", p, c.order().Refundable())
	}
	says("dp_2", payments.DisputeWon, 4000)
	if got := strings.Join(c.kinds(), " "); got != "chargeback-won.1 chargeback-won.1.2 chargeback.1 chargeback.1.2 payment sale" {
		t.Errorf("the ledger has %s", got)
	}
	if o := c.order(); o.Disputed() || o.Refundable() != 15000 {
		t.Errorf("what was won is not the shop's: %+v", o.Payments)
	}
}

// TestARefundThatTakesItsTime: the provider says done only later, of a part, and of a cancelled order.
func TestARefundThatTakesItsTime(t *testing.T) {
	c := placed(t)
	c.provider.refuses = payments.RefundPending
	if _, err := c.Store.RequestRefund(t.Context(), wish(5000, "a")); err != nil {
		t.Fatal(err)
	}
	if c.later(30 * time.Second); c.order().Refunds[0].State != payments.RefundPending {
		t.Errorf("the refund is %+v", c.order().Refunds)
	}
	if _, err := c.CancelOrder(t.Context(), 1, order.ByOperator); err != nil {
		t.Fatal(err)
	}
	c.givesBack()
	c.provider.refuses = ""
	c.later(2 * time.Minute)
	if o := c.order(); o.Unsettled() || o.RefundReference == "" || c.provider.kept() != 0 {
		t.Errorf("the provider keeps %d, %+v", c.provider.kept(), o.Refunds)
	}
}

// TestRefundsThatAreRefused: nothing of them is stored.
func TestRefundsThatAreRefused(t *testing.T) {
	c := placed(t)
	if _, err := c.Store.RequestRefund(t.Context(), wish(1000, "known")); err != nil {
		t.Fatal(err)
	}
	pesos := wish(1000, "b")
	pesos.Amount.Currency = "MXN"
	for name, w := range map[string]struct {
		order.RefundWish
		want fault.Code
	}{
		"zero": {wish(0, "b"), fault.Invalid}, "negative": {wish(-1, "b"), fault.Invalid}, "pesos": {pesos, fault.Invalid},
		"more than is left": {wish(14001, "b"), fault.Invalid}, "more than was paid": {wish(15001, ""), fault.Invalid},
		"another one under a key": {wish(1001, "known"), fault.KeyReused},
	} {
		if _, err := c.Store.RequestRefund(t.Context(), w.RefundWish); fault.CodeOf(err) != w.want {
			t.Errorf("%s: %v, want %s", name, err, w.want)
		}
	}
	if refunds := c.order().Refunds; len(refunds) != 1 {
		t.Errorf("refunds %+v", refunds)
	}
	unpaid := newCheckout(t)
	unpaid.buy(payments.Card)
	if _, err := unpaid.Store.RequestRefund(t.Context(), wish(1000, "")); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a refund of what is not paid: %v", err)
	}
}

// TestARefundOfTwoPersonsWaitsForTheSecond, who is another one.
func TestARefundOfTwoPersonsWaitsForTheSecond(t *testing.T) {
	c := placed(t)
	w := wish(5000, "")
	w.Alone = new(int64)
	if _, err := c.Store.RequestRefund(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if c.later(30 * time.Second); c.provider.kept() != 15000 {
		t.Error("one person was enough")
	}
	for _, who := range append(order.NoOnes, "ann", "") {
		if _, err := c.Store.ApproveRefund(t.Context(), 1, 1, who); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("approved by %q: %v", who, err)
		}
	}
	if _, err := c.Store.ApproveRefund(t.Context(), 1, 1, "bob"); err != nil {
		t.Fatal(err)
	}
	if c.later(30 * time.Second); c.provider.kept() != 10000 {
		t.Errorf("approved, the provider keeps %d", c.provider.kept())
	}
}

// decide has one person approve a refund, and two others take it back, all at once.
func (c *checkout) decide(all *sync.WaitGroup, number int) {
	all.Go(func() { _, err := c.Store.ApproveRefund(context.Background(), 1, number, "bob"); c.mayConflict(err) })
	for _, by := range []string{"ann", "carl"} {
		all.Go(func() {
			_, err := c.Store.RefuseRefund(context.Background(), 1, number, by, "a mistake")
			c.mayConflict(err)
		})
	}
}

func (c *checkout) mayConflict(err error) {
	if err != nil && fault.CodeOf(err) != fault.Conflict {
		c.Error(err)
	}
}

// TestRefundsNeverExceedWhatWasPaid, whoever asks for them at the same time, and whatever the provider makes of them.
func TestRefundsNeverExceedWhatWasPaid(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := placed(t)
		amounts := rapid.SliceOfN(rapid.Int64Range(1, 9000), 2, 8).Draw(r, "amounts")
		cancels := rapid.Bool().Draw(r, "cancels")
		two := rapid.SliceOfN(rapid.Bool(), len(amounts), len(amounts)).Draw(r, "two")
		c.provider.refuses = rapid.SampledFrom([]payments.RefundState{"", payments.RefundPending, payments.RefundFailed}).Draw(r, "provider")
		var all sync.WaitGroup
		for i, minor := range amounts {
			all.Go(func() {
				w := wish(minor, fmt.Sprint(i))
				if two[i] {
					w.Alone = new(int64)
				}
				o, err := c.Store.RequestRefund(context.Background(), w)
				if err != nil && fault.CodeOf(err) != fault.Invalid {
					t.Errorf("a refund of %d: %v", minor, err)
				}
				if err == nil && two[i] {
					c.decide(&all, slices.IndexFunc(o.Refunds, func(f order.Refund) bool { return f.Key == w.Key })+1)
				}
			})
			if cancels && i == len(amounts)/2 {
				all.Go(func() {
					_, err := c.CancelOrder(context.Background(), 1, order.ByOperator)
					if err := errors.Join(err, c.Settle(context.Background())); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		c.later(30 * time.Second)
		c.provider.refuses = ""
		if c.later(30 * time.Second); cancels {
			c.givesBack()
		}
		o := c.order()
		back, done := int64(0), int64(0)
		for _, f := range o.Refunds {
			if !f.State.Void() {
				back += f.Amount
			}
			if f.State == payments.RefundDone {
				done += f.Amount
			}
		}
		if back > 15000 || done != 15000-c.provider.kept() || o.Refundable() != 15000-back {
			r.Fatalf("of 15000 %d is given back, %d done, and the provider keeps %d: %+v", back, done, c.provider.kept(), o.Refunds)
		}
	})
}

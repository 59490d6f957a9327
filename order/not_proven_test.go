package order_test

import (
	"fmt"
	"net/http"
	"testing"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// TestWhatProvesNothingChangesNothing: webhooks that are forged, signed by another provider, or about what there is not; and
// answers about another amount or currency.
func TestWhatProvesNothingChangesNothing(t *testing.T) {
	c := newCheckout(t)
	c.buy(payments.Card)
	key := c.order().PaymentKey(1)
	c.pays(1)
	for name, w := range map[string][3]string{
		"forged":                      {"card", "", key},
		"signed by another provider":  {"card", "theirs", key},
		"of another provider":         {"other", "ours", key},
		"no payment":                  {"card", "ours", "charge:none"},
		"a payment that there is not": {"card", "ours", key + ".2"},
		"a number that is none":       {"card", "ours", key + ".1"},
		"an order that was lost":      {"card", "ours", "charge:1-zzzzzzzzzzzz"},
	} {
		if got := c.webhook(w[0], w[1], w[2]); got < 400 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := c.webhook("card", "ours", "a payout"); got != http.StatusNoContent {
		t.Errorf("something that the shop does not follow: %d", got)
	}
	for _, wrong := range []money.Amount{{Minor: 14999, Currency: "USD"}, {Minor: 15001, Currency: "USD"}, {Minor: 15000, Currency: "MXN"}} {
		c.provider.onFind = func(out *payments.Outcome) { out.Amount = wrong }
		if got := c.webhook("card", "ours", key); got < 400 {
			t.Errorf("an answer about %s: %d", wrong, got)
		}
	}
	if o := c.order(); o.Status != order.PaymentPending || o.Payments[0].State != payments.ActionRequired {
		t.Errorf("the order is %s, %+v", o.Status, o.Payments)
	}
	stated(t, c.Service)
	c.provider.onFind = nil
	if c.isTold(1); c.order().Status != order.Created {
		t.Errorf("told what is true, the order is %s", c.order().Status)
	}
}

// TestAMethodThatTheMarketDoesNotHave is refused, by the order and by another attempt to pay it.
func TestAMethodThatTheMarketDoesNotHave(t *testing.T) {
	c := newCheckout(t)
	for _, method := range []string{payments.BankTransfer, payments.Invoice, payments.Free, "gold"} {
		d := plant
		d.PaymentMethod = method
		if _, err := c.CreateOrder(c.Context(), d, "key"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("createOrder by %s: %v", method, err)
		}
	}
	c.buy(payments.Card)
	for _, method := range []string{payments.BankTransfer, payments.Invoice, payments.Free, "gold"} {
		if _, err := c.PayOrder(c.Context(), c.order(), method); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("payOrder by %s: %v", method, err)
		}
	}
	c.pays(1)
	c.isTold(1)
	if _, err := c.PayOrder(c.Context(), c.order(), payments.CashVoucher); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("payOrder of an order that is paid: %v", err)
	}
	if got := fmt.Sprint(len(c.order().Payments), len(c.provider.bills)); got != "1 1" {
		t.Errorf("payments in the shop and at the provider: %s", got)
	}
}

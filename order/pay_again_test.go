package order_test

import (
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
)

// TestWhoGoesOnIsNotSentToADeadPage: the provider is asked before a customer is sent to a page again. No webhook came.
func TestWhoGoesOnIsNotSentToADeadPage(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*checkout)
		status    order.Status
		attempts  int
	}{
		"still open":                {func(*checkout) {}, order.PaymentPending, 1},
		"paid in another tab":       {func(c *checkout) { c.pays(1) }, order.Created, 1},
		"declined":                  {func(c *checkout) { c.isDeclined(1) }, order.PaymentPending, 2},
		"expired at the provider":   {func(c *checkout) { c.provider.turns(c.order().PaymentKey(1), payments.Expired) }, order.PaymentPending, 2},
		"forgotten":                 {func(c *checkout) { clear(c.provider.bills) }, order.PaymentPending, 1},
		"forgotten for a while":     {func(c *checkout) { clear(c.provider.bills); c.now = c.now.Add(20 * time.Minute) }, order.PaymentPending, 2},
		"the provider is not there": {func(c *checkout) { c.Payments = nil }, order.PaymentPending, 1},
	} {
		t.Run(name, func(t *testing.T) {
			shop := newCheckout(t)
			shop.buy(payments.Card)
			c.meanwhile(shop)
			o, err := shop.PayOrder(t.Context(), shop.order(), "")
			if err != nil || o.Status != c.status || len(o.Payments) != c.attempts {
				t.Fatalf("payOrder: %s, %+v, %v", o.Status, o.Payments, err)
			}
			p, open := o.Current()
			if open != (c.status == order.PaymentPending) || open && shop.Payments != nil && shop.provider.bills[o.PaymentKey(p.Number)] == nil {
				t.Errorf("the customer is sent to %+v", p)
			}
		})
	}
}

// TestARepeatedRequestFindsThePayment: the customer has paid and sends the same request again, before any webhook.
func TestARepeatedRequestFindsThePayment(t *testing.T) {
	shop := newCheckout(t)
	shop.buy(payments.Card)
	shop.pays(1)
	d := plant
	d.PaymentMethod = payments.Card
	if o, err := shop.CreateOrder(t.Context(), d, "key"); err != nil || o.ID != 1 || o.Status != order.Created {
		t.Errorf("createOrder: %+v, %v", o, err)
	}
}

// TestWhoChangesTheirMindHasOnePaymentForEachWay: a customer who goes to and fro has one voucher, and runs out of no attempts.
func TestWhoChangesTheirMindHasOnePaymentForEachWay(t *testing.T) {
	shop := newCheckout(t)
	shop.buy(payments.Card)
	until := shop.order().PayUntil
	for range order.MaxPayments {
		shop.tryAgain(payments.CashVoucher)
		shop.now = shop.now.Add(time.Minute)
		shop.tryAgain(payments.Card)
	}
	if o := shop.order(); len(o.Payments) != 2 || len(shop.provider.bills) != 2 || o.PayUntil != until.Add(71*time.Hour) {
		t.Errorf("%d attempts until %s", len(o.Payments), o.PayUntil)
	}
	shop.isDeclined(1) // and no webhook tells
	shop.tryAgain(payments.CashVoucher)
	shop.tryAgain(payments.Card)
	shop.pays(2)
	shop.isTold(2)
	if o := shop.order(); o.Status != order.Created || len(o.Payments) != 3 || o.PaymentReference != "pay_"+o.PaymentKey(2) {
		t.Errorf("%s by %s: %+v", o.Status, o.PaymentReference, o.Payments)
	}
}

package app_test

import (
	"net/http"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestCustomersPayOnThePage: a shop whose providers have a page, and customers who do with it what customers do. In the end every
// promise holds.
func TestCustomersPayOnThePage(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PaymentPage = true })
	t.Run("paid", func(t *testing.T) {
		b := s.buys(t, "Paid")
		b.presses("pay")
		b.isPaid("card")
	})
	t.Run("3-D Secure", func(t *testing.T) {
		b := s.buys(t, "Secure")
		b.presses("pay-3ds")
		b.presses("confirm")
		b.isPaid("card")
	})
	t.Run("no funds, then paid", func(t *testing.T) {
		b := s.buys(t, "Funds")
		b.presses("pay-no-funds")
		b.isOpen()
		b.presses("pay")
		b.isPaid("card")
	})
	t.Run("declined, then paid", func(t *testing.T) {
		b := s.buys(t, "Declined")
		b.presses("pay-declined")
		b.until("the order can be paid again", func(o tracked) bool { return o.Payment == nil })
		b.again("")
		b.presses("pay")
		b.isPaid("card")
	})
	t.Run("a voucher", func(t *testing.T) {
		b := s.buys(t, "Voucher", "market", "MX", "paymentMethod", "cash-voucher")
		b.presses("voucher")
		b.until("the voucher is shown", func(o tracked) bool { return o.Payment != nil && o.Payment.Voucher != nil })
		b.pressed("pay")
		b.isPaid("cash-voucher")
	})
	t.Run("paid in two tabs", func(t *testing.T) {
		b := s.buys(t, "Twice", "market", "MX")
		first := b.page
		b.again("cash-voucher")
		b.presses("voucher")
		b.pressed("pay")
		b.isPaid("cash-voucher")
		b.page = first
		b.presses("pay")
		b.until("the second payment is given back", func(o tracked) bool {
			return len(o.Refunds) == 1 && o.Refunds[0].Amount == 600000 && o.Refunds[0].Reason == "paid-twice" && o.Refunds[0].State == "done"
		})
	})
	s.Run("never told", func(t *testing.T) {
		s.turn("payments-us", map[string]any{"webhookLossRate": 1})
		b := s.buys(t, "Lost")
		b.presses("pay")
		b.call("POST", s.PublicURL+"/checkPayment", map[string]any{"key": b.key}).want(200) // the customer comes back
		b.isPaid("card")
		s.turn("payments-us", map[string]any{})
	})
	clean(t, s.audited())
}

// TestAPageThatNobodyPaid is refused what does not belong to it, and is in sight.
func TestAPageThatNobodyPaid(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PaymentPage = true })
	b := s.buys(t, "Forged")
	s.call("POST", s.PublicURL+"/createOrder", realOrder("Method", "paymentMethod", "cash-voucher")).problem(fault.Invalid, "paymentMethod")
	s.call("POST", s.PublicURL+"/payOrder", map[string]any{"key": b.key, "paymentMethod": "invoice"}).problem(fault.Invalid, "paymentMethod")
	for _, headers := range [][]string{nil, {"webhook-id", "1", "webhook-timestamp", "1", "webhook-signature", "v1,AAAA"}} {
		a := s.call("POST", s.PublicURL+"/callbacks/payments-us", map[string]any{"type": "payment.succeeded"}, headers...)
		if a.status != http.StatusUnauthorized && a.status != http.StatusBadRequest {
			t.Errorf("a forged webhook: %d %s", a.status, a.body)
		}
	}
	b.presses("abandon")
	s.call("POST", s.PublicURL+"/checkPayment", map[string]any{"key": b.key}).want(200)
	b.isOpen()
	r := s.audited()
	if clean(t, r); r.Standings["waits for its customer"] != 1 {
		t.Errorf("the standings are %v", r.Standings)
	}
}

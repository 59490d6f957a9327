package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestCustomersPayOnThePage: what customers do with a page, on each engine. In the end every promise holds.
func TestCustomersPayOnThePage(t *testing.T) {
	onEachEngine(t, func(s *payShop) {
		s.Run("paid", func(t *testing.T) {
			b := s.buys(t, "Paid")
			b.presses("pay")
			b.isPaid("card")
		})
		s.Run("paid in Mexico", func(t *testing.T) {
			b := s.buys(t, "Pagado", "market", "MX")
			b.presses("pay")
			b.isPaid("card")
		})
		s.Run("3-D Secure", func(t *testing.T) {
			b := s.buys(t, "Secure")
			b.presses("pay-3ds")
			b.presses("confirm")
			b.isPaid("card")
		})
		s.Run("no funds, then paid", func(t *testing.T) {
			b := s.buys(t, "Funds")
			b.presses("pay-no-funds")
			b.isOpen()
			b.presses("pay")
			b.isPaid("card")
		})
		s.Run("declined, then paid", s.declinedThenPaid)
		s.Run("a voucher, paid the next day", func(t *testing.T) {
			b := s.buys(t, "Voucher", "market", "MX", "paymentMethod", "cash-voucher")
			b.takesVoucher()
			b.eventually("a mail says until when to pay", func() bool { return len(b.mails("voucher@example.com")) == 1 })
			if m := b.mails("voucher@example.com")[0]; !strings.Contains(m.Subject, "págalo a más tardar") || !strings.Contains(m.Text, "$6,000.00 MXN") || !strings.Contains(m.Text, "/order?key="+strings.SplitAfter(b.key, ".")[0]) {
				t.Errorf("the mail is %q: %s", m.Subject, m.Text)
			}
			s.clock.passes(24 * time.Hour)
			b.isOpen()
			b.pressed("pay")
			b.isPaid("cash-voucher")
		})
		s.Run("paid, and a part given back", func(t *testing.T) {
			b := s.buys(t, "Part")
			b.presses("pay")
			b.isPaid("card")
			var given askedRefund
			b.refund(byAnn, b.id, map[string]any{"amount": 1000, "currency": "USD"}).want(200).into(&given)
			b.getsBack(1000, "It came broken")
		})
		s.isClean()
	})
}

// declinedThenPaid is a customer whose card is declined for good, and who tries again. A webhook about the first payment, which
// comes after the second is paid, changes nothing.
func (s *payShop) declinedThenPaid(t *testing.T) {
	b := s.buys(t, "Declined")
	b.presses("pay-declined")
	b.until("the order can be paid again", func(o tracked) bool { return o.Payment == nil })
	b.again("")
	b.presses("pay")
	b.isPaid("card")
	b.webhook(2)
	b.webhook(1)
	b.isPaid("card")
}

// TestPaidTwiceOrTooLate goes back by itself, and the customer is told. On each engine.
func TestPaidTwiceOrTooLate(t *testing.T) {
	onEachEngine(t, func(s *payShop) {
		s.Run("in two tabs", func(t *testing.T) {
			b := s.buys(t, "Twice", "market", "MX")
			first := b.page
			b.again("cash-voucher")
			b.takesVoucher()
			b.pressed("pay")
			b.isPaid("cash-voucher")
			b.page = first
			b.presses("pay")
			b.getsBack(600000, "paid-twice")
			b.arrives(b.id, "STOCKED")
			if m := b.mails("twice@example.com")[0]; !strings.Contains(m.Text, "Te devolvimos $6,000.00 MXN") || !strings.Contains(m.Text, "se pagó dos veces") {
				t.Errorf("the last mail is %s", m.Text)
			}
		})
		s.Run("in two tabs, never told, and the customer comes back", func(t *testing.T) {
			b := s.buys(t, "Back", "market", "MX")
			first := b.page
			b.again("cash-voucher")
			b.takesVoucher()
			b.pressed("pay")
			b.isPaid("cash-voucher")
			s.turn("payments-mx", map[string]any{"webhookLossRate": 1})
			b.page = first
			b.presses("pay")
			b.call("POST", s.PublicURL+"/checkPayment", map[string]any{"key": b.key}).want(200)
			b.getsBack(600000, "paid-twice")
			s.turn("payments-mx", map[string]any{})
		})
		s.Run("after it has expired", func(t *testing.T) {
			b := s.buys(t, "Late", "market", "MX", "paymentMethod", "cash-voucher")
			b.takesVoucher()
			s.clock.passes(4 * 24 * time.Hour)
			b.until("the order has ended", func(o tracked) bool { return o.Status == "PAYMENT_DECLINED" })
			b.pressed("pay-late")
			b.arrives(b.id, "CANCELLED")
			b.getsBack(600000, "cancelled")
			b.eventually("it is told", func() bool {
				return b.receipt(b.id, "email.OrderCancelled").State == "done" && len(b.mails("late@example.com")) >= 2
			})
		})
		s.Run("by a voucher of an order that was paid by card, never told", s.otherPaidLate)
		s.isClean()
	})
}

// TestAnOrderIsCancelledBeforeItIsPaid: it ends and is told, its page closes, and what is paid all the same comes back. On each engine.
func TestAnOrderIsCancelledBeforeItIsPaid(t *testing.T) {
	onEachEngine(t, func(s *payShop) {
		s.Run("by its customer, who sees the page", func(t *testing.T) {
			b := s.buys(t, "Regret")
			for range 2 {
				b.call("POST", b.PublicURL+"/cancelOrder", map[string]any{"key": b.key}).want(200)
			}
			if o := b.sees(); o.Status != "PAYMENT_DECLINED" || o.Payment != nil || o.CancelReason != "customer" {
				t.Errorf("the customer sees %+v", o)
			}
			b.eventually("the mail tells", func() bool { return len(b.mails("regret@example.com")) == 1 })
			if m := b.mails("regret@example.com")[0]; m.Subject != fmt.Sprintf("Order %d is cancelled", b.id) || !strings.Contains(m.Text, "You asked us") {
				t.Errorf("the mail is %q: %s", m.Subject, m.Text)
			}
			b.call("POST", b.PublicURL+"/payOrder", map[string]any{"key": b.key}).problem(fault.Conflict)
			b.eventually("the page is closed", func() bool { s.clock.passes(time.Minute); return s.payments(b.id)[0] == "expired" })
			b.presses("pay")
			if o := b.sees(); o.Status != "PAYMENT_DECLINED" || len(o.Refunds) != 0 {
				t.Errorf("after the closed page, the customer sees %+v", o)
			}
		})
		s.Run("by an operator, and the voucher is paid the next day", func(t *testing.T) {
			b := s.buys(t, "Kept", "market", "MX", "paymentMethod", "cash-voucher")
			b.takesVoucher()
			b.call("POST", b.PrivateURL+"/cancelOrder", map[string]any{"orderId": b.id, "reason": "out-of-stock"}, "Authorization", byAnn).want(200)
			s.clock.passes(24 * time.Hour)
			b.pressed("pay")
			b.arrives(b.id, "CANCELLED")
			b.getsBack(600000, "cancelled")
			b.eventually("all is told", func() bool { return len(b.mails("kept@example.com")) == 3 })
		})
		s.isClean()
	})
}

// otherPaidLate is a customer who takes a voucher, pays by card, and pays the voucher in its last minute all the same. The provider
// hears of that a day later, and does not tell the shop.
func (s *payShop) otherPaidLate(t *testing.T) {
	b := s.buys(t, "Both", "market", "MX", "paymentMethod", "cash-voucher")
	b.takesVoucher()
	b.again("card")
	b.presses("pay")
	b.isPaid("card")
	s.turn("payments-mx", map[string]any{"webhookLossRate": 1})
	s.clock.passes(4 * 24 * time.Hour)
	b.eventually("the voucher has expired", func() bool { return s.payments(b.id)[0] == "expired" })
	b.pressed("pay-late")
	s.clock.passes(11 * time.Minute)
	b.until("it is found", func(o tracked) bool { return len(o.Refunds) == 1 })
	s.clock.passes(time.Minute)
	b.getsBack(600000, "paid-twice")
	s.turn("payments-mx", map[string]any{})
}

// TestWebhooksComeAsTheyLike: before the answer to the shop's own request, twice, late, or never. On each engine.
func TestWebhooksComeAsTheyLike(t *testing.T) {
	onEachEngine(t, func(s *payShop) {
		s.Run("before the answer", s.toldBeforeTheAnswer)
		s.Run("late, and twice", func(t *testing.T) {
			s.turn("payments-us", map[string]any{"webhookDelay": 300})
			b := s.buys(t, "Slow")
			b.presses("pay")
			b.isPaid("card")
			b.webhook(1)
			b.webhook(1)
			b.isPaid("card")
		})
		s.Run("never, and the customer comes back", func(t *testing.T) {
			s.turn("payments-us", map[string]any{"webhookLossRate": 1})
			b := s.buys(t, "Lost")
			b.presses("pay")
			b.call("POST", s.PublicURL+"/checkPayment", map[string]any{"key": b.key}).want(200)
			b.isPaid("card")
		})
		s.Run("never, and nobody comes back", func(t *testing.T) {
			b := s.buys(t, "Gone")
			b.presses("pay")
			s.clock.passes(11 * time.Minute)
			b.isPaid("card")
			s.turn("payments-us", map[string]any{})
		})
		s.isClean()
	})
}

// toldBeforeTheAnswer is a provider that has begun the payment, and whose answer never comes; the customer is on its page all the same,
// and pays.
func (s *payShop) toldBeforeTheAnswer(t *testing.T) {
	s.turn("payments-us", map[string]any{"timeoutAfterSuccessRate": 1})
	of := *s.shop
	of.T = t
	answered := make(chan created)
	go func() { answered <- of.create(realOrder("Early", "email", "early@example.com")) }()
	b := &buyer{shop: &of}
	of.eventually("the page is open", func() bool { b.page = s.newestPage("payments-us"); return b.page != "" })
	b.presses("pay")
	made := <-answered
	s.turn("payments-us", map[string]any{})
	b.id, b.key = made.OrderID, trackingKey(made)
	b.isPaid("card")
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

// TestTheSameRequestGetsTheSameAnswer: minutes later too, and when it waits for its payment.
func TestTheSameRequestGetsTheSameAnswer(t *testing.T) {
	onEachEngine(t, func(s *payShop) {
		for name, d := range map[string]draft{
			"by card": realOrder("Card"), "by voucher": realOrder("Voucher", "market", "MX", "paymentMethod", "cash-voucher"), "test": realOrder("Test", "testId", 7),
		} {
			send := func() string {
				return string(s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", name).want(200).body)
			}
			first := send()
			s.clock.passes(10 * time.Minute)
			if again := send(); again != first {
				t.Errorf("%s: answered %s, and then %s", name, first, again)
			}
		}
	})
}

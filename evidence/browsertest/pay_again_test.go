//go:build browser

package browsertest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/fetch"

	"acme.example/webshop/app"
)

// TestACustomerChoosesAnotherWay: after the card, a voucher, which is paid while the order's page is open.
func TestACustomerChoosesAnotherWay(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, _ := s.ready("es-MX")
	p.toPay()
	p.comesBack("abandon")
	p.says("#headline", p.word("order.unpaid"))
	p.audit("order that is not paid yet")
	p.click(`[data-method="cash-voucher"]`)
	p.onProvidersPage()
	number := p.takesVoucher()
	p.comesBack("abandon")
	p.wantVoucher(number)
	p.until(`document.querySelector("[data-method=card]").checkVisibility() && !document.querySelector("[data-method=cash-voucher]")`)
	s.payVoucher("payments-mx", number)
	p.wantPaid("cash-voucher")
}

// TestACustomerCancelsInPlaceOfPaying: the page says that the order is cancelled, and offers no way to pay it.
func TestACustomerCancelsInPlaceOfPaying(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, _ := s.ready("es-MX")
	p.toPay()
	p.comesBack("abandon")
	p.says("#headline", p.word("order.unpaid"))
	p.click("#cancel button")
	p.click("#sure-yes")
	p.says("#more", p.word("order.cancelled.customer")+" "+p.word("order.refund.none")+" "+p.word("order.cancelled-unpaid.more"))
	p.says("#headline", p.word("order.cancelled"))
	p.until(`!document.querySelector("#cancel").checkVisibility() && !document.querySelector("#pay").checkVisibility()`)
	p.says("#steps", p.word("order.step.cancelled"))
	p.audit("order that was cancelled before it was paid")
}

// TestAVoucherIsPaidTheNextDay: the order waits over night, and its page shows the payment.
func TestAVoucherIsPaidTheNextDay(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	s := start(t, onPages, func(c *app.Config) {
		c.LinkValidity = 30 * 24 * time.Hour
		*c = c.WithClock(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	})
	p, _ := s.ready("es-MX")
	p.click(`[data-part="paymentMethod-cash-voucher"]`)
	p.toPay()
	number := p.takesVoucher()
	p.comesBack("abandon")
	p.wantVoucher(number)
	ahead.Store(int64(24 * time.Hour))
	p.reload()
	p.wantVoucher(number)
	s.payVoucher("payments-mx", number)
	p.wantPaid("cash-voucher")
}

// TestACustomerPaysTwice: with a card, and with the voucher too. The page says that the money comes back, and when.
func TestACustomerPaysTwice(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, _ := s.ready("es-MX")
	p.click(`[data-part="paymentMethod-cash-voucher"]`)
	p.toPay()
	number := p.takesVoucher()
	p.comesBack("abandon")
	p.click(`[data-method="card"]`)
	p.onProvidersPage()
	p.comesBack("pay")
	p.wantPaid("card")
	s.payVoucher("payments-mx", number)
	p.says("#refunds", "$6,000 MXN "+p.word("refund.paid-twice"))
	_, when, _ := strings.Cut(p.word("refund.done"), "{time}")
	p.says("#refunds", when)
	p.audit("order that was paid twice")
}

// TestALostAnswerLeadsToTheSamePayment: the order is sent again under its key, and there is one payment to make.
func TestALostAnswerLeadsToTheSamePayment(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, c := s.ready("en-US")
	p.cut("/createOrder", atResponse, 1)
	p.toPay()
	p.mend()
	p.comesBack("pay")
	p.wantPaid("card")
	s.wantOneOrder(c.email())
}

// TestTheEarlierOrderIsPaid: its answer was lost, and the customer has changed the cart since.
func TestTheEarlierOrderIsPaid(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, c := s.ready("en-US")
	p.cut("/createOrder", atResponse, 5)
	p.click("#submit")
	p.problem("problem.unreachable")
	p.click(`[data-part="more-BB001"]`)
	p.says("#badge", "3")
	p.toPay()
	p.mend()
	p.comesBack("abandon")
	p.says("#earlier", p.word("success.earlier"))
	p.says("#badge", "3")
	p.audit("earlier order that is not paid yet")
	p.click(`[data-method="card"]`)
	p.onProvidersPage()
	p.comesBack("pay")
	p.wantPaid("card")
	s.wantOneOrder(c.email())
}

// TestAWayToPayThatIsGone: the rules have changed while the customer was typing.
func TestAWayToPayThatIsGone(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, c := s.ready("es-MX")
	p.click(`[data-part="paymentMethod-cash-voucher"]`)
	p.expect("status of 400", "Problem: ")
	p.disturb("/createOrder", answered{http.StatusBadRequest, "", `{"type":"/problems/invalid","errors":[{"field":"paymentMethod","detail":"must be one of card"}]}`})
	p.click("#submit")
	p.says("#problem-paymentMethod", p.word("check.paymentMethod"))
	p.idle()
	p.audit("order that cannot be paid in the chosen way")
	p.wantTyped(c)
	p.click(`[data-part="paymentMethod-card"]`)
	p.mend()
	p.toPay()
}

// TestACustomerGetsSomeMoneyBack: the order's page says what, why, and when the bank shows it.
func TestACustomerGetsSomeMoneyBack(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Disappointed", home[language])
		p := s.visit(phone, language)
		p.goTo(s.trackingPage(made))
		p.says("#paid-by", p.word("order.paid.card"))
		p.until(`!document.querySelector("#refunds").checkVisibility()`)
		s.call("POST", s.PrivateURL+"/refundOrder", map[string]any{"orderId": made.OrderID, "amount": 1000, "reason": "A leaf was brown."}, &struct{}{})
		_, when, _ := strings.Cut(p.word("refund.done"), "{time}")
		for _, part := range []string{"$10 ", "A leaf was brown.", when} {
			p.says("#refunds", part)
		}
		p.audit("order of which a part is given back")
	})
}

// TestAPaymentThatCannotBeBegun: the shop does not answer; the customer tries again.
func TestAPaymentThatCannotBeBegun(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, onPages)
		p, _ := s.ready(language)
		p.toPay()
		p.comesBack("abandon")
		p.cut("/payOrder", atRequest, 1)
		p.click(`[data-method="card"]`)
		p.says("#pay-problem", p.word("order.pay.problem"))
		p.until(`document.activeElement.id === "pay-problem"`)
		p.audit("payment that could not be begun")
		p.mend()
		p.click(`[data-method="card"]`)
		p.onProvidersPage()
	})
}

// TestAnOrderThatWasNotPaidInTime: its customer puts the same plants into the cart again.
func TestAnOrderThatWasNotPaidInTime(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, onPages)
		p, _ := s.ready(language)
		p.intercept("/trackOrder", atRequest, func(id fetch.RequestID) {
			p.answer(id, answered{http.StatusOK, "", `{"orderId":1,"status":"PAYMENT_DECLINED","final":true,"settled":true,"cancelReason":"not-paid","products":"BB001,EX001,BB001",` +
				`"currency":"USD","amount":60000,"market":"` + home[language] + `","language":"` + language[:2] + `","timeZone":"America/New_York","steps":[{"event":"PaymentDeclined","time":"1790000000000"}]}`})
		})
		p.goTo("/order?key=any")
		p.says("#headline", p.word("order.not-paid"))
		p.says("#steps", p.word("order.step.not-paid"))
		p.audit("order that was not paid in time")
		p.mend()
		p.click("#again button")
		p.at("/cart")
		p.says("#badge", "4")
		p.until(`document.querySelector('[data-sku="BB001"] input').value === "2" && Boolean(document.querySelector('[data-sku="EX001"]'))`)
	})
}

package order_test

import (
	"sync"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// TestWhoPressesTwiceBeginsOnePayment: each request is sent to the same page. In each database.
func TestWhoPressesTwiceBeginsOnePayment(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { pressesTwice(t, func(*checkout) {}) })
	t.Run("PostgreSQL", func(t *testing.T) { pressesTwice(t, (*checkout).inPostgreSQL) })
}

func pressesTwice(t *testing.T, in func(*checkout)) {
	shop := newCheckout(t)
	in(shop)
	shop.buy(payments.Card)
	before := shop.order()
	pages := make([]string, 8)
	var all sync.WaitGroup
	for i := range pages {
		all.Go(func() {
			o, err := shop.PayOrder(t.Context(), before, payments.CashVoucher)
			p, _ := o.Current()
			if pages[i] = p.Action.URL; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, page := range pages {
		if page != "https://pay.example/"+before.PaymentKey(2) {
			t.Errorf("the customer is sent to %q", page)
		}
	}
	shop.tryAgain(payments.Card)
	o := shop.order()
	if p, _ := o.Current(); p.Number != 1 || len(o.Payments) != 2 || o.ByNumber()[0].Number != 1 || o.ByNumber()[1].Number != 2 {
		t.Errorf("the attempts are %+v", o.Payments)
	}
}

// TestASecondRequestIsAnsweredBeforeTheFirst: the provider has begun the payment, and the answer is on its way.
func TestASecondRequestIsAnsweredBeforeTheFirst(t *testing.T) {
	for name, method := range map[string]string{"in the same way": payments.CashVoucher, "as before": "", "in another way": payments.Card} {
		t.Run(name, func(t *testing.T) {
			shop := newCheckout(t)
			shop.buy(payments.Card)
			answered := order.Payment{}
			shop.provider.onBegin = func(string) {
				shop.provider.onBegin = nil
				o, err := shop.PayOrder(t.Context(), shop.order(), method)
				if answered, _ = o.Current(); err != nil {
					t.Error(err)
				}
			}
			if _, err := shop.PayOrder(t.Context(), shop.order(), payments.CashVoucher); err != nil {
				t.Error(err)
			}
			if o := shop.order(); answered.Action.URL == "" || !(method == "" || answered.Method == method) || len(o.Payments) != 2 {
				t.Errorf("the second request is answered %+v, and the attempts are %+v", answered, o.Payments)
			}
		})
	}
}

// TestWhatIsInDoubtStaysSo: the provider does not answer, and the customer is told to wait.
func TestWhatIsInDoubtStaysSo(t *testing.T) {
	shop := newCheckout(t)
	shop.buy(payments.Card)
	shop.provider.onFind = func(out *payments.Outcome) { *out = payments.Outcome{State: payments.Pending} }
	if _, err := shop.Store.AddPayment(t.Context(), 1, order.Method{Name: payments.CashVoucher, Provider: "card", Within: payments.UsualTime(payments.CashVoucher)}); err != nil {
		t.Fatal(err)
	}
	shop.provider.bills[shop.order().PaymentKey(2)] = &bill{}
	if _, err := shop.PayOrder(t.Context(), shop.order(), ""); fault.CodeOf(err) != fault.InDoubt {
		t.Errorf("payOrder: %v", err)
	}
}

// TestWhoCannotBeginEndsNoPaymentOfAnother: of two requests at once, one has begun the payment, and the other finds no connection.
func TestWhoCannotBeginEndsNoPaymentOfAnother(t *testing.T) {
	shop := newCheckout(t)
	shop.buy(payments.Card)
	failed := order.Settlement{OrderID: 1, Number: 1, Outcome: payments.Outcome{State: payments.Failed, Why: "not begun"}, Waiting: true}
	o, err := shop.Store.RecordPayment(t.Context(), failed)
	if _, open := o.Current(); err != nil || !open {
		t.Errorf("the attempts are %+v, %v", o.Payments, err)
	}
}

// TestTheSameRequestAfterItsTimeWaits: whether the order was paid in the last minute is not known yet, and then it is.
func TestTheSameRequestAfterItsTimeWaits(t *testing.T) {
	shop := newCheckout(t)
	rules, err := shop.Rules.Active()
	if err != nil {
		t.Fatal(err)
	}
	rules.KeyHold = 24 * time.Hour
	shop.buy(payments.Card)
	shop.now = shop.now.Add(time.Hour + time.Minute)
	again := plant
	again.PaymentMethod = payments.Card
	for _, want := range []fault.Code{fault.InProgress, fault.Declined} {
		if _, err := shop.CreateOrder(t.Context(), again, "key"); fault.CodeOf(err) != want {
			t.Errorf("the same request: %v, want %s", err, want)
		}
		shop.later(time.Minute)
	}
}

// TestOfTwoWaysChosenAtOnceEachAnswerNamesItsOwn: while the provider begins the one, the customer chooses another one in another tab.
func TestOfTwoWaysChosenAtOnceEachAnswerNamesItsOwn(t *testing.T) {
	shop := newCheckout(t)
	shop.buy(payments.Card)
	var other order.Order
	shop.provider.onBegin = func(string) {
		shop.provider.onBegin = nil
		var err error
		if other, err = shop.PayOrder(t.Context(), shop.order(), payments.Card); err != nil {
			t.Error(err)
		}
	}
	mine, err := shop.PayOrder(t.Context(), shop.order(), payments.CashVoucher)
	if err != nil {
		t.Fatal(err)
	}
	for want, o := range map[string]order.Order{payments.CashVoucher: mine, payments.Card: other} {
		if p, open := o.ToPay(want); !open || p.Method != want || p.Action.URL == "" {
			t.Errorf("who chose %s gets %+v", want, p)
		}
	}
	current, _ := mine.Current()
	if p, _ := mine.ToPay(""); p.Number != current.Number {
		t.Errorf("without a way it is %+v", p)
	}
}

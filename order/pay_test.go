package order_test

import (
	"slices"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// TestEveryWayToPay: what customers and providers do with a payment page, and how the order ends, by itself. In each database.
func TestEveryWayToPay(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { everyWayToPay(t, func(*checkout) {}) })
	t.Run("PostgreSQL", func(t *testing.T) { everyWayToPay(t, (*checkout).inPostgreSQL) })
}

func everyWayToPay(t *testing.T, in func(*checkout)) {
	const card, voucher, day = payments.Card, payments.CashVoucher, 24 * time.Hour
	for name, c := range map[string]struct {
		do     func(*checkout)
		status order.Status
		reason string
		kept   int64
		ledger []string
		events []event.Type
	}{
		"paid, and told": {
			func(c *checkout) { c.buy(card); c.pays(1); c.isTold(1) },
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"told twice, and late": {
			func(c *checkout) {
				c.buy(card)
				c.pays(1)
				c.isTold(1)
				c.isTold(1)
				c.later(day)
				c.isTold(1)
			},
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"never told": {
			func(c *checkout) { c.buy(card); c.pays(1); c.later(11 * time.Minute) },
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"told before the answer": {
			func(c *checkout) {
				c.provider.onBegin = func(key string) { c.provider.turns(key, payments.Paid); c.isTold(1) }
				if o, err := c.CreateOrder(c.Context(), plant, "key"); err != nil || o.Status != order.Created {
					c.Errorf("createOrder: %s, %v", o.Status, err)
				}
			},
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"told of nothing new": {
			func(c *checkout) { c.buy(card); c.isTold(1) },
			order.PaymentPending, "", 0, nil, nil,
		},
		"declined, then paid": {
			func(c *checkout) {
				c.buy(card)
				c.isDeclined(1)
				c.isTold(1)
				c.tryAgain(card)
				c.pays(2)
				c.isTold(2)
			},
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"declined, and gone": {
			func(c *checkout) { c.buy(card); c.isDeclined(1); c.isTold(1); c.later(30 * time.Minute); c.later(day) },
			order.PaymentDeclined, order.NotPaid, 0, nil, []event.Type{event.TypePaymentDeclined},
		},
		"declined, then away, then paid": {
			func(c *checkout) {
				c.buy(card)
				c.isDeclined(1)
				c.isTold(1)
				c.provider.away = true
				if _, err := c.PayOrder(c.Context(), c.order(), card); fault.CodeOf(err) != fault.Unavailable {
					c.Errorf("payOrder: %v", err)
				}
				c.provider.away = false
				c.tryAgain(card)
				c.pays(3)
				c.isTold(3)
			},
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"a voucher, paid the next day": {
			func(c *checkout) {
				c.buy(voucher)
				c.takesVoucher(1, "123")
				c.isTold(1)
				c.isTold(1)
				c.later(time.Hour)
				c.later(day)
				c.pays(1)
				c.isTold(1)
			},
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypePaymentRequested, event.TypeOrderCreated},
		},
		"a voucher, and another one in its place": {
			func(c *checkout) {
				c.buy(voucher)
				c.takesVoucher(1, "123")
				c.isTold(1)
				c.takesVoucher(1, "456")
				c.isTold(1)
			},
			order.PaymentPending, "", 0, nil, []event.Type{event.TypePaymentRequested, event.TypePaymentRequested},
		},
		"a voucher, when the order is paid by card": {
			func(c *checkout) {
				c.buy(card)
				c.tryAgain(voucher)
				c.pays(1)
				c.isTold(1)
				c.takesVoucher(2, "123")
				c.isTold(2)
				c.later(4 * day)
			},
			order.Created, "", 15000, []string{"payment"}, []event.Type{event.TypeOrderCreated},
		},
		"abandoned": {
			func(c *checkout) { c.buy(card); c.later(30 * time.Minute); c.later(time.Hour) },
			order.PaymentDeclined, order.NotPaid, 0, nil, []event.Type{event.TypePaymentDeclined},
		},
		"paid in two tabs": {
			func(c *checkout) {
				c.buy(card)
				c.tryAgain(voucher)
				c.pays(2)
				c.isTold(2)
				c.pays(1)
				c.isTold(1)
				c.isTold(2)
				c.later(time.Minute)
			},
			order.Created, "", 15000, []string{"overpaid-back.1", "overpayment.1", "payment"}, []event.Type{event.TypeOrderCreated, event.TypeRefundDone},
		},
		"paid in two tabs, never told": {
			func(c *checkout) {
				c.buy(card)
				c.tryAgain(voucher)
				c.pays(1)
				c.pays(2)
				c.later(11 * time.Minute)
				c.later(time.Hour)
			},
			order.Created, "", 15000, []string{"overpaid-back.1", "overpayment.2", "payment"}, []event.Type{event.TypeOrderCreated, event.TypeRefundDone},
		},
		"the other tab expires, and is paid late, never told": {
			func(c *checkout) {
				c.buy(card)
				c.tryAgain(voucher)
				c.pays(2)
				c.isTold(2)
				c.later(2 * time.Hour)
				c.pays(1)
				c.later(11 * time.Minute)
				c.later(time.Minute)
			},
			order.Created, "", 15000, []string{"overpaid-back.1", "overpayment.1", "payment"}, []event.Type{event.TypeOrderCreated, event.TypeRefundDone},
		},
		"a declined card is charged late, never told, when the order is cancelled": {
			func(c *checkout) {
				c.buy(card)
				c.isDeclined(1)
				c.isTold(1)
				c.tryAgain(card)
				c.pays(2)
				c.isTold(2)
				c.cancels()
				c.givesBack()
				c.later(time.Hour)
				c.pays(1)
				c.later(11 * time.Minute)
				c.later(time.Minute)
			},
			order.Cancelled, order.ByCustomer, 0, []string{"overpaid-back.2", "overpayment.1", "payment", "refund"},
			[]event.Type{event.TypeOrderCreated, event.TypeOrderCancelled, event.TypeRefundDone},
		},
		"paid after its time": {
			func(c *checkout) { c.buy(card); c.later(2 * time.Hour); c.pays(1); c.isTold(1); c.givesBack() },
			order.Cancelled, order.PaidTooLate, 0, []string{"payment", "refund"}, []event.Type{event.TypePaymentDeclined, event.TypeOrderCancelled},
		},
		"paid after its time, never told": {
			func(c *checkout) {
				c.buy(card)
				c.later(2 * time.Hour)
				c.pays(1)
				c.now = c.now.Add(time.Hour)
				if err := c.FindLate(c.Context()); err != nil {
					c.Error(err)
				}
				c.givesBack()
			},
			order.Cancelled, order.PaidTooLate, 0, []string{"payment", "refund"}, []event.Type{event.TypePaymentDeclined, event.TypeOrderCancelled},
		},
		"the other tab is paid when the order is cancelled": {
			func(c *checkout) {
				c.buy(card)
				c.tryAgain(voucher)
				c.pays(1)
				c.isTold(1)
				c.cancels()
				c.givesBack()
				c.pays(2)
				c.isTold(2)
				c.later(time.Minute)
			},
			order.Cancelled, order.ByCustomer, 0, []string{"overpaid-back.2", "overpayment.2", "payment", "refund"},
			[]event.Type{event.TypeOrderCreated, event.TypeOrderCancelled, event.TypeRefundDone},
		},
		"cancelled before it is paid": {
			func(c *checkout) {
				c.provider.closes = true
				c.buy(card)
				c.cancels()
				c.cancels()
				c.later(time.Minute)
				if p, _ := c.order().Attempt(1); p.State != payments.Expired {
					c.Errorf("the provider's page is %s", p.State)
				}
				c.isTold(1)
			},
			order.PaymentDeclined, order.ByCustomer, 0, nil, []event.Type{event.TypePaymentDeclined},
		},
		"cancelled, and paid in another tab": {
			func(c *checkout) { c.buy(card); c.cancels(); c.pays(1); c.isTold(1); c.givesBack() },
			order.Cancelled, order.PaidTooLate, 0, []string{"payment", "refund"}, []event.Type{event.TypePaymentDeclined, event.TypeOrderCancelled},
		},
		"cancelled, and the voucher is paid the next day, never told": {
			func(c *checkout) {
				c.buy(voucher)
				c.takesVoucher(1, "123")
				c.isTold(1)
				c.cancels()
				c.later(day)
				c.pays(1)
				c.later(11 * time.Minute)
				c.givesBack()
			},
			order.Cancelled, order.PaidTooLate, 0, []string{"payment", "refund"},
			[]event.Type{event.TypePaymentRequested, event.TypePaymentDeclined, event.TypeOrderCancelled},
		},
		"cancelled, and the provider hears after the voucher's time that it was paid": {
			func(c *checkout) {
				c.buy(voucher)
				c.takesVoucher(1, "123")
				c.isTold(1)
				c.cancels()
				c.later(3*day + time.Hour)
				c.pays(1)
				c.later(11 * time.Minute)
				c.givesBack()
			},
			order.Cancelled, order.PaidTooLate, 0, []string{"payment", "refund"},
			[]event.Type{event.TypePaymentRequested, event.TypePaymentDeclined, event.TypeOrderCancelled},
		},
		"paid, and cancelled before anyone tells": {
			func(c *checkout) { c.buy(card); c.pays(1); c.cancels(); c.givesBack(); c.isTold(1) },
			order.Cancelled, order.ByCustomer, 0, []string{"payment", "refund"}, []event.Type{event.TypeOrderCreated, event.TypeOrderCancelled},
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop := newCheckout(t)
			in(shop)
			c.do(shop)
			if c.status != order.PaymentPending {
				shop.later(order.LateFor + time.Hour) // nothing is looked for any more
			}
			o := shop.order()
			if o.Status != c.status || o.CancelReason != c.reason || o.Unsettled() && c.status != order.PaymentPending {
				t.Errorf("the order is %s, %q, %+v, %+v", o.Status, o.CancelReason, o.Payments, o.Refunds)
			}
			if kept := shop.provider.kept(); kept != c.kept {
				t.Errorf("the provider keeps %d, want %d", kept, c.kept)
			}
			if got := shop.kinds(); !slices.Equal(got, c.ledger) {
				t.Errorf("the ledger has %v, want %v", got, c.ledger)
			}
			stated(t, shop.Service, c.events...)
		})
	}
}

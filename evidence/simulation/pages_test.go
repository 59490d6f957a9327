package simulation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// Payments that wait for their customers, who pay, are declined, go away, pay another way as well, or pay when the time is over.

// timeToPay is short, so that payments expire within a run.
const timeToPay = time.Minute

// payableLate is how long after that a provider may still hear of a payment.
const payableLate = 10 * time.Minute

// payOnPages gives each market two ways to pay.
func payOnPages(markets map[string]order.Market) {
	for name, m := range markets {
		m.Methods = nil
		for _, method := range []string{payments.Card, payments.CashVoucher} {
			m.Methods = append(m.Methods, order.Method{Name: method, Provider: m.Provider, Within: timeToPay})
		}
		markets[name] = m
	}
}

// begin begins a charge: it is decided at once, or waits for its customer.
func (p *partners) begin(c terms, provider string, r payments.Request, roll uint64) *charge {
	made := &charge{terms: c, provider: provider, until: r.Until, voucher: r.Method == payments.CashVoucher, state: payments.Paid}
	switch {
	case strings.Contains(c.Key, "."): // another one of an order whose customer pays on a page
		made.state = payments.ActionRequired
	case p.hits(&roll, p.plan.decline):
		made.state = payments.Failed
	case !c.Test && p.hits(&roll, p.plan.pages):
		made.state = payments.ActionRequired
	}
	return made
}

// customers returns what those can do who have a charge that waits for them.
func (p *partners) customers() (options []option) {
	if p.plan.pages == 0 || p.healing {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(p.charges)) {
		c := p.charges[key]
		c.expire()
		switch {
		case c.left:
		case c.state == payments.ActionRequired && !c.away:
			options = append(options, option{2, func() { p.visit(c) }})
		case c.state == payments.Expired && time.Since(c.until) < payableLate:
			options = append(options, option{1, func() { p.payLate(c) }})
		}
	}
	return options
}

// visit is a customer on the page of a charge.
func (p *partners) visit(c *charge) {
	switch roll := p.dice.IntN(10); {
	case roll < 5:
		p.turn(c, payments.Paid)
	case roll < 7:
		p.turn(c, payments.Failed)
	case roll < 8:
		c.away = true
	default:
		c.away = p.dice.IntN(2) == 0
		p.anotherTab(c)
	}
}

// payLate pays a charge that has expired, or never does.
func (p *partners) payLate(c *charge) {
	if c.left = true; p.dice.IntN(3) == 0 {
		p.turn(c, payments.Paid)
	}
}

// turn sets the state of a charge, and tells the shop soon, late, twice or never. It never tells of every second late payment.
func (p *partners) turn(c *charge, to payments.State) {
	p.note("the customer: charge %s was %s and is %s", c.Key, c.state, to)
	lost := p.chance(p.plan.drop) || c.state == payments.Expired && p.dice.IntN(2) == 0
	if c.state = to; !lost {
		p.callbacks = append(p.callbacks, &callback{orderID: c.OrderID, pays: c, at: time.Now().Add(time.Duration(p.dice.IntN(40)) * time.Second)})
	}
}

// anotherTab is the customer who goes back to the shop and chooses the other way to pay.
func (p *partners) anotherTab(c *charge) {
	l := p.life
	if l.running >= mostAtOnce {
		return
	}
	l.begin(fmt.Sprintf("customer of order %d pays another way", c.OrderID), func(ctx context.Context, _ *activity) {
		o, err := l.services.Orders.Store.Order(ctx, c.OrderID)
		if err != nil {
			return
		}
		method := payments.Card
		if current, open := o.Current(); open && current.Method == method {
			method = payments.CashVoucher
		}
		_, err = l.services.Orders.PayOrder(ctx, o, method)
		switch fault.CodeOf(err) {
		case "", fault.Conflict, fault.LimitReached, fault.Declined, fault.PaidTooLate, fault.InDoubt, fault.Unavailable, fault.Internal:
		default:
			l.wrong("answers are right", "who pays order %d another way is answered %v", c.OrderID, err)
		}
	})
}

// expire ends the time to pay.
func (c *charge) expire() {
	if c.state == payments.ActionRequired && time.Now().After(c.until) {
		c.state = payments.Expired
	}
}

// outcome is what a provider says of the charge.
func (c *charge) outcome() payments.Outcome {
	c.expire()
	switch out := (payments.Outcome{State: c.state, Reference: "reference of " + c.Key, Amount: c.Amount}); c.state {
	case payments.ActionRequired:
		out.Action.URL, out.Until = "https://provider/"+c.Key, c.until
		if c.voucher {
			out.Action.Voucher = &payments.Voucher{Number: c.Key}
		}
		return out
	case payments.Failed:
		return payments.Outcome{State: payments.Failed, Why: "no money"}
	default:
		return out
	}
}

// unsettled reports whether a provider is still to be asked about an order.
func unsettled(orders []order.Order) bool {
	return slices.ContainsFunc(orders, func(o order.Order) bool {
		open := slices.ContainsFunc(o.Payments, func(p order.Payment) bool { return p.State.Open() })
		return o.Unsettled() && (open || slices.ContainsFunc(o.Refunds, func(r order.Refund) bool { return r.State != payments.RefundDone }))
	})
}

// trusting takes a customer who comes back for one who has paid.
type trusting struct{ payments.Provider }

func (p trusting) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	out, err := p.Provider.Find(ctx, r)
	if out.State == payments.ActionRequired {
		out = payments.Outcome{State: payments.Paid, Reference: out.Reference, Amount: out.Amount}
	}
	return out, err
}

// hasty takes what is paid when the time is over for expired.
type hasty struct{ payments.Provider }

func (p hasty) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	out, err := p.Provider.Find(ctx, r)
	if err == nil && time.Now().After(r.Until) {
		out.State = payments.Expired
	}
	return out, err
}

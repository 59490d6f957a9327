package order

import (
	"context"
	"strings"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// PayOrder goes on with an order's payment, or begins another one, and returns the order with what its customer has to do
// (Order.Current), or without it when the order is paid by now. An order that does not wait for its payment is fault.Conflict; a
// method that it cannot be paid with fault.Invalid.
func (s *Service) PayOrder(ctx context.Context, o Order, name string) (Order, error) {
	rules, err := s.Rules.Of(ctx, o.Rules)
	if err != nil {
		return Order{}, err
	}
	if p, asked := o.toGoOnWith(name); asked {
		after, err := s.goOn(ctx, o, p)
		if p, _ = after.Attempt(p.Number); err != nil || p.State == payments.Paid || p.State.Open() && p.is(name) {
			return after, err
		}
	}
	method, err := rules.another(o, name)
	if err != nil {
		return Order{}, err
	}
	if o, err = s.Store.AddPayment(ctx, o.ID, method); err != nil {
		return Order{}, err
	}
	if p, _ := o.Current(); p.State == payments.ActionRequired { // begun before, in this way
		return s.PayOrder(ctx, o, method.Name)
	}
	return s.payAgain(ctx, o)
}

// toGoOnWith is the payment that the provider is asked about before another one is begun: the current one, if the customer pays in
// this way, and one without an outcome in any case.
func (o Order) toGoOnWith(name string) (Payment, bool) {
	p, open := o.Current()
	return p, open && o.Status == PaymentPending && (p.is(name) || p.State == payments.Pending)
}

// is reports whether a customer who chose a method, "" for any, chose the payment.
func (p Payment) is(name string) bool { return name == "" || name == p.Method }

// goOn asks the provider about a payment that the customer wants to go on with, so that no one is sent to a page that has closed, or
// pays twice. When the provider does not answer, its page is still the best that there is. A payment without an outcome is begun once
// more under its key: of two requests at once, the second finds what the first begins.
func (s *Service) goOn(ctx context.Context, o Order, p Payment) (Order, error) {
	ctx = telemetry.AboutOrder(context.WithoutCancel(ctx), o.ID)
	out, err := s.outcome(ctx, o, p)
	switch {
	case p.State == payments.Pending:
		return s.settle(ctx, o, p, out, err, true)
	case err != nil:
		s.Log.WarnContext(ctx, "a customer goes on with a payment, and the provider does not answer; Settle asks", "order", o.ID, "error", err)
		return o, nil
	case !p.changedBy(out):
		return o, nil
	}
	return s.settle(ctx, o, p, out, nil, true)
}

// another is the way in which an order can be paid now: the one that is named, or the one of its last payment.
func (r *Rules) another(o Order, name string) (Method, error) {
	if all := o.Attempts(); name == "" && len(all) > 0 {
		name = all[len(all)-1].Method
	}
	var names []string
	for _, m := range r.MethodsFor(o.Market, o.CustomerType, o.Total.Minor) {
		if m.Provider == "" {
			continue
		}
		if names = append(names, m.Name); m.Name == name {
			return m, nil
		}
	}
	return Method{}, fault.InvalidField("paymentMethod", "must be one of %s", strings.Join(names, ", "))
}

// payAgain begins the newest payment of an order. One that certainly was not begun has failed.
func (s *Service) payAgain(ctx context.Context, o Order) (Order, error) {
	all := o.Attempts()
	p := all[len(all)-1]
	out, begun, err := s.begin(context.WithoutCancel(ctx), o, p)
	if !begun {
		failed := payments.Outcome{State: payments.Failed, Why: neverBegun}
		_, storeErr := s.Store.RecordPayment(ctx, Settlement{OrderID: o.ID, Number: p.Number, Outcome: failed, Waiting: true})
		if storeErr != nil {
			return Order{}, s.inDoubt(o, storeErr)
		}
		return Order{}, notBegun(err)
	}
	return s.settle(ctx, o, p, out, err, true)
}

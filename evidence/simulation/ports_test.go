package simulation

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
	"acme.example/webshop/stock"
)

// provider is a payment provider as one life sees it: it charges at once, or has a page.
type provider struct {
	*life
	name string
}

func (l *life) payments() map[string]payments.Provider {
	all := map[string]payments.Provider{}
	for _, name := range app.Providers {
		if all[name] = (provider{l, name}); l.bug.payments != nil {
			all[name] = l.bug.payments(l.world, all[name])
		}
	}
	return all
}

func (provider) Ready(bool) error { return nil }

func (p provider) Begin(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	c := chargeOf(r)
	return asking(p.life, ctx, "Charge", c.OrderID, func(roll uint64) (payments.Outcome, error) {
		if _, known := p.partners.charges[c.Key]; !known {
			p.partners.charges[c.Key] = p.partners.begin(c, p.name, r, roll)
		}
		return p.partners.told(c)
	})
}

func (p provider) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	return asking(p.life, ctx, "Find", r.OrderID, func(uint64) (payments.Outcome, error) { return p.partners.told(chargeOf(r)) })
}

func (provider) Event(_ context.Context, _ http.Header, key []byte) (payments.Notice, error) {
	return payments.Notice{Key: string(key)}, nil
}

// told is what became of a charge.
func (p *partners) told(c terms) (payments.Outcome, error) {
	made, ok := p.charges[c.Key]
	switch {
	case !ok:
		return payments.Outcome{}, fault.New(fault.NotFound, "there is no charge %s", c.Key)
	case made.terms != c:
		p.wrong("one key, one request", "%s was charged as %v and as %v", c.Key, made.terms, c)
	}
	return made.outcome(), nil
}

// owe reports whether a declined order was charged.
func (p *partners) owe(orders []order.Order) bool {
	return slices.ContainsFunc(orders, func(o order.Order) bool {
		return o.Status != order.PaymentPending && slices.ContainsFunc(o.Attempts(), func(a order.Payment) bool {
			made := p.charges[o.PaymentKey(a.Number)]
			return a.State != payments.Paid && made != nil && made.kept()
		})
	})
}

func (p provider) Refund(ctx context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	done := payments.RefundOutcome{State: payments.RefundDone, Reference: "reference of " + r.Key}
	return asking(p.life, ctx, "Refund "+r.Key, 0, func(roll uint64) (payments.RefundOutcome, error) {
		if _, known := p.partners.refunds[r.Key]; known {
			return done, nil
		}
		made := p.partners.charges[r.PaymentKey]
		if made == nil || !made.kept() || made.Amount != r.Amount {
			p.wrong("money is exact", "%s cannot be given back: %+v", r.Key, made)
			return payments.RefundOutcome{}, fault.New(fault.Conflict, "no such charge")
		}
		if p.partners.hits(&roll, p.plan.parks) {
			return payments.RefundOutcome{}, fault.New(fault.Conflict, "the provider refuses this for good")
		}
		made.refunded = true
		p.partners.refunds[r.Key] = &refund{r}
		return done, nil
	})
}

// stockist is the stockist for one life.
type stockist struct{ *life }

func (s stockist) Refill(ctx context.Context, r stock.Refill) (bool, error) {
	p := s.partners
	answered, err := asking(s.life, ctx, "Refill", r.OrderID, func(roll uint64) (answer, error) {
		return p.once(r.Key, "refill", r.OrderID, fmt.Sprint(r), func() answer { return p.refill(r.OrderID, roll) })
	})
	switch {
	case err != nil:
		return false, err
	case answered == refuses:
		return false, fault.New(fault.Refused, "there are no such plants")
	}
	return answered == does, nil
}

// refill decides whether there are plants, and whether the answer comes at once.
func (p *partners) refill(id int64, roll uint64) answer {
	refused := p.hits(&roll, p.plan.refuse)
	if p.hits(&roll, p.plan.later) {
		p.callbacks = append(p.callbacks, &callback{orderID: id, refuses: refused, at: time.Now().Add(time.Duration(roll%60) * time.Second)})
		return callsBack
	}
	if refused {
		return refuses
	}
	return does
}

// carrier is the delivery company for one life.
type carrier struct{ *life }

func (c carrier) Consign(ctx context.Context, con delivery.Consignment) error {
	_, err := asking(c.life, ctx, "Consign", con.Booking.OrderID, func(roll uint64) (answer, error) {
		at := delivery.Millis(con.Booking.Time)
		return c.partners.once(con.Key, "consignment", con.Booking.OrderID, at, c.partners.driven(con.Booking, false, roll))
	})
	return err
}

// Change is kept under a key of its own: the change with the highest version says when the van comes.
func (c carrier) Change(ctx context.Context, change delivery.Change) error {
	_, err := asking(c.life, ctx, "Change", change.Booking.OrderID, func(roll uint64) (answer, error) {
		at := delivery.Millis(change.Booking.Time)
		if change.CalledOff {
			at = calledOff
		}
		key := fmt.Sprintf("%s.%d", change.Key, change.Version)
		return c.partners.once(key, "change", change.Booking.OrderID, at, c.partners.driven(change.Booking, true, roll))
	})
	return err
}

// calledOff stands for the time of a delivery that was called off.
const calledOff = "never"

// books is the bookkeeping system for one life.
type books struct{ *life }

func (l *life) books() finance.Bookkeeping {
	if l.bug.books != nil {
		return l.bug.books(books{l})
	}
	return books{l}
}

func (b books) Record(ctx context.Context, post finance.Posting) error {
	_, err := asking(b.life, ctx, "Book "+string(post.Kind), post.OrderID, func(roll uint64) (answer, error) {
		return b.partners.once(post.Key, string(post.Kind), post.OrderID, post.Amount.String(), b.partners.doesOrParks(roll))
	})
	return err
}

// mailer is the mail server for one life.
type mailer struct{ *life }

func (m mailer) Send(ctx context.Context, mail email.Message) error {
	_, err := asking(m.life, ctx, "Send "+mail.To, 0, func(roll uint64) (string, error) {
		if m.partners.hits(&roll, m.plan.parks) {
			return "", fault.New(fault.Invalid, "there is no such address")
		}
		m.partners.mails[mail.ID] = append(m.partners.mails[mail.ID], mail.To)
		return "", nil
	})
	return err
}

func (mailer) Preview(string, bool) string { return "" }

// links are links that open nothing.
type links struct{ order.Links }

func (links) Tracking(o ref.Order) string                  { return "http://shop/track/" + string(o) }
func (l links) TrackingAt(o ref.Order, _ time.Time) string { return l.Tracking(o) }
func (links) Delivery(o ref.Order) string                  { return "http://shop/deliver/" + string(o) }

package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"acme.example/webshop/approval"
	"acme.example/webshop/event"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// screenAfter is when the fraud check is polled again: sooner than in a shop, so that it happens in a run.
const screenAfter = 10 * time.Minute

// reviewed are rules by which orders must pass reviews: one for individuals, both for businesses.
var reviewed = func() *order.Rules {
	with := *rules.Orders
	with.Reviews = map[string][]order.ReviewRule{
		fraud.Step: {{}}, approval.Step: {{CustomerTypes: []string{"B2B"}}, {Markets: []string{"MX"}}},
	}
	return &with
}()

// rules returns the rules of the run.
func (p plan) rules() *order.Rules {
	if p.reviews {
		return reviewed
	}
	return rules.Orders
}

// screening is the fraud check for one life.
type screening struct{ *life }

func (s screening) Check(ctx context.Context, c fraud.Check) (fraud.Outcome, error) {
	p := s.partners
	answered, err := asking(s.life, ctx, "Check", c.OrderID, func(roll uint64) (answer, error) {
		return p.once(c.Key, "check", c.OrderID, fmt.Sprint(c), func() answer { return p.screen(c, roll) })
	})
	return map[answer]fraud.Outcome{does: fraud.Passed, refuses: fraud.Refused, callsBack: fraud.Later}[answered], err
}

// screen decides about an order, and whether the answer comes at once, later, or only to another request.
func (p *partners) screen(c fraud.Check, roll uint64) answer {
	decided := does
	if p.hits(&roll, p.plan.refuse) {
		decided = refuses
	}
	switch {
	case p.hits(&roll, p.plan.parks):
		return parks
	case !p.hits(&roll, p.plan.later):
		return decided
	}
	called := &callback{orderID: c.OrderID, refuses: decided == refuses, screens: true, at: time.Now().Add(time.Duration(roll%60) * time.Second)}
	if p.forgets = append(p.forgets, forgotten{c.Key, decided}); roll%3 != 0 {
		p.callbacks = append(p.callbacks, called)
	}
	return callsBack
}

// forgotten is a later answer that never comes by itself; another request gets it.
type forgotten struct {
	key     string
	decided answer
}

// recall makes the partner remember its decisions.
func (p *partners) recall() {
	for _, f := range p.forgets {
		if w := p.works[f.key]; w != nil {
			w.answer = f.decided
		}
	}
}

// saysOf returns how the shop receives a callback.
func (c *callback) saysOf(s *life) func(context.Context, int64) error {
	switch {
	case c.report != nil:
		return func(ctx context.Context, id int64) error {
			return s.services.Delivery.Store.ReportDelivery(ctx, id, *c.report)
		}
	case c.pays != nil:
		return func(ctx context.Context, _ int64) error {
			return s.services.Orders.CalledBack(ctx, c.pays.provider, nil, []byte(c.pays.Key))
		}
	case c.screens:
		return func(ctx context.Context, id int64) error {
			_, err := s.services.Fraud.Store.RecordReview(ctx, id, fraud.Step, !c.refuses, "screening", "")
			return err
		}
	case c.refuses:
		return s.services.Stock.Store.RefuseStock
	}
	return s.services.Stock.Store.StockCreated
}

// approvals returns what the approving person can do: approve or refuse, and sometimes both at once with a colleague.
func (w *world) approvals() (options []option) {
	if !w.plan.reviews || w.life.running >= mostAtOnce {
		return nil
	}
	for _, o := range w.life.openReviews() {
		options = append(options, option{2, func() {
			says := w.dice.IntN(4) != 0
			w.life.approve(o.Order(), says)
			if w.chance(w.plan.double) {
				w.life.approve(o.Order(), !says)
			}
		}})
	}
	return options
}

func (l *life) approve(id int64, passed bool) {
	l.begin(fmt.Sprintf("approver of order %d says %t", id, passed), func(ctx context.Context, _ *activity) {
		switch err := l.services.Approval.Decide(ctx, id, "", passed, ""); fault.CodeOf(err) {
		case "", fault.Conflict, fault.Unavailable, fault.Internal:
		default:
			l.wrong("answers are right", "the approver of order %d was answered %v", id, err)
		}
	})
}

// checkReviews: an order is placed when all reviews have passed it, and the stockist is not asked before; and the
// partner's answer is what was stored.
func (w *world) checkReviews(o order.Order) {
	passed := !slices.ContainsFunc(o.Reviews, func(r order.Review) bool { return r.State != order.ReviewPassed })
	history := w.life.history(o.ID)
	stated := func(t event.Type) bool {
		return slices.ContainsFunc(history, func(e event.Envelope) bool { return e.Type == t })
	}
	refill := w.partners.works[o.Ref().Key(ref.Refill)] != nil
	if !passed && (stated(event.TypeOrderPlaced) || refill) {
		w.wrong("no order is placed unreviewed", "order %d is %s, refill %t, with %+v", o.ID, o.Status, refill, o.Reviews)
	}
	if stated(event.TypeReviewDone) != (passed && len(o.Reviews) > 0 || slices.ContainsFunc(o.Reviews, refusedBy)) {
		w.wrong("no order is placed unreviewed", "order %d: its review is done %t, with %+v", o.ID, stated(event.TypeReviewDone), o.Reviews)
	}
	check := w.partners.works[o.Ref().Key(ref.Check)]
	for _, r := range o.Reviews {
		if said := map[answer]string{does: order.ReviewPassed, refuses: order.ReviewRefused}; r.By == "screening" && (check == nil || check.answer != callsBack && said[check.answer] != r.State) {
			w.wrong("answers are right", "order %d: %+v, and the fraud check said %+v", o.ID, r, check)
		}
	}
}

func refusedBy(r order.Review) bool { return r.State == order.ReviewRefused }

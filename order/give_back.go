package order

import (
	"context"
	"errors"
	"fmt"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// Refund gives money of an order back, whole or in part, for a person. What takes a second person waits for ApproveRefund. For
// the rest the provider is asked at once, and by Settle until it has answered. It returns the refund as it is then.
func (s *Service) Refund(ctx context.Context, w RefundWish) (Order, Refund, error) {
	o, err := s.Store.Order(ctx, w.OrderID)
	if err != nil {
		return o, Refund{}, err
	}
	rules, err := s.Rules.Active()
	if err != nil {
		return o, Refund{}, err
	}
	w.Alone = rules.alone(o)
	if o, err = s.Store.RequestRefund(ctx, w); err != nil {
		return o, Refund{}, err
	}
	return s.giveBackNow(ctx, o, o.refundOf(w))
}

// alone is how much of an order one person may give back; nil for any amount.
func (r *Rules) alone(o Order) *int64 {
	over, limited := r.SecondPersonOver[o.Total.Currency]
	if !limited || o.TestID != 0 {
		return nil
	}
	return &over
}

// refundOf is the refund that was asked for just now, or before under the same key.
func (o Order) refundOf(w RefundWish) Refund {
	for _, r := range o.Refunds {
		if w.Key != "" && r.Key == w.Key {
			return r
		}
	}
	return o.Refunds[len(o.Refunds)-1]
}

// ApproveRefund is the second person's yes to a refund: the provider is asked.
func (s *Service) ApproveRefund(ctx context.Context, id int64, number int, by string) (Order, Refund, error) {
	o, err := s.Store.ApproveRefund(ctx, id, number, by)
	if err != nil {
		return o, Refund{}, err
	}
	return s.giveBackNow(ctx, o, o.Refunds[number-1])
}

// RefuseRefund takes back a refund that waits for its second person.
func (s *Service) RefuseRefund(ctx context.Context, id int64, number int, by, why string) (Order, Refund, error) {
	o, err := s.Store.RefuseRefund(ctx, id, number, by, why)
	if err != nil {
		return o, Refund{}, err
	}
	return o, o.Refunds[number-1], nil
}

// giveBackNow asks the provider for a refund that is due. When it does not answer, Settle goes on.
func (s *Service) giveBackNow(ctx context.Context, o Order, r Refund) (Order, Refund, error) {
	if !r.due() {
		return o, r, nil
	}
	ctx = telemetry.AboutOrder(context.WithoutCancel(ctx), o.ID)
	err := s.refund(ctx, o, r)
	after, readErr := s.Store.Order(ctx, o.ID)
	if err = errors.Join(err, readErr); err != nil {
		s.Log.WarnContext(ctx, "a refund is not made yet; Settle asks again", "order", o.ID, "refund", r.Number, "error", err)
	}
	if readErr != nil {
		return o, r, nil // it is stored, and will be made
	}
	return after, after.Refunds[r.Number-1], nil
}

// giveBack asks the provider for those refunds of an order that are pending.
func (s *Service) giveBack(ctx context.Context, o Order, which func(Refund) bool) (err error) {
	for _, r := range o.GivenBack() {
		if r.State == payments.RefundPending && which(r) {
			err = errors.Join(err, s.refund(ctx, o, r))
		}
	}
	return err
}

// refund asks the provider for one refund. One that has no answer yet is asked for again under its key.
func (s *Service) refund(ctx context.Context, o Order, r Refund) error {
	p, _ := o.Attempt(r.Payment)
	out, err := s.provider(p).Refund(ctx, o.toProvider(r))
	if err != nil {
		if r.due() && fault.Permanent(err) {
			err = errors.Join(err, s.Store.PutOff(ctx, OpenPoller, o.ID, s.Now().Add(AskAgainAfter), err.Error()))
		}
		return err
	}
	crash.At("order.after-refund")
	return s.Store.RecordRefund(ctx, o.ID, r.Number, out)
}

// holdFailed holds an order with a refund that the provider could not pay out: only a person can see to it, who is told by an alert.
func (s *Service) holdFailed(ctx context.Context, o Order) error {
	r, failed := o.failedRefund()
	if !failed {
		return nil
	}
	why := fmt.Sprintf("the provider could not pay out refund %d (%s)", r.Number, r.Reference)
	return s.Store.PutOff(ctx, OpenPoller, o.ID, s.Now().Add(AskAgainAfter), why)
}

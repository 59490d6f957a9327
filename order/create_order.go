package order

import (
	"context"
	"errors"
	"time"

	"acme.example/webshop/platform/fault"
)

// CreateOrder accepts a draft: it checks and prices it, stores it, and takes its payment or begins it. It returns an order that is
// CREATED (or further), whose event is journalled, or one that is PAYMENT_PENDING, and its customer has to pay on a provider's page
// or with a voucher (Order.Current); in every other case an error:
// fault.Invalid, and nothing is stored; fault.Declined, and the order is PAYMENT_DECLINED; fault.PaidTooLate, and it is
// CANCELLED; fault.InDoubt, and the shop asks the provider later (Settle); fault.Unavailable, when the charge certainly was
// not tried or not made, and nothing is stored; fault.Conflict for a double submit; fault.KeyReused and fault.InProgress for
// a key that another request has; fault.LimitReached if the customer has reached a limit; fault.SoldOut if fewer pieces are left than ordered.
//
// The key is the client's Idempotency-Key; the same key and draft give the same answer. Without one, the same real
// order within Rules.DoubleSubmit is taken for a mistake.
func (s *Service) CreateOrder(ctx context.Context, d Draft, key string) (Order, error) {
	if err := checkKey(key); err != nil {
		return Order{}, err
	}
	rules, err := s.Rules.Active()
	if err != nil {
		return Order{}, err
	}
	if err := s.guessed(ctx, rules, d); err != nil {
		return Order{}, err
	}
	idempotencyKey := rules.idempotencyKey(d, key)
	d.Language = s.reads(d)
	o, err := rules.Accept(d, s.Now(), s.offerFailed(ctx))
	if err == nil {
		err = s.mailable(ctx, o)
	}
	if err != nil {
		return s.refused(ctx, idempotencyKey, key, err)
	}
	o.Status = Created
	if o.PaymentProvider != "" {
		if err := s.provider(o.Payments[0]).Ready(o.TestID != 0); err != nil {
			return Order{}, err // nothing is stored: better no order than one that waits for its payment
		}
		o.Status = PaymentPending
	}
	o.CreatedAt = s.Now()
	o.StatusAt = o.CreatedAt
	idempotencyKey.Uses, idempotencyKey.Caps, idempotencyKey.Stock = rules.uses(o), rules.caps(o), rules.starts(o)
	if rules.approvesNew(o) {
		idempotencyKey.Known, idempotencyKey.KnownReviews = o.organization(), rules.ReviewsOf(o, true)
	}
	o, fresh, err := s.Store.CreateOrder(ctx, o, idempotencyKey)
	switch {
	case err != nil:
		return Order{}, err
	case !fresh:
		return s.again(ctx, o, key)
	case o.Status == PaymentPending:
		o, err = s.pay(ctx, o, idempotencyKey)
		if inDoubt, ok := errors.AsType[*fault.Error](err); ok && inDoubt.Code == fault.InDoubt && key == "" {
			inDoubt.RetryAfter = 0 // without a key, a second try would be a second order
		}
		return o, err
	}
	return o, nil
}

// mailable asks whether the customer can be written to. The mails of test orders go nowhere.
func (s *Service) mailable(ctx context.Context, o Order) error {
	if s.Mailable == nil || o.TestID != 0 {
		return nil
	}
	return s.Mailable(ctx, o.Customer.Email)
}

// refused answers a draft that the rules do not accept. When it is the repeat of a request whose order was made before they
// changed, or before an offer ended, the answer is that order's.
func (s *Service) refused(ctx context.Context, c IdempotencyKey, key string, why error) (Order, error) {
	if key == "" {
		return Order{}, why
	}
	o, err := s.Store.FindByKey(ctx, c)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return Order{}, why
	case err != nil:
		return Order{}, err
	}
	return s.again(ctx, o, key)
}

// idempotencyKey keeps a double submit from making two orders. Test orders without a key of their client's have none: a test
// means each of them.
func (r *Rules) idempotencyKey(d Draft, key string) IdempotencyKey {
	fingerprint := d.fingerprint()
	switch {
	case key != "":
		return IdempotencyKey{Key: "key:" + key, Fingerprint: fingerprint, ValidFor: r.KeyHold}
	case d.TestID == 0:
		return IdempotencyKey{Key: "same:" + fingerprint, Fingerprint: fingerprint, ValidFor: r.DoubleSubmit, FreedByDecline: true}
	}
	return IdempotencyKey{}
}

// payOn has a customer go on who sends the request again. If the time to pay ends meanwhile, the answer is about the order as it is then.
func (s *Service) payOn(ctx context.Context, o Order, key string) (Order, error) {
	paid, err := s.PayOrder(ctx, o, "")
	if fault.CodeOf(err) != fault.Conflict {
		return paid, err
	}
	now, readErr := s.Store.Order(ctx, o.ID)
	if readErr != nil || now.waitsForCustomer() && !now.tooLateToPay(s.Now()) {
		return Order{}, errors.Join(err, readErr)
	}
	return s.again(ctx, now, key)
}

// again answers a request whose order was made by an earlier one.
func (s *Service) again(ctx context.Context, o Order, key string) (Order, error) {
	switch {
	case key == "": // and no link to the order: a stranger may know what was ordered
		return Order{}, fault.New(fault.Conflict, "the same order came in just now, as order %d; "+
			"to order the same again, send an Idempotency-Key of its own with each request", o.ID)
	case o.waitsForCustomer() && !o.tooLateToPay(s.Now()):
		return s.payOn(ctx, o, key)
	case o.Status == PaymentPending:
		e := fault.New(fault.InProgress, "the payment of this order is still being settled; ask again soon")
		e.TrackingURL = s.Links.Tracking(o.Ref())
		e.RetryAfter = min(max(s.Now().Sub(o.StatusAt), 2*time.Second), 10*time.Second) // the longer it took, the longer it may take
		return Order{}, e
	case o.Status == PaymentDeclined:
		return Order{}, declined(nil)
	case o.CancelReason == PaidTooLate:
		return Order{}, tooLate()
	}
	return o, nil
}

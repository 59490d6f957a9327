package order

import (
	"acme.example/webshop/payments"
)

// RecordPayment stores what became of an attempt to pay an order.
func RecordPayment(tx Tx, s Settlement, apply Apply) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	after, move, err := o.withOutcome(s, tx.Now())
	if err != nil {
		return o, err
	}
	if move != nil {
		moved, changed, err := apply(after, *move, tx.Now())
		switch {
		case err != nil:
			return o, err
		case changed:
			return moved, arrive(tx, o, moved)
		}
	}
	tx.Update(after)
	return after, tx.Journal(after.requested(o, s.Number)...)
}

// AddPayment stores one more attempt to pay an order.
func AddPayment(tx Tx, m Method) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	if o, err = o.WithAttempt(m, tx.Now()); err == nil {
		tx.Update(o)
	}
	return o, err
}

// RecordDispute keeps what a customer's bank did with the money of a payment.
func RecordDispute(tx Tx, number int, d payments.Dispute) error {
	o, err := tx.Order()
	if err != nil {
		return err
	}
	if o, err = o.withDispute(number, d); err == nil {
		tx.Update(o)
	}
	return err
}

// RequestRefund stores a refund that is to be made.
func RequestRefund(tx Tx, w RefundWish) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	after, _, err := o.withRefund(w, tx.Now())
	if err == nil {
		tx.Update(after)
	}
	return after, err
}

// ApproveRefund stores the second person's yes to a refund.
func ApproveRefund(tx Tx, number int, by string) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	if o, err = o.withApproval(number, by, tx.Now()); err != nil {
		return o, err
	}
	return decided(tx, o, number)
}

// decided stores an order after a second person's word about a refund, and the answer of the complaint that it is for.
func decided(tx Tx, o Order, number int) (Order, error) {
	o, events := o.withRefundDecided(number, tx.Now())
	tx.Update(o)
	return o, tx.Journal(events...)
}

// RefuseRefund stores that a refund was withdrawn or refused.
func RefuseRefund(tx Tx, number int, by, why string) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return o, err
	}
	if o, err = o.withoutRefund(number, by, why, tx.Now()); err != nil {
		return o, err
	}
	return decided(tx, o, number)
}

// RecordRefund keeps what the provider answered for a refund.
func RecordRefund(tx Tx, number int, out payments.RefundOutcome) error {
	o, err := tx.Order()
	if err != nil {
		return err
	}
	after, changed := o.withRefunded(number, out, tx.Now())
	if !changed {
		return nil
	}
	tx.Update(after)
	return tx.Journal(after.gaveBack(number)...)
}

package stripetest

import (
	"fmt"
	"time"
)

// mexico is where OXXO's days end.
var mexico = time.FixedZone("America/Mexico_City", -6*60*60)

// on does something with a session, and says whether it can be done.
func (s *Stripe) on(id string, do func(*session) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.age()
	for _, one := range s.sessions {
		if one.id == id {
			return do(one)
		}
	}
	return fmt.Errorf("stripetest: no session %s", id)
}

// open does something with a session whose page is open, to pay by a method.
func (s *Stripe) open(id, method string, do func(*session)) error {
	return s.on(id, func(c *session) error {
		if c.status != "open" || c.method != method {
			return fmt.Errorf("stripetest: session %s is %s, to be paid by %s", id, c.status, c.method)
		}
		if c.intent == "" {
			c.intent, c.intentBegun = s.id("pi"), s.now()
		}
		do(c)
		return nil
	})
}

// Pay pays a session by card, as the customer on its page, with or without 3-D Secure.
func (s *Stripe) Pay(id string) error {
	return s.open(id, "card", func(c *session) {
		c.status = "complete"
		s.succeed(c)
		s.tell(c.live, "checkout.session.completed", c.json(false))
	})
}

// succeed takes the money.
func (s *Stripe) succeed(c *session) {
	c.paid, c.intentStatus, c.charge, c.received, c.succeeded = true, "succeeded", s.id("ch"), c.amount, s.now()
	c.failure, c.declineCode = "", ""
	s.book("charge", c.charge, c.amount, c.amount*29/1000+30, c)
}

// Decline has the customer's bank decline, with a code of Stripe's, e.g. "insufficient_funds". The page stays open.
func (s *Stripe) Decline(id, code string) error {
	return s.open(id, "card", func(c *session) {
		c.intentStatus, c.failure, c.declineCode = "requires_payment_method", "card_declined", code
	})
}

// TakeVoucher has the customer take a voucher on the page, to pay it in a shop.
func (s *Stripe) TakeVoucher(id string) error {
	return s.open(id, "oxxo", func(c *session) {
		year, month, day := s.now().In(mexico).Date()
		c.status, c.intentStatus, c.voucher = "complete", "requires_action", fmt.Sprintf("9300000%07d", s.number)
		c.voucherEnds = time.Date(year, month, day+c.voucherDays, 23, 59, 59, 0, mexico)
		s.tell(c.live, "checkout.session.completed", c.json(false))
	})
}

// PayVoucher has the customer pay the voucher in a shop.
func (s *Stripe) PayVoucher(id string) error {
	return s.on(id, func(c *session) error {
		if c.intentStatus != "requires_action" {
			return fmt.Errorf("stripetest: session %s has no voucher to pay", id)
		}
		s.succeed(c)
		s.tell(c.live, "checkout.session.async_payment_succeeded", c.json(false))
		return nil
	})
}

// FailVoucher has the payment with a voucher fail.
func (s *Stripe) FailVoucher(id string) error {
	return s.on(id, func(c *session) error {
		if c.intentStatus != "requires_action" {
			return fmt.Errorf("stripetest: session %s has no voucher", id)
		}
		c.intentStatus, c.failure = "requires_payment_method", "payment_method_provider_decline"
		s.tell(c.live, "checkout.session.async_payment_failed", c.json(false))
		return nil
	})
}

// Expire ends the time of a session's page.
func (s *Stripe) Expire(id string) error {
	return s.on(id, func(c *session) error {
		if c.status == "open" {
			c.expires = s.now()
		}
		s.age()
		return nil
	})
}

// Dispute has the customer's bank take a part of the money back.
func (s *Stripe) Dispute(id, reason string, amount int64) error {
	return s.on(id, func(c *session) error {
		if !c.paid {
			return fmt.Errorf("stripetest: session %s is not paid", id)
		}
		d := &dispute{id: s.id("du"), status: "needs_response", reason: reason, amount: amount, of: c}
		s.disputes = append(s.disputes, d)
		s.book("adjustment", d.id, -amount, 1500, c)
		s.tell(c.live, "charge.dispute.created", d.json(s.now()))
		return nil
	})
}

// CloseDispute ends the disputes of a session.
func (s *Stripe) CloseDispute(id string, won bool) error {
	return s.on(id, func(c *session) error {
		for _, d := range s.disputes {
			if d.of == c {
				d.status = map[bool]string{true: "won", false: "lost"}[won]
				if won {
					s.book("adjustment", d.id, d.amount, 0, c)
				}
				s.tell(c.live, "charge.dispute.closed", d.json(s.now()))
			}
		}
		return nil
	})
}

// SetRefunds gives the refunds of a session a status: pending, succeeded, failed, canceled or requires_action.
func (s *Stripe) SetRefunds(id, status string) error {
	return s.on(id, func(c *session) error {
		for _, f := range s.refunds {
			if f.of != c {
				continue
			}
			f.status = status
			kind := "refund.updated"
			if status == "failed" {
				c.givenBack -= f.amount
				s.book("refund_failure", f.id, f.amount, 0, c)
				kind = "refund.failed"
			}
			s.tell(c.live, kind, f.json())
		}
		return nil
	})
}

// Payment is the id of a session's payment; "" before the customer begins to pay.
func (s *Stripe) Payment(id string) (intent string) {
	_ = s.on(id, func(c *session) error { // one that is not there has none
		intent = c.intent
		return nil
	})
	return intent
}

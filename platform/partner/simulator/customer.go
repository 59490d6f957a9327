package simulator

import "acme.example/webshop/platform/fault"

// The buttons of the page.
const (
	pay         = "pay"
	pay3DS      = "pay-3ds"
	confirm     = "confirm" // of 3-D Secure, as the next one
	reject      = "reject"
	payNoFunds  = "pay-no-funds"
	payDeclined = "pay-declined"
	voucher     = "voucher"
	abandon     = "abandon"
)

// The reasons of payments that were not made.
const (
	noFunds      = "insufficient_funds"
	cardDeclined = "card_declined"
	notConfirmed = "authentication_failed"
)

// do carries out a button, and returns the address that follows: the shop's, or the page's own. The caller holds the lock.
func (p payments) do(r Record, c charge, action string) (where string, err error) {
	switch {
	case action == abandon:
		return c.Back, nil
	case r.Status != actionRequired:
		return "?", nil // the page shows why
	case action == voucher && c.Method != card:
		p.giveVoucher(r, c)
		return "?", nil
	case c.Method != card:
		return "", fault.InvalidField("action", "this payment offers %s and %s", voucher, abandon)
	}
	switch action {
	case pay, confirm:
		return p.pay(r, c), nil
	case pay3DS:
		return "?step=" + confirm, nil
	case reject:
		return "?said=" + notConfirmed, nil
	case payNoFunds:
		return "?said=" + noFunds, nil
	case payDeclined:
		p.turn(r, failed, cardDeclined)
		return "?", nil
	}
	return "", fault.InvalidField("action", "the page has no such button")
}

// pay pays, unless the knob declines the card; then the customer may try again.
func (p payments) pay(r Record, c charge) (where string) {
	if p.chance(p.knobs.DeclineRate) {
		p.counters.Refused++
		return "?said=" + cardDeclined
	}
	p.turn(r, succeeded, "")
	return c.Back
}

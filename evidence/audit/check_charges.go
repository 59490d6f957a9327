package audit

import (
	"fmt"
	"slices"
)

// checkPaid expects a payment of an order that pays at once, and none of one that pays by invoice or costs nothing.
func checkPaid(_ *look, l *life, v verdict) {
	open := l.status == pending || l.status == declined
	want := l.provider != "" && !open
	v.expect(l.paid() == want || l.total == 0 && !open, // an earlier release may have stored a reference for an amount of zero
		fmt.Sprintf("paid: %t, being %s with the provider %q", want, l.status, l.provider), "reference %q", l.reference)
	v.expect(l.provider != "" || !open, "an invoice is neither pending nor declined", "it is %s", l.status)
	for _, p := range l.payments {
		known := slices.Contains([]string{isPending, isActionRequired, isPaid, isFailed, isExpired}, p.State)
		v.expect(known, "a payment in a state that is known", "payment %d is %q", p.Number, p.State)
		v.expect(p.State != isPaid || !open, "an order that goes on, since it is paid", "it is %s", l.status)
	}
}

// checkCharge compares each payment of an order with its provider's charges.
func checkCharge(k *look, l *life, v verdict) {
	if main := l.paidBy(); main != nil && l.paid() {
		v.expect(main.Reference == l.reference, "the reference of the payment, "+main.Reference, "%s", l.reference)
	}
	for _, p := range l.payments {
		v.expect(p.Amount == l.total, fmt.Sprintf("a payment of %d", l.total), "%d", p.Amount)
	}
	for _, name := range l.providers() {
		p := k.partner(name, &l.order)
		if p == nil {
			v.unknown()
			continue
		}
		charges := p.of("charge", l.id)
		known := 0
		for _, one := range l.payments {
			if one.Provider == name {
				found := keyed(charges, l.key("charge", one.Number))
				known += len(found)
				l.expectCharge(k, p, one, found, v)
			}
		}
		v.expect(known == len(charges), "no charge that is not a payment of the order", "%s has %s", p.name, list(charges))
	}
}

// expectCharge compares a payment with the charges under its key.
func (l *life) expectCharge(k *look, p *place, one payment, charges []*record, v verdict) {
	taken := succeeded(charges)
	switch {
	case len(charges) == 0 && one.State == isPaid && (!p.covers(l.createdAt) || l.total == 0):
		v.unknown()
	case one.State == isPaid:
		v.expect(len(charges) == 1 && len(taken) == 1, "one charge that succeeded", "%s has %s", p.name, list(charges))
		for _, r := range charges {
			r.expect(v, "charge", one.Amount, l.currency, one.Reference)
		}
	case one.looksLate(k) && len(taken) > 0:
		v.unknown() // the shop finds it, and gives it back
	case one.State == isFailed || one.State == isExpired:
		v.expect(len(taken) == 0, "no money taken", "%s has %s", p.name, list(taken))
	default:
		v.expect(len(charges) <= 1, "at most one charge", "%s has %s", p.name, list(charges))
	}
}

// keyed returns the records under a key.
func keyed(records []*record, key string) (found []*record) {
	for _, r := range records {
		if r.key == key {
			found = append(found, r)
		}
	}
	return found
}

// expect expects a record of an amount, with a reference.
func (r *record) expect(v verdict, kind string, amount int64, currency, reference string) {
	v.expect(r.amount == amount && r.currency == currency, fmt.Sprintf("%s of %d %s", kind, amount, currency), "%d %s", r.amount, r.currency)
	v.expect(reference == "" || r.reference == reference, "the order's reference "+reference, "%s has %s", kind, r.reference)
}

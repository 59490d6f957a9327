package audit

import (
	"encoding/json"
	"fmt"
)

// checkRefund compares the order's refunds with what was paid, and with its providers' records.
func checkRefund(k *look, l *life, v verdict) {
	main := l.paidBy()
	for _, p := range l.payments {
		l.expectBack(&p, main, v)
	}
	for _, r := range l.back {
		of := l.payment(r.Payment)
		v.expect(of != nil && of.State == isPaid && r.Amount > 0, "a refund of a payment", "%d of payment %d", r.Amount, r.Payment)
		dropped := r.State == isWithdrawn || r.State == isRefused
		v.expect(r.State == isPending || r.State == isRefunded || r.State == isFailed || dropped, "a state that is known", "%q", r.State)
		v.expect(!dropped || r.Two && r.Second == "" && (r.EndedBy == r.By) == (r.State == isWithdrawn), "withdrawn by who asked for it, or refused by another", "%s by %q", r.State, r.EndedBy)
		v.expect(!r.Two || dropped || r.State == isPending || r.Second != "" && r.Second != r.By, "two persons who approved the refund", "%q and %q", r.By, r.Second)
	}
	l.expectWhole(main, v)
	l.expectToldOnce(v)
	for _, name := range l.providers() {
		if p := k.partner(name, &l.order); p != nil {
			l.expectRefunds(name, p, v)
		} else {
			v.unknown()
		}
	}
}

// expectBack expects at most what was paid to be given back, and all of what was paid once more.
func (l *life) expectBack(p, main *payment, v verdict) {
	back := l.givenBack(p.Number, isPending, isRefunded)
	v.expect(back <= p.Amount, fmt.Sprintf("at most %d given back", p.Amount), "%d of payment %d", back, p.Number)
	if p.State == isPaid && main != nil && p.Number != main.Number {
		back += l.givenBack(p.Number, isFailed) // a person sees to it
		v.expect(back >= p.Amount, "what was paid once more is given back", "%d of %d of payment %d", back, p.Amount, p.Number)
	}
}

// expectWhole expects all that was paid to be given back when the order was cancelled, and the reference of the refund that
// completed it.
func (l *life) expectWhole(main *payment, v verdict) {
	if main == nil || !l.paid() || l.total == 0 {
		v.expect(l.refunds == "", "no refund", "%s, and refunded as %s", l.status, l.refunds)
		return
	}
	whole := l.givenBack(main.Number, isRefunded) >= main.Amount
	v.expect(whole == (l.refunds != ""), fmt.Sprintf("the reference of the whole refund: %t", whole), "%q", l.refunds)
	if done, _ := l.done("order.OrderCancelled"); l.status == cancelled && done {
		all := l.givenBack(main.Number, isRefunded, isFailed) + l.underWay(main.Number)
		v.expect(all >= main.Amount, "all that was paid given back, since order.OrderCancelled is done", "%d of %d", all, main.Amount)
	}
}

// underWay adds up the refunds that are pending at the provider, which has named them, or that another one than the event of the
// cancelled order sees to.
func (l *life) underWay(payment int) (sum int64) {
	for _, r := range l.back {
		if r.Payment == payment && r.State == isPending && (r.Reference != "" || r.Reason != offAgain) {
			sum += r.Amount
		}
	}
	return sum
}

// expectRefunds compares the refunds with a provider's records.
func (l *life) expectRefunds(provider string, p *place, v verdict) {
	records := p.of("refund", l.id)
	known := 0
	for _, r := range l.back {
		of := l.payment(r.Payment)
		if of == nil || of.Provider != provider {
			continue
		}
		found := keyed(records, l.key("refund", r.Number))
		known += len(found)
		switch {
		case r.State == isWithdrawn || r.State == isRefused:
			v.expect(len(found) == 0, "no refund, since it was not approved", "%s has %s", p.name, list(found))
		case r.State != isRefunded:
			v.expect(len(found) <= 1, "at most one refund", "%s has %s", p.name, list(found))
		case len(found) == 0 && !p.covers(r.At.UnixMilli()):
			v.unknown()
			continue
		default:
			v.expect(len(found) == 1 && len(succeeded(found)) == 1, "one refund", "%s has %s", p.name, list(found))
		}
		for _, one := range found {
			one.expect(v, "refund", r.Amount, l.currency, r.Reference)
			v.expect(one.content == "" || one.content == l.key("charge", r.Payment), "a refund of "+l.key("charge", r.Payment), "of %s", one.content)
		}
	}
	v.expect(known == len(records) || len(before(records)) <= known, "no refund that the shop did not ask for", "%s has %s", p.name, list(records))
}

// expectToldOnce expects at most one RefundDone of each refund. One that an older release made has none.
func (l *life) expectToldOnce(v verdict) {
	times := map[int64]int{}
	for _, e := range l.events {
		if e.kind != "RefundDone" {
			continue
		}
		number := e.payload().Refund
		times[number]++
		v.expect(times[number] == 1, "one RefundDone of each refund", "%d of refund %d", times[number], number)
	}
}

// payload is what an event tells; nothing if that cannot be read, which checkPayload says.
func (e event) payload() (p payload) {
	_ = json.Unmarshal([]byte(e.data), &p)
	return p
}

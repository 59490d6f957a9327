package harness

// paid compares an order with its charges and their refunds: of an order that goes on one charge is kept, and of others none.
func (j *judgement) paid(o *stored, charges []record, refunds map[string][]record) {
	p := j.byID[o.OrderID]
	if p == nil || !p.real() {
		return
	}
	kept, own := 0, 0 // charges that are not given back; those that have paid the order
	for _, c := range charges {
		if j.givenBack(o, p, c, refunds[c.Key]) < c.Request.Amount {
			kept++
		}
		if c.Reference == o.PaymentReference {
			own++
		}
	}
	wantOwn := p.paysAtOnce() && o.Status != "PAYMENT_DECLINED" && o.Status != "PAYMENT_PENDING"
	wantKept := wantOwn && o.Status != "CANCELLED"
	switch {
	case kept > 1:
		j.broken(&j.ChargedTwice, "order %d was charged %d times", o.OrderID, kept)
	case kept != one(wantKept), own != one(wantOwn):
		j.broken(&j.Unbooked, "order %d (%s, %s) has %d charges: %d were not given back, %d paid it", o.OrderID, p.CustomerType, o.Status, len(charges), kept, own)
	default:
		j.posted(o, p, charges, own == 1)
	}
}

// one is 1 if something is wanted, and otherwise 0.
func one(wanted bool) int {
	if wanted {
		return 1
	}
	return 0
}

// givenBack checks a charge with its refunds, and returns how much of it was given back: all of it, at once, or nothing. The order has the
// reference of its last refund, which may be of another charge.
func (j *judgement) givenBack(o *stored, p *purchase, c record, made []record) (back int64) {
	if c.Request.Amount != p.amount() || c.Request.Currency != p.currency() {
		j.broken(&j.Unbooked, "order %d was charged %+v", o.OrderID, c)
	}
	for _, r := range made {
		back += r.Request.Amount
	}
	if len(made) > 1 || back != 0 && back != c.Request.Amount {
		j.broken(&j.Unbooked, "order %d was refunded %+v", o.OrderID, made)
	}
	if len(made) == 1 && c.Reference == o.PaymentReference && o.RefundReference == "" {
		j.broken(&j.Unbooked, "order %d is %s, and was refunded %+v", o.OrderID, o.Status, made)
	}
	return back
}

// posted checks that the ledger has what was charged and given back: the payment, and what was paid once more.
func (j *judgement) posted(o *stored, p *purchase, charges []record, paid bool) {
	want := map[string]int64{"payment": 0, "refund": 0, "overpayment.": 0, "overpaid-back.": 0}
	if paid {
		want["payment"] = p.amount()
		want["overpayment."] = p.amount() * int64(len(charges)-1)
		want["overpaid-back."] = want["overpayment."]
	}
	if paid && o.Status == "CANCELLED" {
		want["refund"] = p.amount()
	}
	for kind, amount := range want {
		if has := o.entries(kind); has != amount {
			j.broken(&j.Unbooked, "order %d (%s) has %d of %s in the ledger, want %d", o.OrderID, o.Status, has, kind, amount)
		}
	}
}

package harness

import (
	"context"
	"strings"
)

// money compares the providers' charges and refunds, and the books, with the orders.
func (j *judgement) money(ctx context.Context, from *partners) error {
	charges, refunds := map[int64][]record{}, map[string][]record{}
	for _, name := range []string{"payments-us", "payments-mx"} {
		all, err := from.records(ctx, name)
		if err != nil {
			return err
		}
		for _, r := range all {
			switch {
			case r.Status != "succeeded":
			case r.Kind == "charge":
				charges[r.Request.OrderID] = append(charges[r.Request.OrderID], r)
				j.held[name+" "+r.Request.Currency] += r.Request.Amount
			case r.Kind == "refund":
				refunds[r.Request.ChargeKey] = append(refunds[r.Request.ChargeKey], r)
				j.held[name+" "+r.Request.Currency] -= r.Request.Amount
			}
		}
	}
	for id := range charges {
		if _, known := j.all[id]; !known {
			j.broken(&j.Unbooked, "order %d was charged, and the shop does not have it", id)
		}
	}
	for id, o := range j.all {
		j.paid(o, charges[id], refunds)
	}
	return j.books(ctx, from)
}

// paid compares an order with its charges and their refunds.
func (j *judgement) paid(o *stored, charges []record, refunds map[string][]record) {
	p := j.byID[o.OrderID]
	if p == nil || !p.real() {
		return
	}
	want := 0
	if p.paysAtOnce() && o.Status != "PAYMENT_DECLINED" && o.Status != "PAYMENT_PENDING" {
		want = 1
	}
	switch {
	case len(charges) > 1:
		j.broken(&j.ChargedTwice, "order %d was charged %d times", o.OrderID, len(charges))
		return
	case len(charges) != want:
		j.broken(&j.Unbooked, "order %d (%s, %s) was charged %d times, want %d", o.OrderID, p.CustomerType, o.Status, len(charges), want)
		return
	case want == 0:
		return
	}
	c := charges[0]
	if c.Request.Amount != p.amount() || c.Request.Currency != p.currency() || o.entry("payment") != p.amount() || o.PaymentReference != c.Reference {
		j.broken(&j.Unbooked, "order %d was charged %+v, the ledger has %d, the order %q", o.OrderID, c, o.entry("payment"), o.PaymentReference)
	}
	j.refunded(o, p, refunds[c.Key])
}

// refunded checks that a cancelled order was refunded once, and no other order.
func (j *judgement) refunded(o *stored, p *purchase, made []record) {
	want := 0
	if o.Status == "CANCELLED" {
		want = 1
	}
	switch {
	case len(made) != want:
		j.broken(&j.Unbooked, "order %d is %s, and was refunded %d times", o.OrderID, o.Status, len(made))
	case want == 1 && (made[0].Request.Amount != p.amount() || o.entry("refund") != p.amount() || o.RefundReference != made[0].Reference):
		j.broken(&j.Unbooked, "order %d was refunded %+v, the ledger has %d", o.OrderID, made[0], o.entry("refund"))
	}
}

// books compares the bookkeeping system's entries with the orders.
func (j *judgement) books(ctx context.Context, from *partners) error {
	all, err := from.records(ctx, "books")
	if err != nil {
		return err
	}
	amounts := map[int64]map[string][]int64{}
	for _, r := range all {
		if amounts[r.Request.OrderID] == nil {
			amounts[r.Request.OrderID] = map[string][]int64{}
		}
		amounts[r.Request.OrderID][r.Request.Kind] = append(amounts[r.Request.OrderID][r.Request.Kind], r.Request.Amount)
	}
	for id, o := range j.all {
		if p := j.byID[id]; p != nil && p.real() {
			placed := o.had("OrderPlaced")
			j.entered(o, p, "sale", placed, amounts[id]["sale"])
			j.entered(o, p, "reversal", placed && o.Status == "CANCELLED", amounts[id]["reversal"])
		}
	}
	return nil
}

// entered checks that the books and the ledger have one entry of a kind, or none.
func (j *judgement) entered(o *stored, p *purchase, kind string, wanted bool, amounts []int64) {
	good := len(amounts) == 0 && o.entry(kind) == 0
	if wanted {
		good = len(amounts) == 1 && amounts[0] == p.amount() && o.entry(kind) == p.amount()
	}
	if !good {
		j.broken(&j.Unbooked, "order %d (%s): the books have %s %v, the ledger %d, the price is %d", o.OrderID, o.Status, kind, amounts, o.entry(kind), p.amount())
	}
}

// goods checks that plants and vans were ordered once for each order.
func (j *judgement) goods(ctx context.Context, from *partners) error {
	refills, err := from.records(ctx, "stockist")
	if err != nil {
		return err
	}
	vans, err := from.records(ctx, "carrier")
	if err != nil {
		return err
	}
	asked, sent := map[int64]int{}, map[int64]int{}
	for _, r := range refills {
		asked[r.Request.OrderID]++
	}
	for _, r := range vans {
		sent[r.Request.OrderID]++
	}
	for id, o := range j.all {
		if p := j.byID[id]; p != nil && p.real() {
			j.delivered(o, asked[id], sent[id])
		}
	}
	return nil
}

func (j *judgement) delivered(o *stored, asked, sent int) {
	want := 0
	if o.Status == "DELIVERY_BOOKED" {
		want = 1
	}
	if sent != want {
		j.broken(&j.Wrong, "order %d is %s, and %d vans were sent", o.OrderID, o.Status, sent)
	}
	if asked > 1 || asked == 0 && want == 1 {
		j.broken(&j.Wrong, "order %d is %s, and its plants were asked for %d times", o.OrderID, o.Status, asked)
	}
}

// letters checks that each customer got each mail once. A crash between sending a mail and recording it repeats the mail
// under the same Message-ID, which receivers treat as one.
func (j *judgement) letters(from *mailServer) {
	from.mu.Lock()
	defer from.mu.Unlock()
	for id, o := range j.all {
		if p := j.byID[id]; p != nil && p.real() {
			j.written(o, from.taken[o.CustomerEmail])
		}
	}
}

// leavesOut reports whether the mail of an event may be missing, because it was about a past status.
func (o *stored) leavesOut(event string) bool {
	cancelled := o.Status == "CANCELLED"
	return cancelled && event == "OrderCreated" || event == "OrderDeliverable" && (cancelled || o.TestID == 0 && o.DeliveryTime != "")
}

func (j *judgement) written(o *stored, mails map[string]int) {
	wanted := map[string]bool{} // whether it must have come, or may
	for _, e := range o.History {
		for _, r := range e.Receipts {
			if strings.HasPrefix(r.Subscriber, "email.") {
				wanted[e.ID+"."+r.Subscriber] = !o.leavesOut(e.Type)
			}
		}
	}
	for id, must := range wanted {
		if must && mails[id] == 0 {
			j.broken(&j.MailsMissing, "order %d: the mail %s never came", o.OrderID, id)
		}
	}
	for id, copies := range mails {
		j.Mails++
		j.MailsRepeated += copies - 1
		if _, known := wanted[id]; !known {
			j.broken(&j.MailsDoubled, "order %d: the mail %s has no reason", o.OrderID, id)
		}
	}
}

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
	asked, sent, calledOff := map[int64]int{}, map[int64]int{}, map[int64]bool{}
	for _, r := range refills {
		asked[r.Request.OrderID]++
	}
	for _, r := range vans {
		switch {
		case r.Kind == "consignment":
			sent[r.Request.OrderID]++
		case r.Status == "called-off":
			calledOff[r.Request.OrderID] = true
		}
	}
	for id, o := range j.all {
		if p := j.byID[id]; p != nil && p.real() {
			j.delivered(o, asked[id], sent[id], calledOff[id])
		}
	}
	return nil
}

// delivered checks the plants and vans of an order. A van that was sent comes, unless it is called off.
func (j *judgement) delivered(o *stored, asked, sent int, calledOff bool) {
	booked := o.Status == "DELIVERY_BOOKED"
	if sent > 1 || booked == calledOff && sent > 0 || booked && sent == 0 {
		j.broken(&j.Wrong, "order %d is %s, and %d vans were sent, called off %t", o.OrderID, o.Status, sent, calledOff)
	}
	if asked > 1 || asked == 0 && booked {
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
	switch event {
	case "PaymentRequested": // until the order is paid, or has ended
		return true
	}
	return cancelled && (event == "OrderCreated" || event == "DeliveryBooked") || event == "OrderDeliverable" && (cancelled || o.TestID == 0 && o.DeliveryTime != "")
}

// paperMail begins the Message-ID of a mail with a document of the books, which the document's number ends: it comes from no event.
const paperMail = "paper."

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
		if _, known := wanted[id]; !known && !strings.HasPrefix(id, paperMail) {
			j.broken(&j.MailsDoubled, "order %d: the mail %s has no reason", o.OrderID, id)
		}
	}
}

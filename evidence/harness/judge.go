package harness

import (
	"context"
	"fmt"
)

// Judge compares what the customers saw with the shop, the partners' records and the mails.
func (w *Witness) Judge(ctx context.Context) error {
	j := &judgement{Findings: &w.Found, byEmail: map[string][]*stored{}, byID: map[int64]*purchase{}, held: map[string]int64{}}
	for _, o := range w.Found.all {
		j.byEmail[o.CustomerEmail] = append(j.byEmail[o.CustomerEmail], o)
	}
	w.market.mu.Lock()
	defer w.market.mu.Unlock()
	j.Problems = append(j.Problems, w.market.problems...)
	for _, p := range w.market.purchases {
		j.purchase(p)
	}
	j.strangers()
	if err := j.money(ctx, w.partners); err != nil {
		return err
	}
	if err := j.goods(ctx, w.partners); err != nil {
		return err
	}
	j.letters(w.mails)
	j.ServerErrors = w.market.client.faults.Load()
	j.Unanswered = w.market.client.unclear.Load()
	j.Judged = true
	return j.ledger(ctx, w)
}

// judgement is the final comparison.
type judgement struct {
	*Findings
	byEmail map[string][]*stored // the shop's orders of each customer
	byID    map[int64]*purchase  // the customer's view of each of the shop's orders
	held    map[string]int64     // what each provider holds in each currency: charges less refunds
}

// broken records and counts a broken promise.
func (j *judgement) broken(count *int, format string, args ...any) {
	*count++
	j.Problems = append(j.Problems, fmt.Sprintf(format, args...))
}

// purchase compares one customer's order with the shop's.
func (j *judgement) purchase(p *purchase) {
	j.Orders++
	all := j.byEmail[p.Email]
	delete(j.byEmail, p.Email)
	if len(all) > 1 {
		j.broken(&j.Doubled, "%s ordered once, and the shop has %d orders", p.Email, len(all))
	}
	for _, o := range all {
		j.byID[o.OrderID] = p
		if unrest := o.unrest(); unrest != "" {
			j.broken(&j.Unfinished, "order %d does not come to rest: %s", o.OrderID, unrest)
		}
	}
	switch {
	case !p.clear():
		j.broken(&j.Unclear, "%s never got a clear answer to createOrder", p.Email)
	case p.accepted:
		j.Acknowledged++
		j.accepted(p, all)
	default:
		j.Declined++
		if len(all) != 1 || all[0].Status != "PAYMENT_DECLINED" && all[0].CancelReason != "paid-too-late" {
			j.broken(&j.Wrong, "%s was told that the payment is declined, and the shop has %+v", p.Email, all)
		}
	}
}

// accepted checks that an acknowledged order exists as ordered.
func (j *judgement) accepted(p *purchase, all []*stored) {
	var o *stored
	for _, one := range all {
		if one.OrderID == p.id {
			o = one
		}
	}
	if o == nil {
		j.broken(&j.Lost, "order %d of %s was acknowledged, and the shop does not have it", p.id, p.Email)
		return
	}
	if o.TotalPrice != p.TotalPrice || o.Amount != p.amount() || o.Currency != p.currency() || o.OrderedProducts != p.Products || o.TestID != p.TestID {
		j.broken(&j.Wrong, "order %d is not as it was ordered: %+v", p.id, *o)
	}
	if what := p.unlike(o); what != "" {
		j.broken(&j.Wrong, "order %d is %s (%s), but %s", p.id, o.Status, o.CancelReason, what)
	}
}

// unlike returns how the shop's order differs from what its customer was told, or "".
func (p *purchase) unlike(o *stored) string {
	byCustomer := (o.Status == "CANCELLED" || o.Status == "PAYMENT_DECLINED") && o.CancelReason == "customer"
	unpaid := o.Status == "PAYMENT_DECLINED" && o.CancelReason == "not-paid"
	tooLate := o.Status == "CANCELLED" && o.CancelReason == "paid-too-late"
	notToBe := unpaid || tooLate || o.Status == "CANCELLED" && (o.CancelReason == "out-of-stock" || o.CancelReason == "not-accepted" && !o.had("OrderPlaced"))
	switch {
	case (unpaid || tooLate && !p.cancelled) && (p.paidInTime || !p.onPage()):
		return "its customer has paid in time"
	case p.pays == never && !unpaid && !p.cancelled:
		return "its customer has not paid"
	case p.cancelled && o.Status != "CANCELLED" && !byCustomer:
		return "its customer was told that it is cancelled"
	case p.bookedFor != "" && !p.cancelled && (o.Status != "DELIVERY_BOOKED" || o.DeliveryTime != p.bookedFor):
		return "its customer was told that a delivery time is booked"
	case byCustomer && !p.cancelled:
		return "its customer was not told that it is cancelled"
	case o.Status == "DELIVERY_BOOKED" && p.real() && p.bookedFor == "":
		return "its customer was not told of a delivery time"
	case !p.real() && o.Status != "DELIVERY_BOOKED" && !notToBe:
		return "a test order books by itself"
	case o.Status != "STOCKED" && o.Status != "DELIVERY_BOOKED" && !byCustomer && !notToBe:
		return "an order must not end there"
	}
	return ""
}

// strangers finds orders that nobody made.
func (j *judgement) strangers() {
	for email, all := range j.byEmail {
		j.broken(&j.Wrong, "nobody ordered as %s, and the shop has %d orders", email, len(all))
	}
}

// ledger has the shop check its ledger, and compares its cash with the providers.
func (j *judgement) ledger(ctx context.Context, w *Witness) error {
	var got struct {
		Balances []struct {
			Account, Currency string
			Balance           int64
		}
		Faults []struct {
			OrderID    int64
			Kind, What string
		}
	}
	if err := getJSON(ctx, w.Private+"/ledger", w.asOperator, &got); err != nil {
		return fmt.Errorf("the ledger: %w", err)
	}
	for _, f := range got.Faults {
		j.broken(&j.Unbooked, "the ledger: %s of order %d %s", f.Kind, f.OrderID, f.What)
	}
	cash := map[string]int64{}
	for _, b := range got.Balances {
		cash[b.Account+" "+b.Currency] = b.Balance
	}
	for name, has := range j.held {
		if booked := cash["cash:"+name]; booked != has {
			j.broken(&j.Unbooked, "%s holds %d, and the ledger says %d", name, has, booked)
		}
	}
	return nil
}

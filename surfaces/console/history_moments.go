package console

import (
	"slices"
	"strconv"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/database"
)

// enteredWith is the event with which a ledger entry is written.
var enteredWith = map[finance.Kind]event.Type{
	finance.KindSale: event.TypeOrderPlaced, finance.KindReversal: event.TypeOrderCancelled,
}

// money returns the moments of the order's ledger entries.
func (b builder) money() (all []Moment) {
	for _, e := range b.entries {
		m := Moment{
			ID: "money." + string(e.Kind), At: e.Time, Kind: "money", Title: string(e.Kind),
			Text: e.Amount.String() + " from " + string(e.Credit) + " to " + string(e.Debit), index: len(b.events), place: 2,
		}
		_, correction := e.Kind.Corrected()
		switch kind, number := e.Kind.Parted(); {
		case correction:
			m.Text += ", corrected by " + e.Author + ": " + e.Reason
		case e.Kind == finance.KindPayment:
			m.Cause, m.index, m.Text = "made", -1, m.Text+"; the provider's number is "+b.order.PaymentReference
		case kind == finance.KindRefund, kind == finance.KindOverpaidBack:
			b.gaveBack(&m, number)
		case kind != e.Kind: // a part of something, without an event
		default:
			m.index = b.eventIndex(enteredWith[e.Kind.Of()])
			if m.index >= 0 {
				m.Cause = b.events[m.index].ID
			}
		}
		all = append(all, m)
	}
	return all
}

// gaveBack tells of a refund by whom and why it was made.
func (b builder) gaveBack(m *Moment, number int) {
	all := b.order.GivenBack()
	i := slices.IndexFunc(all, func(r order.Refund) bool { return r.Number == number })
	if i < 0 {
		return
	}
	r := all[i]
	m.Text += "; the provider's number is " + r.Reference
	switch {
	case r.Reason == order.OrderWasCancelled:
		m.Cause, m.index = b.receiptID("order.OrderCancelled"), b.eventIndex(event.TypeOrderCancelled)
	case r.By != "":
		m.Text += "; " + r.By + " asked for it: " + r.Reason
	default:
		m.Text += "; " + r.Reason
	}
}

// payments returns the moments of attempts to pay the order, but for those that "made" and "payment" tell.
func (b builder) payments() (all []Moment) {
	for _, p := range b.order.Attempts() {
		id, what := paymentID(p.Number), p.Method+" at "+p.Provider
		if p.Number > 1 {
			all = append(all, Moment{ID: id, At: p.Begun, Kind: "payment", Title: "payment begun", Text: what + ", under the key " + b.order.PaymentKey(p.Number), index: -1, place: 1})
		}
		if p.State == payments.Failed || p.State == payments.Expired {
			m := Moment{ID: id + "." + string(p.State), At: p.At, Kind: "payment", Title: "payment " + string(p.State), Text: what, index: -1, place: 2}
			if p.Why != "" {
				m.Text += ": " + p.Why
			}
			all = append(all, m)
		}
	}
	return all
}

func paymentID(number int) string { return "payment." + strconv.Itoa(number) }

// eventIndex returns the position of the event of a type; -1 if there is none.
func (b builder) eventIndex(kind event.Type) int {
	return slices.IndexFunc(b.events, func(env event.Envelope) bool { return env.Type == kind })
}

// done returns the moments of the operators' actions.
func (b builder) done() (all []Moment) {
	for _, a := range b.actions {
		m := Moment{ID: actionID(a), At: a.Time, Kind: "action", Title: a.What, Text: "by " + a.Who, EventID: a.EventID, Subscriber: a.Subscriber}
		if a.Subscriber != "" {
			m.Text += ", " + a.Subscriber
		}
		if a.Detail != "" {
			m.Text += ": " + a.Detail
		}
		m.index, m.place = len(b.events), -1
		all = append(all, m)
	}
	return all
}

func actionID(a database.Action) string { return "action." + strconv.FormatInt(a.ID, 10) }

// ended returns the moment of a status that has no event.
func (b builder) ended() []Moment {
	m := Moment{ID: "status", At: b.order.StatusAt, Kind: "status", Title: string(b.order.Status), index: len(b.events), place: 3}
	switch b.order.Status {
	case order.DeliveryBooked:
		m.Cause, m.Text = b.receiptID("order.DeliveryBooked"), "the order's way ends here, unless its delivery is changed or called off"
		if b.order.Tracked() {
			m.Text = "its carrier reports from here on"
		}
	case order.PaymentDeclined:
		m.Cause, m.Text = "made", "nothing was charged"
	default:
		return nil
	}
	return []Moment{m}
}

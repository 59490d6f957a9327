package console

import (
	"slices"
	"strconv"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
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
		switch _, correction := e.Kind.Corrected(); {
		case correction:
			m.Text += ", corrected by " + e.Author + ": " + e.Reason
		case e.Kind == finance.KindPayment:
			m.Cause, m.index, m.Text = "made", -1, m.Text+"; the provider's number is "+b.order.PaymentReference
		case e.Kind == finance.KindRefund:
			m.Cause, m.index = b.receiptID("order.OrderCancelled"), b.eventIndex(event.TypeOrderCancelled)
			m.Text += "; the provider's number is " + b.order.RefundReference
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
		m.Cause, m.Text = b.receiptID("order.DeliveryBooked"), "the order's way ends here"
	case order.PaymentDeclined:
		m.Cause, m.Text = "made", "nothing was charged"
	default:
		return nil
	}
	return []Moment{m}
}

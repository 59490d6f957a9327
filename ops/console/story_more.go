package console

import (
	"strconv"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

// entered is whose work writes an entry of the ledger.
var entered = map[finance.Kind]string{
	finance.KindSale: "finance.OrderPlaced", finance.KindReversal: "finance.OrderCancelled", finance.KindRefund: "order.OrderCancelled",
}

// money is the order's entries in the ledger.
func (t teller) money() (all []Moment) {
	for _, e := range t.entries {
		m := Moment{
			ID: "money." + string(e.Kind), Cause: t.receiptID(entered[e.Kind.Of()]), At: e.Time, Kind: "money", Title: string(e.Kind),
			Text: e.Amount.String() + " from " + string(e.Credit) + " to " + string(e.Debit), chapter: t.chapterOf(entered[e.Kind.Of()]), place: 2,
		}
		switch e.Kind {
		case finance.KindPayment:
			m.Cause, m.Text = "made", m.Text+"; the provider's number is "+t.order.PaymentReference
		case finance.KindRefund:
			m.Text += "; the provider's number is " + t.order.RefundReference
		}
		all = append(all, m)
	}
	return all
}

// chapterOf is the place of the event that a subscriber hears.
func (t teller) chapterOf(subscriber string) int {
	for i, env := range t.events {
		for _, name := range event.SubscribersOf(env.Type) {
			if name == subscriber {
				return i
			}
		}
	}
	return -1
}

// done is what operators did.
func (t teller) done() (all []Moment) {
	for _, a := range t.actions {
		m := Moment{ID: actionID(a), At: a.Time, Kind: "action", Title: a.What, Text: "by " + a.Who, EventID: a.EventID, Subscriber: a.Subscriber}
		if a.Subscriber != "" {
			m.Text += ", " + a.Subscriber
		}
		if a.Detail != "" {
			m.Text += ": " + a.Detail
		}
		m.chapter, m.place = len(t.events), -1
		all = append(all, m)
	}
	return all
}

func actionID(a database.Action) string { return "action." + strconv.FormatInt(a.ID, 10) }

// ended is the arrival in a status that no event tells of.
func (t teller) ended() []Moment {
	m := Moment{ID: "status", At: t.order.StatusAt, Kind: "status", Title: string(t.order.Status), chapter: len(t.events), place: 3}
	switch t.order.Status {
	case order.DeliveryBooked:
		m.Cause, m.Text = t.receiptID("order.DeliveryBooked"), "the order's way ends here"
	case order.PaymentDeclined:
		m.Cause, m.Text = "made", "nothing was charged"
	default:
		return nil
	}
	return []Moment{m}
}

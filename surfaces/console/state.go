package console

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/finance"
	"acme.example/webshop/order"
)

// State is an order at a moment, rebuilt from what had happened until then.
type State struct {
	Status       order.Status `json:"status"`
	Paid         bool         `json:"paid"`
	Stock        bool         `json:"stock"` // the plants are there
	DeliveryTime *time.Time   `json:"deliveryTime,omitempty"`
	CancelReason string       `json:"cancelReason,omitempty"`
	Refunded     bool         `json:"refunded"`
	Booked       bool         `json:"booked"` // the sale is posted, and not reversed
	Mails        int          `json:"mails"`  // sent
	Open         int          `json:"open"`   // events with pending receipts
}

func firstState(o order.Order) State {
	if o.PaymentProvider == "" {
		return State{Status: order.Created}
	}
	return State{Status: order.PaymentPending}
}

// remember sets the order's state after each of its moments.
func remember(moments []Moment, s State) {
	for i := range moments {
		s = s.after(&moments[i])
		moments[i].After = s
	}
}

// reached is the status that an event means.
var reached = map[event.Type]order.Status{
	event.TypeOrderCreated: order.Created, event.TypeReviewRequested: order.InReview, event.TypeOrderPlaced: order.Placed, event.TypeOrderDeliverable: order.Stocked,
	event.TypeDeliveryStarted: order.OutForDelivery, event.TypeDeliveryFailed: order.DeliveryFailed, event.TypeDelivered: order.Delivered,
	event.TypeOrderCancelled: order.Cancelled, event.TypePaymentDeclined: order.PaymentDeclined,
}

func (s State) after(m *Moment) State {
	switch m.Kind {
	case "event":
		return s.afterEvent(event.Type(m.Title), m.Data)
	case "receipt":
		return s.afterReceipt(m)
	case "status":
		s.Status = order.Status(m.Title)
	case "money":
		switch kind, _ := finance.Kind(m.Title).Parted(); kind {
		case finance.KindPayment:
			s.Paid = true
		case finance.KindSale:
			s.Booked = true
		case finance.KindReversal:
			s.Booked = s.Booked && s.Status != order.Cancelled // a part of the sale is taken back with a refund
		case finance.KindRefund:
			s.Refunded = s.Status == order.Cancelled
		}
	}
	return s
}

func (s State) afterEvent(t event.Type, data json.RawMessage) State {
	if status, ok := reached[t]; ok {
		s.Status = status
	}
	s.Open += len(event.SubscribersOf(t))
	var payload struct {
		DeliveryTime string
		Reason       string
		Status       order.Status
	}
	_ = json.Unmarshal(data, &payload) // it was validated when it was journalled
	switch t {
	case event.TypeOrderImported:
		s.Status = payload.Status
	case event.TypeStockCreated:
		s.Stock = true
	case event.TypeDeliveryBooked, event.TypeDeliveryRescheduled:
		ms, _ := strconv.ParseInt(payload.DeliveryTime, 10, 64)
		s.DeliveryTime = instant(time.UnixMilli(ms).UTC())
		if s.Status == order.DeliveryFailed { // it is booked again
			s.Status = order.DeliveryBooked
		}
	case event.TypeOrderCancelled:
		s.CancelReason, s.DeliveryTime = payload.Reason, nil
	}
	return s
}

func (s State) afterReceipt(m *Moment) State {
	if m.State != "done" && m.State != "discarded" {
		return s
	}
	s.Open--
	if m.State == "done" && strings.HasPrefix(m.Subscriber, "email.") {
		s.Mails++
	}
	return s
}

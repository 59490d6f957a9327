package order

import (
	"context"
	"time"

	"acme.example/webshop/address"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// CorrectionTx is a transaction as Correct sees it. The order, the place of its delivery and the one that it is to get are locked.
type CorrectionTx interface {
	Now() time.Time
	Order() (Order, error)
	Update(Order)
	// Corrections is how often the order was corrected.
	Corrections() int64
	// Keep stores what stood in the order.
	Keep(Correction)
	// Booked counts the deliveries of a zone in the window that the order has. TakeRoom counts the order there, and FreeSlot no longer
	// where it was.
	Booked(zone string) (int, error)
	TakeRoom()
	FreeSlot()
	// Journal states events, with a pending receipt for each of their subscribers.
	Journal(...event.Event) error
}

// Correct changes an order's customer, keeps what was there before and states OrderCorrected. Asking for what is so changes nothing.
func Correct(tx CorrectionTx, w CorrectionWish) (Order, error) {
	o, err := tx.Order()
	if err != nil {
		return Order{}, err
	}
	after, fields, err := o.Corrected(w, tx.Now())
	if err != nil || len(fields) == 0 {
		return o, err
	}
	if after.DeliveryZone != o.DeliveryZone {
		if err := changeZone(tx, after, w.Rules.Markets[o.Market].Places); err != nil {
			return o, err
		}
	}
	number := tx.Corrections() + 1
	tx.Keep(Correction{OrderID: o.ID, Number: number, At: tx.Now(), By: w.By, Why: w.Why, Was: o.Whose()})
	tx.Update(after)
	return after, tx.Journal(after.corrected(o, number, fields))
}

// changeZone has the order's delivery take the room of another zone, in the window that it has.
func changeZone(tx CorrectionTx, after Order, places address.Places) error {
	booked, err := tx.Booked(after.DeliveryZone)
	if err != nil {
		return err
	}
	if room, _ := places.In(after.DeliveryZone); booked >= room {
		return fault.InvalidField("postalCode", "is in a delivery zone that has no place left at the booked time; move the delivery to another time first")
	}
	tx.TakeRoom()
	tx.FreeSlot()
	return nil
}

// corrected is the event of a correction. It has the delivery where the delivery company must hear of it.
func (o Order) corrected(before Order, number int64, fields []string) event.Event {
	c := o.Customer
	e := event.OrderCorrected{
		OrderID: o.ID, Ref: o.Ref(), Number: number, Corrected: fields, Name: c.Name, Email: c.Email, Phone: c.Phone, Street: c.Street, City: c.City,
		Market: o.Market, TestID: o.TestID, RulesVersion: o.Rules, Address: o.Address, Language: o.Language,
	}
	if o.DeliveryMoves != before.DeliveryMoves {
		e.DeliveryTime, e.DeliveryUntil, e.DeliveryVersion = millis(o.DeliveryTime), millis(o.DeliveryUntil), o.DeliveryMoves+1
	}
	return e
}

// CorrectOrder corrects an order's customer, as the caller of ctx.
func (s *Service) CorrectOrder(ctx context.Context, id int64, c CustomerChange, why string) (Order, error) {
	ctx = telemetry.AboutOrder(ctx, id)
	o, err := s.Store.Order(ctx, id)
	if err != nil {
		return o, err
	}
	rules, err := s.rulesFor(ctx, o)
	if err != nil {
		return o, err
	}
	wish := CorrectionWish{OrderID: id, Change: c, By: s.Who(ctx), Why: why, Rules: rules}
	after, _, err := o.Corrected(wish, s.Now()) // what is wrong with the texts is told at once
	if err != nil {
		return o, err
	}
	if after.Customer.Email != o.Customer.Email {
		if err := s.mailable(ctx, after); err != nil {
			return o, err
		}
	}
	return s.Store.CorrectCustomer(ctx, wish)
}

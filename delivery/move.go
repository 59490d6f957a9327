package delivery

import (
	"time"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Move gives an order another time than it has booked, or than that at which it could not be delivered (Store.Move).
func Move(tx Tx, to Slot, room Room) (Booking, error) {
	before, err := tx.Booking()
	if err != nil || before.Time.Equal(to.Start) {
		return before, err
	}
	if err := before.movable(room.CutOff, tx.Now()); err != nil {
		return before, err
	}
	after := before
	after.Moves++
	if after, err = after.take(tx, to, room); err != nil {
		return before, err
	}
	if before.TestID == 0 {
		tx.FreeRoom()
	}
	return after, tx.Journal(after.moved(before))
}

// movable says why a booking cannot be changed. One that could not be delivered is booked again whatever the cut-off.
func (b Booking) movable(cutOff *cutoff.Before, now time.Time) error {
	switch {
	case b.Status == failed:
		return nil
	case b.Time.IsZero() || b.Status != bookable && b.Status != booked:
		return fault.New(fault.NotReady, "the order is %s and has no delivery time that could be changed", b.Status)
	case b.Elsewhere:
		return fault.New(fault.Conflict, "another system has booked this delivery; it is changed there")
	}
	return cutOff.Check(b.Time, now)
}

// moved is the event of a booking that was changed.
func (b Booking) moved(before Booking) event.DeliveryRescheduled {
	return event.DeliveryRescheduled{
		OrderID: b.OrderID, Ref: b.Ref, TestID: b.TestID, Market: b.Market, Name: b.Name, Email: b.Email, Phone: b.Phone,
		Street: b.Street, City: b.City, DeliveryTime: Millis(b.Time), DeliveryUntil: Millis(b.Until),
		PreviousTime: Millis(before.Time), PreviousUntil: Millis(before.Until), Version: b.Version(), RulesVersion: b.Rules,
		Address: b.Address, Language: b.Language,
	}
}

package order

import (
	"slices"
	"time"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/platform/fault"
)

// Correction is what stood in an order until it was corrected.
type Correction struct {
	OrderID int64
	Number  int64     // 1 for the order's first
	At      time.Time // when it was corrected
	By, Why string
	Was     Whose
}

// Whose is who an order is of, and where it goes.
type Whose struct {
	Customer Customer
	Address  Address
}

// Whose returns who the order is of.
func (o Order) Whose() Whose { return Whose{o.Customer, o.Address} }

// CustomerChange is a wish to correct an order's customer. What is nil stays.
type CustomerChange struct {
	Name   *string `json:"name,omitempty" maxLength:"200"`
	Email  *string `json:"email,omitempty" maxLength:"254"`
	Phone  *string `json:"phone,omitempty" maxLength:"32"`
	Street *string `json:"street,omitempty" maxLength:"200"`
	City   *string `json:"city,omitempty" maxLength:"100"`
	// Address replaces all of what the address has besides.
	Address *Address `json:"address,omitempty" doc:"Replaces the rest of the address, the recipient and the gift message"`
}

// of returns an order as corrected.
func (c CustomerChange) of(o Order) Order {
	was := &o.Customer
	for field, to := range map[*string]*string{&was.Name: c.Name, &was.Email: c.Email, &was.Phone: c.Phone, &was.Street: c.Street, &was.City: c.City} {
		if to != nil {
			*field = *to
		}
	}
	if c.Address != nil {
		o.Address = *c.Address
	}
	return o
}

// CorrectionWish is a wish to correct an order.
type CorrectionWish struct {
	OrderID int64
	Change  CustomerChange
	By, Why string
	Rules   *Rules // that what is corrected must satisfy
}

// Corrected returns the order as corrected, and the fields in which it differs, which are checked as a new order's are. Once its delivery
// is booked, all but the mail address can be corrected until the cut-off of a change; from then on the delivery company goes by what it has.
func (o Order) Corrected(w CorrectionWish, now time.Time) (after Order, fields []string, err error) {
	if o.Erased() {
		return o, nil, fault.New(fault.Conflict, "the order's personal data is erased; there is nothing to correct")
	}
	after, wrong := w.checked(o)
	for _, c := range after.Whose().Since(o.Whose()) {
		fields = append(fields, c.Field)
	}
	wrong = slices.DeleteFunc(wrong, func(f fault.Field) bool { return !slices.Contains(fields, f.Name) })
	if len(wrong) > 0 {
		return o, nil, fault.InvalidFields(wrong...)
	}
	if slices.ContainsFunc(fields, func(f string) bool { return f != "email" }) {
		if err := o.Redirectable(w.Rules.Markets[o.Market].CutOff, now); err != nil {
			return o, nil, err
		}
	}
	if len(fields) > 0 && o.vanToCome(now) {
		after.DeliveryMoves++
		after.DeliveryZone = o.zoneFor(after, w.Rules)
	}
	return after, fields, nil
}

// checked returns the order as corrected and stored, and what is wrong with all of it.
func (w CorrectionWish) checked(o Order) (after Order, wrong problems) {
	after = w.Change.of(o)
	d := w.Rules.plain(after.asked())
	d.checkTexts(&wrong)
	d.Address = w.Rules.checkAddress(d, &wrong)
	if after.Customer.Phone != o.Customer.Phone {
		after.Customer.Phone = d.Phone
	}
	if after.Address != o.Address {
		after.Address = d.Address
	}
	return after, wrong
}

// texts are all texts that tell who an order is of, and where it goes.
func (w Whose) texts() []addressText {
	c := w.Customer
	return append([]addressText{
		{name: "name", value: c.Name}, {name: "email", value: c.Email}, {name: "phone", value: c.Phone}, {name: "street", value: c.Street}, {name: "city", value: c.City},
	}, addressTexts(w.Address)...)
}

// Changed is a field that was corrected, with its values before and after.
type Changed struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// Since lists the fields in which w differs from what was there before.
func (w Whose) Since(before Whose) (fields []Changed) {
	was := before.texts()
	for i, f := range w.texts() {
		if f.value != was[i].value {
			fields = append(fields, Changed{f.name, was[i].value, f.value})
		}
	}
	return fields
}

// Redirectable says why the name, the telephone number and the address of an order cannot be corrected; nil if they can, given until when
// its delivery can be changed.
func (o Order) Redirectable(cutOff *cutoff.Before, now time.Time) error {
	switch {
	case o.DeliveryTime.IsZero(), o.Status == DeliveryFailed: // it is told when another time is booked
		return nil
	case !o.BookedHere():
		return fault.New(fault.Conflict, "another system has booked this delivery, and its carrier has the address; only the e-mail address can be corrected")
	case o.Status == OutForDelivery, o.Status == Delivered:
		return fault.New(fault.Conflict, "the order is %s; only the e-mail address can be corrected", o.Status)
	}
	if err := cutOff.Check(o.DeliveryTime, now); err != nil {
		return fault.New(fault.TooLate, "%v; only the e-mail address can be corrected", err)
	}
	return nil
}

// vanToCome reports whether the delivery company is to deliver the order, and so must hear of corrections.
func (o Order) vanToCome(now time.Time) bool {
	return !o.DeliveryTime.IsZero() && o.BookedHere() && (o.Status == Stocked || o.Status == DeliveryBooked || o.Status == OutForDelivery) &&
		now.Before(latest(o.DeliveryTime, o.DeliveryUntil))
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// zoneFor is the zone whose room the order's delivery takes once it goes to another address.
func (o Order) zoneFor(after Order, rules *Rules) string {
	if o.TestID != 0 || after.Address.PostalCode == o.Address.PostalCode {
		return o.DeliveryZone
	}
	zone, _ := rules.Zone(o.Market, after.Address.PostalCode)
	_, counted := rules.Markets[o.Market].Places.In(zone)
	return counted
}

// AsOf returns the order with its customer as it stood at a time, given its corrections, oldest first.
func (o Order) AsOf(at time.Time, corrections []Correction) Order {
	for _, c := range corrections {
		if c.At.After(at) {
			o.Customer, o.Address = c.Was.Customer, c.Was.Address
			break
		}
	}
	return o
}

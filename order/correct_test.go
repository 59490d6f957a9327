package order

import (
	"slices"
	"testing"
	"time"

	"acme.example/webshop/cutoff"
	"acme.example/webshop/platform/fault"
)

// bookedOrder is an order with a delivery in two days.
func bookedOrder(now time.Time, status Status) Order {
	return Order{
		ID: 1, Unique: "u", Status: status, Market: "US", Customer: Customer{Name: "Zoë", Email: "zoe@example.com", Phone: "odd #", Street: "s", City: "c"},
		DeliveryTime: now.Add(48 * time.Hour),
	}
}

// TestOnlyWhatIsCorrectedIsChecked: an imported order with an odd telephone number can have its mail address corrected, and not be given another
// odd number.
func TestOnlyWhatIsCorrectedIsChecked(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	rules := &Rules{Markets: map[string]Market{"US": {CutOff: new(cutoff.Before(time.Hour))}}}
	o := bookedOrder(now, DeliveryBooked)
	o.DeliveryTime = time.Time{}
	after, fields, err := o.Corrected(CorrectionWish{Change: CustomerChange{Email: new("right@example.com")}, Rules: rules}, now)
	if err != nil || after.Customer.Email != "right@example.com" || after.Customer.Phone != "odd #" || !slices.Equal(fields, []string{"email"}) {
		t.Errorf("%+v, %v, %v", after.Customer, fields, err)
	}
	_, _, err = o.Corrected(CorrectionWish{Change: CustomerChange{Phone: new("odder #"), Street: new("")}, Rules: rules}, now)
	if fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an odd number and no street: %v", err)
	}
	_, fields, err = o.Corrected(CorrectionWish{Change: CustomerChange{Name: new("Zoë")}, Rules: rules}, now)
	if err != nil || fields != nil {
		t.Errorf("the same name again: %v, %v", fields, err)
	}
}

// TestWhenAnAddressCanBeCorrected goes through statuses and times. It also checks whether the delivery company hears of another mail
// address.
func TestWhenAnAddressCanBeCorrected(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	rules := &Rules{Markets: map[string]Market{"US": {CutOff: new(cutoff.Before(12 * time.Hour))}}}
	for _, c := range []struct {
		status Status
		after  time.Duration
		code   fault.Code
		told   bool
	}{
		{Stocked, 0, "", true}, {DeliveryBooked, 36 * time.Hour, "", true}, {DeliveryBooked, 37 * time.Hour, fault.TooLate, true},
		{DeliveryBooked, 49 * time.Hour, fault.TooLate, false}, {OutForDelivery, 0, fault.Conflict, true},
		{DeliveryFailed, 49 * time.Hour, "", false}, {Delivered, 49 * time.Hour, fault.Conflict, false},
	} {
		o, at := bookedOrder(now, c.status), now.Add(c.after)
		_, _, err := o.Corrected(CorrectionWish{Change: CustomerChange{City: new("Elsewhere")}, Rules: rules}, at)
		if got := fault.CodeOf(err); err == nil && c.code != "" || err != nil && got != c.code {
			t.Errorf("the city of an order that is %s, %s later: %v, want %q", c.status, c.after, err, c.code)
		}
		after, _, err := o.Corrected(CorrectionWish{Change: CustomerChange{Email: new("right@example.com")}, Rules: rules}, at)
		if told := after.DeliveryMoves == 1; err != nil || told != c.told {
			t.Errorf("the mail address of an order that is %s, %s later: told %v, %v", c.status, c.after, told, err)
		}
	}
	erased := Order{ID: 1, Market: "US"}
	if _, _, err := erased.Corrected(CorrectionWish{Change: CustomerChange{Name: new("Zoë")}, Rules: rules}, now); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("an erased order: %v", err)
	}
}

package rules

import "acme.example/webshop/order"

// complaintsEntry is for how long customers may complain. What it leaves out is as in order.UsualComplaintDays.
type complaintsEntry struct {
	Days       *int `json:"days,omitempty" jsonschema:"So many days after the delivery, by the market's calendar, a customer may report damage, or that something else is wrong; 30 where it is missing"`
	ReturnDays *int `json:"returnDays,omitempty" jsonschema:"So many days after it, a customer may ask to return what was delivered; 14 where it is missing"`
}

func (e *complaintsEntry) days() *order.ComplaintDays {
	if e == nil {
		return nil
	}
	days := order.UsualComplaintDays
	if e.Days != nil {
		days.Complain = *e.Days
	}
	if e.ReturnDays != nil {
		days.Return = *e.ReturnDays
	}
	return &days
}

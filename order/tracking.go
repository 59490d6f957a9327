package order

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// Tracking is what the delivery company, or an operator in its place, has reported about an order's delivery.
type Tracking struct {
	Number     string    `json:"number,omitempty"`     // the company's number for the parcel
	At         time.Time `json:"at,omitzero"`          // when that happened which was reported last
	By         string    `json:"by,omitempty"`         // who reported it
	ReceivedBy string    `json:"receivedBy,omitempty"` // of a DELIVERED order: who took it,
	LeftAt     string    `json:"leftAt,omitempty"`     // where it was left,
	Photo      string    `json:"photo,omitempty"`      // and the company's reference of a photo
	Reason     string    `json:"reason,omitempty"`     // why the last try failed
}

// Report is what a move after the booking rests on. Its time may lie before that of an earlier report.
type Report = Tracking

// ByCarrier is who reports when no operator does.
const ByCarrier = "carrier"

// Tracked reports whether the delivery company reports about the order. One that is not tracked ends in DELIVERY_BOOKED, as
// each test order does.
func (o Order) Tracked() bool { return o.Terms.Tracked && o.TestID == 0 }

// reports reports whether a move says what became of a delivery.
func (m Move) reports() bool {
	return m.To == OutForDelivery || m.To == DeliveryFailed || m.To == Delivered
}

const (
	maxReported = 200             // characters of each text of a report,
	maxPhoto    = 500             // and of the reference of a photo, which may be a link
	maxAhead    = 5 * time.Minute // how far the carrier's clock may be ahead of ours
)

// check refuses a report of what is yet to happen, and one whose texts are too long or must not stand in a mail.
func (r Report) check(now time.Time) error {
	if r.At.After(now.Add(maxAhead)) {
		return fault.InvalidField("at", "is in the future; now it is %s", now.UTC().Format(time.RFC3339))
	}
	for _, field := range []struct{ name, text string }{
		{"trackingNumber", r.Number}, {"receivedBy", r.ReceivedBy}, {"leftAt", r.LeftAt}, {"reason", r.Reason},
	} {
		if utf8.RuneCountInString(field.text) > maxReported {
			return fault.InvalidField(field.name, "must not be over %d characters", maxReported)
		}
		if why := textFault(field.text); why != "" {
			return fault.InvalidField(field.name, "%s", why)
		}
	}
	if len(r.Photo) > maxPhoto || strings.ContainsFunc(r.Photo, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return fault.InvalidField("photo", "must be at most %d printable characters", maxPhoto)
	}
	return nil
}

// reported applies such a move. Reports may come late, twice, or not at all: DELIVERED counts whenever it comes, and among the
// others the one about the latest time, which is kept as the carrier's clock has it: else the same report, sent again, would be
// a later one. The carrier's reports that change nothing are no errors.
func (o Order) reported(m Move, now time.Time) (Order, bool, error) {
	r := m.Report
	if err := r.check(now); err != nil {
		return o, false, err
	}
	if r.At.IsZero() {
		r.At = now
	}
	late := m.To != Delivered && !r.At.After(o.Tracking.At)
	same := o.Status == m.To && (!m.Event || m.Report.At.IsZero()) // else it is another try
	switch {
	case same, m.Event && (!o.Tracked() || late || o.Status == Delivered || o.Status == Cancelled):
		return o, false, nil
	case !o.Tracked() && o.Status == DeliveryBooked:
		return o, false, fault.New(fault.Conflict, "the order ends in %s; its market's delivery is not tracked (docs/rules.md)", o.Status)
	case o.Status != m.To && !contains(o.Next(), m.To):
		return o, false, o.illegal(m.To)
	}
	r.Number, r.By = cmp.Or(r.Number, o.Tracking.Number), cmp.Or(r.By, ByCarrier)
	if m.To == Delivered && r.At.Before(o.Tracking.At) {
		r.At = o.Tracking.At
	}
	o.Status, o.StatusAt, o.Tracking = m.To, now, r
	return o, true, nil
}

// Rebooked returns an order whose booking was changed: one that could not be delivered is to be delivered again.
func (o Order) Rebooked(now time.Time) Order {
	if o.Status == DeliveryFailed {
		o.Status, o.StatusAt, o.Tracking.Reason = DeliveryBooked, now, ""
	}
	return o
}

// reportEvent is the event of an order's arrival in a status that is reported.
func (o Order) reportEvent() event.Event {
	c, t := o.Customer, o.Tracking
	switch o.Status {
	case OutForDelivery:
		return event.DeliveryStarted{
			OrderID: o.ID, Ref: o.Ref(), Name: c.Name, Email: c.Email, Market: o.Market, DeliveryTime: millis(o.DeliveryTime), Tracking: t.Number,
			At: millis(t.At), By: t.By, TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
		}
	case DeliveryFailed:
		return event.DeliveryFailed{
			OrderID: o.ID, Ref: o.Ref(), Name: c.Name, Email: c.Email, Market: o.Market, DeliveryTime: millis(o.DeliveryTime), Tracking: t.Number,
			At: millis(t.At), By: t.By, Reason: t.Reason, TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
		}
	}
	return event.Delivered{
		OrderID: o.ID, Ref: o.Ref(), Name: c.Name, Email: c.Email, Market: o.Market, DeliveryTime: millis(o.DeliveryTime), Tracking: t.Number,
		At: millis(t.At), By: t.By, ReceivedBy: t.ReceivedBy, LeftAt: t.LeftAt, Photo: t.Photo, TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
	}
}

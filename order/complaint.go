package order

import (
	"slices"
	"time"
)

// Complaint is what a customer says is wrong with an order that was delivered, and what was decided.
type Complaint struct {
	Number     int            `json:"number"` // 1 for the order's first
	Kind       ComplaintKind  `json:"kind"`
	Text       string         `json:"text,omitempty"`
	Photos     int            `json:"photos,omitempty"` // how many were sent; they are kept by themselves
	Digest     string         `json:"digest,omitempty"` // of what was sent: the same again is no other complaint
	At         time.Time      `json:"at"`
	State      ComplaintState `json:"state"`
	Answer     string         `json:"answer,omitempty"` // told to the customer
	By         string         `json:"by,omitempty"`     // who decided
	AnsweredAt time.Time      `json:"answeredAt,omitzero"`
	Refund     int            `json:"refund,omitempty"` // the number of the refund that it was decided to make
	// Waits is what the state is to be once a second person has approved the refund; "" when none has to.
	Waits ComplaintState `json:"waits,omitempty"`
	// Replacement is the number of the order that replaces what was complained about.
	Replacement int64 `json:"replacement,omitempty"`
}

// ComplaintKind is what a complaint is about.
type ComplaintKind string

// The kinds of complaints.
const (
	ComplaintDamaged ComplaintKind = "damaged"
	ComplaintReturn  ComplaintKind = "return" // the customer does not want to keep it
	ComplaintOther   ComplaintKind = "other"
)

// ComplaintKinds lists them.
var ComplaintKinds = []ComplaintKind{ComplaintDamaged, ComplaintReturn, ComplaintOther}

// ComplaintState is how far a complaint is.
type ComplaintState string

// The states of a complaint: it is open until it has its answer.
const (
	ComplaintOpen           ComplaintState = "open"
	ComplaintRefunded       ComplaintState = "refunded" // all that was left of what was paid
	ComplaintPartlyRefunded ComplaintState = "partly-refunded"
	ComplaintReplaced       ComplaintState = "replaced"
	ComplaintRefused        ComplaintState = "refused"
)

const (
	// MaxComplaints bounds the complaints of one order, and MaxComplaintPhotos the photos of one complaint.
	MaxComplaints      = 5
	MaxComplaintPhotos = 4
	// MaxComplaintText bounds the text of a complaint, and that of its answer, in characters.
	MaxComplaintText = 2000
)

// ComplaintDays is how many days after the delivery a customer may complain, and return what was delivered.
type ComplaintDays struct{ Complain, Return int }

// UsualComplaintDays hold where the rules do not say otherwise.
var UsualComplaintDays = ComplaintDays{Complain: 30, Return: 14}

// MaxComplaintDays bounds both.
const MaxComplaintDays = 3650

// complainUntil is when the time for complaints of a kind ends: with a day of the market, so many days after a delivery.
func (m Market) complainUntil(kind ComplaintKind, delivered time.Time) time.Time {
	days, zone := UsualComplaintDays, m.Zone
	if m.Complaints != nil {
		days = *m.Complaints
	}
	if zone == nil {
		zone = time.UTC
	}
	last := days.Complain
	if kind == ComplaintReturn {
		last = days.Return
	}
	year, month, day := delivered.In(zone).Date()
	return time.Date(year, month, day+last+1, 0, 0, 0, 0, zone)
}

// handedOver is when the customer got the order, and the zero time before: when the delivery company says so, or else when the booked
// window has ended.
func (o Order) handedOver(now time.Time) time.Time {
	switch o.Status {
	case Delivered:
		return known(o.Tracking.At, o.StatusAt)
	case DeliveryBooked, OutForDelivery:
		if ends := known(o.DeliveryUntil, o.DeliveryTime); !ends.IsZero() && !ends.After(now) {
			return ends
		}
	}
	return time.Time{}
}

// known returns the first of two times that is not zero.
func known(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// OpenComplaint returns the complaint that waits for its answer.
func (o Order) OpenComplaint() (Complaint, bool) {
	i := slices.IndexFunc(o.Complaints, func(c Complaint) bool { return c.State == ComplaintOpen })
	if i < 0 {
		return Complaint{}, false
	}
	return o.Complaints[i], true
}

// ComplainsSince is since when a complaint waits for its answer; the zero time when none does.
func (o Order) ComplainsSince() time.Time {
	c, _ := o.OpenComplaint()
	return c.At
}

// Complaint returns the complaint of a number.
func (o Order) Complaint(number int) (Complaint, bool) {
	i := o.complaintAt(number)
	if i < 0 {
		return Complaint{}, false
	}
	return o.Complaints[i], true
}

// withoutTexts returns complaints without what tells who wrote them, and what was written to them.
func withoutTexts(all []Complaint) []Complaint {
	all = slices.Clone(all)
	for i := range all {
		all[i].Text, all[i].Answer, all[i].Digest, all[i].Photos = "", "", "", 0
	}
	return all
}

func (o Order) complaintAt(number int) int {
	return slices.IndexFunc(o.Complaints, func(c Complaint) bool { return c.Number == number })
}

package order

import (
	"time"
)

// complaint is what a customer may know of a complaint.
type complaint struct {
	Number      int            `json:"number" doc:"1 for the order's first"`
	Kind        ComplaintKind  `json:"kind" enum:"damaged,return,other"`
	Text        string         `json:"text" doc:"What the customer wrote"`
	Photos      int            `json:"photos" doc:"How many photos there are (/complaints/photo)"`
	Time        string         `json:"time" doc:"When it was made, milliseconds since 1970"`
	State       ComplaintState `json:"state" enum:"open,refunded,partly-refunded,replaced,refused" doc:"open until it has its answer"`
	Answer      string         `json:"answer,omitempty" doc:"What the shop's staff answered"`
	AnsweredAt  string         `json:"answeredAt,omitempty" doc:"When, milliseconds since 1970"`
	Amount      int64          `json:"amount,omitempty" doc:"How much is given back, in minor units of the order's currency"`
	Replacement int64          `json:"replacement,omitempty" doc:"The number of the order that replaces what was complained about"`
}

// tellComplaint is what the customer is told. An answer that waits for a second person is not.
func (o Order) tellComplaint(c Complaint) complaint {
	told := complaint{Number: c.Number, Kind: c.Kind, Text: c.Text, Photos: c.Photos, Time: millis(c.At), State: c.State}
	if c.State == ComplaintOpen {
		return told
	}
	told.Answer, told.AnsweredAt, told.Replacement = c.Answer, millis(c.AnsweredAt), c.Replacement
	if c.Refund != 0 {
		told.Amount = o.Refunds[c.Refund-1].Amount
	}
	return told
}

// mayComplain is until when the customer may complain; what is over is missing.
type mayComplain struct {
	Until       string `json:"until,omitempty" doc:"Until when damage, or that something else is wrong, can be reported, milliseconds since 1970"`
	ReturnUntil string `json:"returnUntil,omitempty" doc:"Until when the customer can ask to return the order, in the same form"`
	Left        int    `json:"left" doc:"How many more complaints the order can have"`
}

// tellComplaints adds the complaints, and whether another one can be made now.
func (o Order) tellComplaints(seen *tracked, m Market, now time.Time) {
	for _, c := range o.Complaints {
		seen.Complaints = append(seen.Complaints, o.tellComplaint(c))
	}
	seen.Replaces = o.Terms.Replaces
	may := mayComplain{Left: MaxComplaints - len(o.Complaints)}
	delivered := o.handedOver(now)
	if o.MayComplain(ComplaintDamaged, m, now) == nil {
		may.Until = millis(m.complainUntil(ComplaintDamaged, delivered))
	}
	if o.MayComplain(ComplaintReturn, m, now) == nil {
		may.ReturnUntil = millis(m.complainUntil(ComplaintReturn, delivered))
	}
	if may.Until+may.ReturnUntil != "" {
		seen.MayComplain = &may
	}
}

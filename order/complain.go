package order

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
	"unicode/utf8"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// ComplaintWish is what a customer complains about.
type ComplaintWish struct {
	OrderID int64
	Kind    ComplaintKind
	Text    string
	Photos  [][]byte // JPEG, as they may be kept
	Market  Market   // as the order's rules have it
}

// check refuses a complaint that says nothing or too much.
func (w ComplaintWish) check() error {
	switch wrong := mailFault(w.Text); {
	case !slices.Contains(ComplaintKinds, w.Kind):
		return fault.InvalidField("kind", "must be one of %v", ComplaintKinds)
	case blank(w.Text):
		return fault.InvalidField("text", "must say what is wrong")
	case utf8.RuneCountInString(w.Text) > MaxComplaintText:
		return fault.InvalidField("text", "must have at most %d characters", MaxComplaintText)
	case wrong != "":
		return fault.InvalidField("text", "%s", wrong)
	case len(w.Photos) > MaxComplaintPhotos:
		return fault.InvalidField("photos", "must be at most %d", MaxComplaintPhotos)
	}
	return nil
}

// digest is the same for the same complaint, sent again.
func (w ComplaintWish) digest() string {
	h := sha256.New()
	for _, part := range append([][]byte{[]byte(w.Kind), []byte(w.Text)}, w.Photos...) {
		sum := sha256.Sum256(part)
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// MayComplain returns nil if a customer may complain now, or why not.
func (o Order) MayComplain(kind ComplaintKind, m Market, now time.Time) error {
	delivered := o.handedOver(now)
	open, waits := o.OpenComplaint()
	switch {
	case o.Erased():
		return fault.New(fault.Conflict, "the order's personal data is erased; there is nobody to answer")
	case delivered.IsZero():
		return fault.New(fault.NotReady, "the order is %s; what was delivered can be complained about", o.Status)
	case !now.Before(m.complainUntil(kind, delivered)):
		return fault.New(fault.TooLate, "that was possible until %s", m.complainUntil(kind, delivered).UTC().Format(time.RFC3339))
	case waits:
		return fault.New(fault.Conflict, "complaint %d of the order waits for its answer", open.Number)
	case len(o.Complaints) >= MaxComplaints:
		return fault.New(fault.LimitReached, "the order has %d complaints, and cannot have more", MaxComplaints)
	}
	return nil
}

// withComplaint returns the order with a complaint, and the complaint; fresh is false for one that was made already.
func (o Order) withComplaint(w ComplaintWish, now time.Time) (after Order, c Complaint, fresh bool, err error) {
	if err := w.check(); err != nil {
		return o, Complaint{}, false, err
	}
	digest := w.digest()
	for _, made := range o.Complaints {
		if made.Digest == digest {
			return o, made, false, nil
		}
	}
	if err := o.MayComplain(w.Kind, w.Market, now); err != nil {
		return o, Complaint{}, false, err
	}
	c = Complaint{
		Number: len(o.Complaints) + 1, Kind: w.Kind, Text: w.Text, Photos: len(w.Photos), Digest: digest, At: now, State: ComplaintOpen,
	}
	o.Complaints = append(slices.Clone(o.Complaints), c)
	return o, c, true, nil
}

// ComplaintPhoto is a photo of a complaint.
type ComplaintPhoto struct {
	OrderID   int64
	Complaint int
	Number    int // 1 for the complaint's first
	JPEG      []byte
}

// ComplaintTx is a transaction as MakeComplaint sees it.
type ComplaintTx interface {
	Now() time.Time
	Order() (Order, error)
	Update(Order)
	KeepPhoto(ComplaintPhoto)
	Journal(...event.Event) error
}

// MakeComplaint stores a complaint with its photos. The same one again changes nothing.
func MakeComplaint(tx ComplaintTx, w ComplaintWish) (Order, Complaint, error) {
	o, err := tx.Order()
	if err != nil {
		return o, Complaint{}, err
	}
	after, c, fresh, err := o.withComplaint(w, tx.Now())
	if err != nil || !fresh {
		return o, c, err
	}
	tx.Update(after)
	for i, jpeg := range w.Photos {
		tx.KeepPhoto(ComplaintPhoto{OrderID: o.ID, Complaint: c.Number, Number: i + 1, JPEG: jpeg})
	}
	return after, c, tx.Journal(after.complained(c))
}

// complained is the event of a complaint.
func (o Order) complained(c Complaint) event.Event {
	return event.ComplaintMade{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, Complaint: int64(c.Number), Kind: string(c.Kind),
		TestID: o.TestID, RulesVersion: o.Rules, Language: o.Language,
	}
}

package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/telemetry"
)

// answerRoutes adds the routes with which operators see complaints and answer them.
func (s *Service) answerRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "answerComplaint", Method: "POST", Path: "/answerComplaint", Summary: "Answer a customer's complaint",
		Description: "Gives all or a part of the money back, sends a replacement, or refuses, and tells the customer. The first answer counts. A refund above an amount that the rules set waits for a second operator (/approveRefund), and with it the answer.",
		Errors:      []int{400, 404, 409, 503},
	}, s.postAnswerComplaint)
	huma.Register(api, huma.Operation{
		OperationID: "complaints", Method: "GET", Path: ComplaintsPath, Summary: "Complaints that wait for their answers",
		Description: "Those first that have waited longest, at most 500.", Errors: []int{503},
	}, s.getComplaints)
	huma.Register(api, huma.Operation{
		OperationID: "complaintPhoto", Method: "GET", Path: ComplaintsPath + "/photo", Summary: "A photo of a complaint", Errors: []int{400, 404}, Responses: pictures(),
	}, s.getPhotoForOperator)
}

type answerComplaintInput struct {
	Body struct {
		_         struct{}       `additionalProperties:"true"`
		OrderID   int64          `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Complaint int            `json:"complaint" minimum:"1" maximum:"5" doc:"The complaint's number"`
		Outcome   ComplaintState `json:"outcome" enum:"refunded,partly-refunded,replaced,refused" doc:"refunded: all that is left of what was paid is given back; partly-refunded: the amount is; replaced: a new order is made, for nothing, to the same customer and address"`
		Amount    int64          `json:"amount,omitempty" doc:"How much is given back, in minor units of the order's currency; for partly-refunded" example:"1000"`
		Currency  money.Currency `json:"currency,omitempty" maxLength:"10" doc:"ISO 4217; missing for the order's own, and any other is refused" example:"USD"`
		Lines     []refundLine   `json:"lines,omitempty" maxItems:"300" doc:"For replaced: the pieces that are brought again; missing for all"`
		Text      string         `json:"text" maxLength:"8000" doc:"What the customer is told, in at most 2,000 characters"`
	}
}

type answerComplaintOutput struct {
	Body struct {
		Status    string             `json:"status" example:"SUCCESS"`
		OrderID   int64              `json:"orderId"`
		Complaint complaintForPeople `json:"complaint"`
	}
}

// complaintForPeople is a complaint as operators see it.
type complaintForPeople struct {
	complaint
	By     string         `json:"by,omitempty" doc:"Who answered"`
	Refund int            `json:"refund,omitempty" doc:"The number of the refund that is made for it"`
	Waits  ComplaintState `json:"waits,omitempty" doc:"Of an open complaint: how it ends once a second person has approved the refund"`
}

// forPeople is a complaint of the order as operators see it.
func (o Order) forPeople(c Complaint) complaintForPeople {
	told := complaintForPeople{complaint: o.tellComplaint(c), By: c.By, Refund: c.Refund, Waits: c.Waits}
	told.Answer = c.Answer
	return told
}

func (s *Service) postAnswerComplaint(ctx context.Context, in *answerComplaintInput) (*answerComplaintOutput, error) {
	b := in.Body
	o, c, err := s.AnswerComplaint(telemetry.AboutOrder(ctx, b.OrderID), ComplaintAnswer{
		OrderID: b.OrderID, Complaint: b.Complaint, Outcome: b.Outcome, Amount: money.Amount{Minor: b.Amount, Currency: b.Currency}, Text: b.Text, By: s.WhoAsks(ctx),
	}, itemsOf(b.Lines))
	if err != nil {
		return nil, err
	}
	out := &answerComplaintOutput{}
	out.Body.Status, out.Body.OrderID, out.Body.Complaint = "SUCCESS", o.ID, o.forPeople(c)
	return out, nil
}

// maxListed bounds a list of complaints.
const maxListed = 500

type complaintsOutput struct {
	Body struct {
		Complaints []waitingComplaint `json:"complaints"`
	}
}

type waitingComplaint struct {
	OrderID int64         `json:"orderId"`
	Number  int           `json:"number"`
	Kind    ComplaintKind `json:"kind"`
	Photos  int           `json:"photos"`
	Since   string        `json:"since" doc:"Milliseconds since 1970"`
	Waits   string        `json:"waits,omitempty" doc:"Who has answered it, where a second person must approve the refund"`
}

func (s *Service) getComplaints(ctx context.Context, _ *struct{}) (*complaintsOutput, error) {
	orders, err := s.Store.OpenComplaints(ctx, maxListed)
	if err != nil {
		return nil, err
	}
	out := &complaintsOutput{}
	out.Body.Complaints = []waitingComplaint{}
	for _, o := range orders {
		c, _ := o.OpenComplaint()
		w := waitingComplaint{OrderID: o.ID, Number: c.Number, Kind: c.Kind, Photos: c.Photos, Since: millis(c.At)}
		if c.Waits != "" {
			w.Waits = c.By
		}
		out.Body.Complaints = append(out.Body.Complaints, w)
	}
	return out, nil
}

type operatorPhotoInput struct {
	OrderID   int64 `query:"orderId" minimum:"1" maximum:"2147483647" required:"true" doc:"The order's number"`
	Complaint int   `query:"complaint" minimum:"1" maximum:"5" required:"true" doc:"The complaint's number"`
	Photo     int   `query:"photo" minimum:"1" maximum:"4" required:"true" doc:"The photo's number: 1 for the first"`
}

func (s *Service) getPhotoForOperator(ctx context.Context, in *operatorPhotoInput) (*pictureOutput, error) {
	o, err := s.Store.Order(ctx, in.OrderID)
	if err != nil {
		return nil, err
	}
	return s.complaintPhoto(ctx, o, in.Complaint, in.Photo)
}

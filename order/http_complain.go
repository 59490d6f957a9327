package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// MaxComplaintBody bounds the body of a complaint: its photos come as text, which takes a third more.
const MaxComplaintBody = 5 << 20

// ComplaintsPath is where customers complain.
const ComplaintsPath = "/complaints"

// complaintRoutes adds the routes with which a customer complains.
func (s *Service) complaintRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "complain", Method: "POST", Path: ComplaintsPath, Summary: "Report damage, or ask to return what was delivered",
		Description: "Needs the key from the order's tracking link. Possible once the order is delivered, for as long as the rules say; an order has one complaint at a time, and at most five. The same complaint again is the same one. /trackOrder has the complaints and their answers.",
		Errors:      []int{400, 401, 404, 409, 413, 503}, MaxBodyBytes: MaxComplaintBody,
	}, s.postComplaint)
	huma.Register(api, huma.Operation{
		OperationID: "complaintPhoto", Method: "GET", Path: ComplaintsPath + "/photo", Summary: "A photo of a complaint",
		Description: "Needs the key from the order's tracking link.", Errors: []int{400, 401, 404}, Responses: pictures(),
	}, s.getComplaintPhoto)
}

type complainInput struct {
	Body struct {
		_      struct{}      `additionalProperties:"true"`
		Key    string        `json:"key" maxLength:"100" doc:"The key from the tracking link"`
		Kind   ComplaintKind `json:"kind" enum:"damaged,return,other" doc:"What it is about: damage, a wish to return the order, or something else"`
		Text   string        `json:"text" maxLength:"8000" doc:"What is wrong, in at most 2,000 characters"`
		Photos [][]byte      `json:"photos,omitempty" maxItems:"4" doc:"At most 4 photos, each a JPEG, PNG or WebP file of at most 2 MiB in Base64. Where a photo was taken, and what else its file tells, is not kept"`
	}
}

type complainOutput struct {
	Body struct {
		Status    string    `json:"status" example:"SUCCESS"`
		OrderID   int64     `json:"orderId"`
		Complaint complaint `json:"complaint"`
	}
}

func (s *Service) postComplaint(ctx context.Context, in *complainInput) (*complainOutput, error) {
	b := in.Body
	o, err := s.opened(ctx, b.Key)
	if err != nil {
		return nil, err
	}
	o, c, err := s.Complain(ctx, o, b.Kind, b.Text, b.Photos)
	if err != nil {
		return nil, err
	}
	out := &complainOutput{}
	out.Body.Status, out.Body.OrderID, out.Body.Complaint = "SUCCESS", o.ID, o.tellComplaint(c)
	return out, nil
}

type complaintPhotoInput struct {
	Key       string `query:"key" required:"true" maxLength:"100" doc:"The key from the tracking link"`
	Complaint int    `query:"complaint" minimum:"1" maximum:"5" required:"true" doc:"The complaint's number"`
	Photo     int    `query:"photo" minimum:"1" maximum:"4" required:"true" doc:"The photo's number: 1 for the first"`
}

// pictureOutput is a photo, which is shown and never run.
type pictureOutput struct {
	ContentType string `header:"Content-Type"`
	NoSniff     string `header:"X-Content-Type-Options"`
	Policy      string `header:"Content-Security-Policy"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

func picture(jpeg []byte, err error) (*pictureOutput, error) {
	if err != nil {
		return nil, err
	}
	return &pictureOutput{ContentType: "image/jpeg", NoSniff: "nosniff", Policy: "default-src 'none'; sandbox", Cache: "private, no-store", Body: jpeg}, nil
}

// pictures describes the answer of a route that returns a photo.
func pictures() map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: "The photo", Content: map[string]*huma.MediaType{"image/jpeg": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
}

func (s *Service) getComplaintPhoto(ctx context.Context, in *complaintPhotoInput) (*pictureOutput, error) {
	o, err := s.opened(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	return s.complaintPhoto(ctx, o, in.Complaint, in.Photo)
}

func (s *Service) complaintPhoto(ctx context.Context, o Order, number, photo int) (*pictureOutput, error) {
	if c, there := o.Complaint(number); !there || photo > c.Photos {
		return nil, fault.New(fault.NotFound, "complaint %d of order %d has no photo %d", number, o.ID, photo)
	}
	return picture(s.Store.ComplaintPhoto(ctx, o.ID, number, photo))
}

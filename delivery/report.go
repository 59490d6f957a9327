package delivery

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
	"acme.example/webshop/ref"
)

// Report is what the delivery company says about an order's delivery. Reports come late, twice and in any order.
type Report struct {
	Status     string    // what the order is now
	At         time.Time // since when
	Number     string    // the company's number for the parcel; "": none
	ReceivedBy string    // of one that was delivered: who took it,
	LeftAt     string    // where it was left,
	Photo      string    // and the company's reference of a photo
	Reason     string    // of one that failed: why
}

// said are the types of the delivery company's messages, and what an order is after each.
var said = map[string]string{"delivery.started": "OUT_FOR_DELIVERY", "delivery.failed": failed, "delivery.done": "DELIVERED"}

// failed is the status of an order whose delivery can be booked again.
const failed = "DELIVERY_FAILED"

// callbackRoute adds the delivery company's callback.
func (s *Service) callbackRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "carrierCallback", Method: "POST", Path: "/callbacks/carrier", Summary: "The delivery company says what became of a delivery",
		Description: "Signed as by Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature. Coming twice, or late, changes nothing.",
		Errors:      []int{400, 401, 404, 409}, DefaultStatus: http.StatusNoContent,
	}, s.postCallback)
}

func (s *Service) postCallback(ctx context.Context, in *callbacks.Callback) (*struct{}, error) {
	message, err := in.Read(s.Verify)
	if err != nil {
		return nil, err
	}
	report, err := reportOf(message.Type, in.RawBody)
	if err != nil {
		return nil, err
	}
	id := message.Data.OrderID
	b, err := s.Store.Booking(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := message.Answers(b.Ref.Key(ref.Delivery)); err != nil {
		return nil, err
	}
	return nil, s.Store.ReportDelivery(telemetry.AboutOrder(ctx, id), id, report)
}

// reportOf reads what a message reports, which was verified.
func reportOf(kind string, body []byte) (Report, error) {
	status, known := said[kind]
	if !known {
		return Report{}, fault.InvalidField("type", "must be one of %v", slices.Sorted(maps.Keys(said)))
	}
	var message struct {
		Data struct {
			At                                                time.Time
			TrackingNumber, ReceivedBy, LeftAt, Photo, Reason string
		}
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return Report{}, fault.Wrap(err, fault.Malformed, "the body is not a report")
	}
	d := message.Data
	if d.At.IsZero() {
		return Report{}, fault.InvalidField("data.at", "must be when it happened, as in RFC 3339")
	}
	return Report{Status: status, At: d.At.UTC(), Number: d.TrackingNumber, ReceivedBy: d.ReceivedBy, LeftAt: d.LeftAt, Photo: d.Photo, Reason: d.Reason}, nil
}

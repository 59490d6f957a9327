package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// reportRoute adds the route with which an operator reports what became of a delivery, in the delivery company's place.
func (s *Service) reportRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "reportDelivery", Method: "POST", Path: "/reportDelivery", Summary: "Report what became of a delivery",
		Description: "What the delivery company said by telephone, say. It is kept with the operator's name, and the customer is told.",
		Errors:      []int{400, 404, 409},
	}, s.postReportDelivery)
}

type reportDeliveryInput struct {
	Body struct {
		OrderID    int64  `json:"orderId" minimum:"1" maximum:"2147483647" doc:"The order's number"`
		Status     Status `json:"status" doc:"What became of it: OUT_FOR_DELIVERY, DELIVERED or DELIVERY_FAILED"`
		Tracking   string `json:"trackingNumber,omitempty" maxLength:"200" doc:"The delivery company's number for the parcel"`
		ReceivedBy string `json:"receivedBy,omitempty" maxLength:"200" doc:"Of a DELIVERED order: who took it. The customer is told"`
		LeftAt     string `json:"leftAt,omitempty" maxLength:"200" doc:"Of a DELIVERED order: where it was left. The customer is told"`
		Photo      string `json:"photo,omitempty" maxLength:"500" doc:"Of a DELIVERED order: the delivery company's reference of a photo"`
		Reason     string `json:"reason,omitempty" maxLength:"200" doc:"Of a DELIVERY_FAILED one: why. The customer reads it"`
	}
}

type reportDeliveryOutput struct{ Body moved }

func (s *Service) postReportDelivery(ctx context.Context, in *reportDeliveryInput) (*reportDeliveryOutput, error) {
	b := in.Body
	if m := (Move{To: b.Status}); !m.reports() {
		return nil, fault.InvalidField("status", "must be one of %v", []Status{OutForDelivery, DeliveryFailed, Delivered})
	}
	o, err := s.Store.MoveOrder(telemetry.AboutOrder(ctx, b.OrderID), Move{OrderID: b.OrderID, To: b.Status, Report: Report{
		Number: b.Tracking, By: s.Who(ctx), ReceivedBy: b.ReceivedBy, LeftAt: b.LeftAt, Photo: b.Photo, Reason: b.Reason,
	}})
	if err != nil {
		return nil, err
	}
	return &reportDeliveryOutput{movedTo(o)}, nil
}

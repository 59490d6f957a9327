package order

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// Papers has the invoices, receipts and credit notes of orders.
type Papers interface {
	// Issued returns what there is of an order, the invoice or receipt first. The books issue it some time after the sale.
	Issued(ctx context.Context, orderID int64) ([]Issued, error)
	// Paper writes the document of a number, or the invoice or receipt for "", as a page or as a PDF. It is fault.NotFound if the order
	// has none of that number.
	Paper(ctx context.Context, o Order, number string, pdf bool) (*Paper, error)
}

// Issued names a document of an order.
type Issued struct {
	Number string `json:"number" example:"DE-2026-000123"`
	Kind   string `json:"kind" enum:"invoice,receipt,credit-note"`
}

// receiptRoute adds the route for who has an order's tracking link and needs a document for the accounts.
func (s *Service) receiptRoute(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "receipt", Method: "GET", Path: "/receipt", Summary: "The invoice or receipt of an order, or a credit note",
		Description: "Needs the key from the order's tracking link. A page, or with as=pdf a PDF. The documents of /trackOrder are those that there are.",
		Errors:      []int{400, 401, 404}, Responses: PapersDescribed(),
	}, s.getReceipt)
}

func (s *Service) getReceipt(ctx context.Context, in *struct {
	Key    string `query:"key" required:"true" maxLength:"100" doc:"The key from the tracking link"`
	Number string `query:"number" maxLength:"60" doc:"A document's number; the invoice or receipt where it is missing"`
	As     string `query:"as" enum:",pdf" doc:"pdf for a PDF"`
}) (*Paper, error) {
	o, err := s.opened(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	if s.Papers == nil {
		return nil, fault.New(fault.NotFound, "there are no documents here")
	}
	return s.Papers.Paper(ctx, o, in.Number, in.As == "pdf")
}

// issued returns the documents of an order.
func (s *Service) issued(ctx context.Context, o Order) ([]Issued, error) {
	if s.Papers == nil {
		return nil, nil
	}
	return s.Papers.Issued(ctx, o.ID)
}

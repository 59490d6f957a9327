package ops

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/order"
)

// papers adds the route that shows a document.
func (b Books) papers(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "bookDocument", Method: "GET", Path: "/books/documents/{number}", Summary: "An invoice, a receipt or a credit note",
		Description: "As the customer has it: a page, or with as=pdf a PDF.", Errors: []int{400, 404, 503}, Responses: order.PapersDescribed(),
	}, b.document)
}

func (b Books) document(ctx context.Context, in *struct {
	Number string `path:"number" maxLength:"60" example:"DE-2026-000123"`
	As     string `query:"as" enum:",pdf" doc:"pdf for a PDF"`
}) (*order.Paper, error) {
	d, err := b.Keeper.Document(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return b.Paper(ctx, d, in.As == "pdf")
}

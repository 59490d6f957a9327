package ops

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/books"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
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
	d, err := b.named(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return b.Paper(ctx, d, in.As == "pdf")
}

// named returns the document of a number, or fault.NotFound.
func (b Books) named(ctx context.Context, number string) (books.Document, error) {
	series, n, ok := books.ParseName(number)
	if !ok {
		return books.Document{}, fault.New(fault.NotFound, "the books have no document of this number")
	}
	from, to, _ := Span{}.days() // all there are
	found, err := b.Store.BookDocuments(ctx, from, to, books.Document{Series: series, Number: n - 1}, 1)
	if err != nil {
		return books.Document{}, err
	}
	if len(found) == 0 || found[0].Name() != number {
		return books.Document{}, fault.New(fault.NotFound, "the books have no document of this number")
	}
	return found[0], nil
}

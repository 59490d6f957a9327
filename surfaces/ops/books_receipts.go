package ops

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/books"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// receipts adds the routes about invoices and how they are paid.
func (b Books) receipts(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "openInvoices", Method: "GET", Path: "/books/open", Summary: "Invoices that are not paid, or not in full",
		Description: "At most 500; go on after 'next'. With as=csv it is a table for a spreadsheet.", Errors: []int{400, 503},
	}, b.open)
	huma.Register(api, huma.Operation{
		OperationID: "payInvoice", Method: "POST", Path: "/books/payments", Summary: "An invoice was paid at the bank, whole or in part",
		Description: "The receipt of a reference is entered once for each invoice. More than is open is refused.", Errors: []int{400, 404, 409, 422, 503},
	}, b.pay)
}

// OpenInvoice is an invoice with what is open of it.
type OpenInvoice struct {
	Number   string `json:"number" example:"US-2026-000001"`
	OrderID  int64  `json:"orderId"`
	Day      string `json:"day"`
	Due      string `json:"due"`
	Currency string `json:"currency"`
	Total    int64  `json:"total" doc:"In minor units"`
	Open     int64  `json:"open" doc:"The total less what was credited and paid"`
	Overdue  int    `json:"daysOverdue" doc:"Days since it was due; 0 if it is not overdue"`
}

func openInvoice(i database.Invoice, today books.Day) OpenInvoice {
	return OpenInvoice{
		Number: i.Name(), OrderID: i.OrderID, Day: string(i.Day), Due: string(i.Due), Currency: string(i.Currency), Total: i.Total, Open: i.Open,
		Overdue: max(0, today.Since(i.Due)),
	}
}

func (o OpenInvoice) row() []string {
	return []string{o.Number, number(o.OrderID), o.Day, o.Due, o.Currency, units(o.Total, o.Currency), units(o.Open, o.Currency), number(int64(o.Overdue))}
}

func (b Books) open(ctx context.Context, in *struct {
	After string `query:"after" maxLength:"60" doc:"The last number of the answer before"`
	As    string `query:"as" enum:",csv" doc:"csv for a table"`
}) (*reportOutput, error) {
	after, last, ok := books.ParseName(in.After)
	if !ok && in.After != "" {
		return nil, fault.InvalidField("after", "must be the number of an invoice, such as US-2026-000001")
	}
	today, err := b.Keeper.Today()
	if err != nil {
		return nil, err
	}
	found, err := b.Store.Invoices(ctx, 1, books.Document{Series: after, Number: last}, Span{As: in.As}.most())
	var page struct {
		Invoices []OpenInvoice `json:"invoices"`
		Next     string        `json:"next,omitempty" doc:"Go on after this one; missing at the end"`
	}
	page.Invoices = []OpenInvoice{}
	t := table{{"number", "order", "day", "due", "currency", "total", "open", "days overdue"}}
	for _, i := range found {
		o := openInvoice(i, today)
		page.Invoices, t = append(page.Invoices, o), append(t, o.row())
	}
	if n := len(found); n == booksPage {
		page.Next = page.Invoices[n-1].Number
	}
	return report(in.As, "open-invoices", t, page), err
}

type paidOutput struct{ Body OpenInvoice }

func (b Books) pay(ctx context.Context, in *struct {
	Body struct {
		Number    string `json:"number" minLength:"1" maxLength:"60" example:"US-2026-000001" doc:"Of the invoice"`
		Amount    int64  `json:"amount" minimum:"1" doc:"What was paid, in minor units of the invoice's currency"`
		Day       string `json:"day" maxLength:"10" example:"2026-11-30" doc:"When it came to the bank"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" pattern:"\\S" doc:"The bank's name for the receipt, or one of your own"`
	}
}) (*paidOutput, error) {
	p := in.Body
	paid, err := b.Keeper.PayInvoice(ctx, database.BankReceipt{Invoice: p.Number, Amount: p.Amount, Day: books.Day(p.Day), Reference: p.Reference, Author: Who(ctx)})
	if err != nil {
		return nil, err
	}
	today, err := b.Keeper.Today()
	return &paidOutput{openInvoice(paid, today)}, err
}

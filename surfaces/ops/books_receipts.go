package ops

import (
	"bytes"
	"context"
	"time"

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
	huma.Register(api, huma.Operation{
		OperationID: "bookStatement", Method: "POST", Path: BooksStatementPath, Summary: "Enter what a bank statement says was paid for invoices",
		Description: "The body is the file: CAMT.053, if it begins with <, else CSV, of at most 10 MB. A receipt that names its invoice is entered, once in however many " +
			"statements it is; others are left for a person, with the reason. Sent again, it changes nothing.",
		Errors: []int{400, 413, 503}, MaxBodyBytes: BooksStatementBody,
	}, b.statement)
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
	span := Span{As: in.As}
	found, err := b.Store.Invoices(ctx, 1, books.Document{Series: after, Number: last}, span.most())
	if err == nil {
		err = span.whole("as", len(found))
	}
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
	return report(in.As, "open-invoices", t, page, err)
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

// BooksStatementPath is where bank statements are sent, and BooksStatementBody bounds one, in bytes.
const (
	BooksStatementPath = "/books/statement"
	BooksStatementBody = 10 << 20
)

// BookedReceipt is what of a bank receipt paid an invoice.
type BookedReceipt struct {
	Reference string `json:"reference" doc:"The bank's name for the receipt; of a receipt without one, a hash of its content that begins with sha256:"`
	Invoice   string `json:"invoice"`
	Day       string `json:"day"`
	Amount    int64  `json:"amount" doc:"In minor units of the invoice's currency"`
}

// LeftReceipt is a bank receipt that a person must look at.
type LeftReceipt struct {
	Reference string `json:"reference" doc:"As above: it is the reference with which a person enters it (POST /books/payments)"`
	Day       string `json:"day"`
	Amount    int64  `json:"amount" doc:"What is not entered of it, in minor units; negative if money went out"`
	Currency  string `json:"currency"`
	From      string `json:"from,omitempty" doc:"Who paid, or was paid"`
	Text      string `json:"text,omitempty" doc:"What the payer wrote"`
	Reason    string `json:"reason" enum:"outgoing,unknown,several,other-currency,too-much,refused"`
	Detail    string `json:"detail" doc:"The reason in words"`
}

// BookedStatement is what became of a bank statement.
type BookedStatement struct {
	Booked []BookedReceipt `json:"booked"`
	Before int             `json:"before" doc:"How many receipts were entered before"`
	Left   []LeftReceipt   `json:"left"`
}

type statementOutput struct{ Body BookedStatement }

func (b Books) statement(ctx context.Context, in *struct {
	RawBody []byte `contentType:"application/octet-stream"`
}) (*statementOutput, error) {
	read, err := b.Keeper.ReadStatement(ctx, bytes.NewReader(in.RawBody), Who(ctx))
	if err != nil {
		return nil, err
	}
	out := &statementOutput{BookedStatement{Booked: []BookedReceipt{}, Before: read.Before, Left: []LeftReceipt{}}}
	for _, r := range read.Booked {
		out.Body.Booked = append(out.Body.Booked, BookedReceipt{Reference: r.Reference, Invoice: r.Invoice, Day: string(r.Day), Amount: r.Amount})
	}
	for _, m := range read.Left {
		r := m.Receipt
		out.Body.Left = append(out.Body.Left, LeftReceipt{
			Reference: r.ID, Day: r.BookingDate.Format(time.DateOnly), Amount: r.Amount.Minor, Currency: string(r.Amount.Currency), From: r.Counterparty, Text: r.Reference,
			Reason: string(m.Reason), Detail: m.Detail,
		})
	}
	return out, nil
}

package ops

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/books"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const (
	// booksPage bounds the entries or documents of one answer.
	booksPage = 500
	// booksTable bounds those of a table, which has no pages.
	booksTable = 100_000
)

// Books serves the books over HTTP, to accountants. Amounts are minor units.
type Books struct {
	Store  database.BooksReports
	Keeper *database.Bookkeeper
	// Paper writes a document as a page, or as a PDF.
	Paper func(ctx context.Context, d books.Document, pdf bool) (*order.Paper, error)
}

// Routes adds the routes.
func (b Books) Routes(api huma.API) {
	const csv = " With as=csv it is a table for a spreadsheet, with amounts in whole units; cells that a spreadsheet might take for a formula begin with an apostrophe."
	get := func(id, path, summary, description string) huma.Operation {
		return huma.Operation{OperationID: id, Method: "GET", Path: path, Summary: summary, Description: description, Errors: []int{400, 404, 503}}
	}
	huma.Register(api, get("bookBalances", "/books/balances", "The trial balance: each account in a time, or as of a day",
		"Debits are positive, credits negative; all accounts together come to zero. Without from, it is the balance as of the day."+csv), b.balances)
	huma.Register(api, get("bookTaxes", "/books/taxes", "What is owed to each authority in a period, by rate: base and tax", "As the accounts have it."+csv), b.taxes)
	huma.Register(api, get("bookEntries", "/books/entries", "The journal of a period",
		"At most 500 entries; go on above 'next'. With late=true only documents of closed periods that were booked in this one."+csv), b.entries)
	huma.Register(api, get("bookEntry", "/books/entries/{number}", "An entry", ""), b.entry)
	huma.Register(api, get("bookDocuments", "/books/documents", "Invoices, receipts and credit notes of a period",
		"Each series has numbers without gaps. At most 500; go on after 'next'."+csv), b.documents)
	huma.Register(api, get("bookPeriods", "/books/periods", "Which periods are closed, and how many orders are not entered yet", ""), b.periods)
	huma.Register(api, get("bookRates", "/books/rates", "Exchange rates, by currency and day", ""), b.rates)
	b.papers(api)
	b.changes(api)
	b.receipts(api)
}

// Span is a time of the books, as a query has it: a period, or from a day to another.
type Span struct {
	Period string `query:"period" maxLength:"7" doc:"A month, such as 2026-11"`
	From   string `query:"from" maxLength:"10" doc:"The first day, in place of a period"`
	Until  string `query:"until" maxLength:"10" doc:"The last day, in place of a period"`
	As     string `query:"as" enum:",csv" doc:"csv for a table"`
}

// most is how many entries or documents the answer may have.
func (s Span) most() int {
	if s.As == "csv" {
		return booksTable
	}
	return booksPage
}

// whole refuses a table that would lack something.
func (s Span) whole(field string, found int) error {
	if s.As == "csv" && found == booksTable {
		return fault.InvalidField(field, "has %d rows or more, too many for a table; ask for less, or for JSON", booksTable)
	}
	return nil
}

// days are the first and the last day. Without any, it is everything.
func (s Span) days() (from, to books.Day, err error) {
	from, to = "0000-00-00", "9999-12-31"
	if s.Period != "" {
		p, ok := books.ParsePeriod(s.Period)
		if !ok || s.From+s.Until != "" {
			return from, to, fault.InvalidField("period", "must be a month such as 2026-11, without from and until")
		}
		return p.First(), p.Last(), nil
	}
	for _, d := range []struct {
		name, text string
		at         *books.Day
	}{{"from", s.From, &from}, {"until", s.Until, &to}} {
		if day, ok := books.ParseDay(d.text); ok {
			*d.at = day
		} else if d.text != "" {
			return from, to, fault.InvalidField(d.name, "must be a day such as 2026-11-30")
		}
	}
	return from, to, nil
}

type periodsOutput struct {
	Body struct {
		Closed  []closedPeriod `json:"closed"`
		Waiting int            `json:"waiting" doc:"Orders that are not entered yet"`
		Failing string         `json:"failing,omitempty" doc:"Why some cannot be entered"`
	}
}

type closedPeriod struct {
	Period string    `json:"period"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

func (b Books) periods(ctx context.Context, _ *struct{}) (*periodsOutput, error) {
	closed, err := b.Store.ClosedPeriods(ctx)
	if err != nil {
		return nil, err
	}
	out := &periodsOutput{}
	out.Body.Closed, out.Body.Failing = []closedPeriod{}, b.Keeper.Failing()
	for _, p := range closed {
		out.Body.Closed = append(out.Body.Closed, closedPeriod{string(p.Period), p.By, time.UnixMilli(p.At).UTC()})
	}
	out.Body.Waiting, err = b.Store.WaitingForBooks(ctx)
	return out, err
}

type rate struct {
	Currency string `json:"currency" minLength:"3" maxLength:"3"`
	Day      string `json:"day" maxLength:"10" example:"2026-11-30"`
	Rate     string `json:"rate" maxLength:"20" example:"17.3925" doc:"How many of the currency one of the company's is"`
	Source   string `json:"source" minLength:"1" maxLength:"100" doc:"Who says so"`
	Author   string `json:"author,omitempty" readOnly:"true"`
}

type ratesOutput struct {
	Body struct {
		Rates []rate `json:"rates"`
	}
}

func (b Books) rates(ctx context.Context, _ *struct{}) (*ratesOutput, error) {
	stored, err := b.Store.BookRates(ctx)
	out := &ratesOutput{}
	out.Body.Rates = []rate{}
	for _, r := range stored {
		out.Body.Rates = append(out.Body.Rates, rate{Currency: string(r.Currency), Day: string(r.Day), Rate: r.Rate.Rate, Source: r.Source, Author: r.Author})
	}
	return out, err
}

// noContent is the status of what answers nothing.
const noContent = http.StatusNoContent

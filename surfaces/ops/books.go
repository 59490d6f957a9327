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
func (s Span) whole(found int) error {
	if s.As == "csv" && found == booksTable {
		return fault.InvalidField("period", "has %d entries or more; ask for a shorter time", booksTable)
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

// Balanced is an account in a time.
type Balanced struct {
	Account  string `json:"account"`
	Currency string `json:"currency"`
	Debit    int64  `json:"debit" doc:"What came into it, in minor units"`
	Credit   int64  `json:"credit" doc:"What went out of it"`
	Balance  int64  `json:"balance" doc:"Debits less credits"`
	Own      int64  `json:"own" doc:"The balance in the company's currency"`
}

type balancesOutput struct {
	Body struct {
		Accounts []Balanced `json:"accounts"`
		Own      int64      `json:"own" doc:"The sum of all balances in the company's currency: zero"`
		Currency string     `json:"currency" doc:"That currency"`
	}
}

func (b Books) balances(ctx context.Context, in *struct{ Span }) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	totals, err := b.Store.BookTotals(ctx, from, to)
	if err != nil {
		return nil, err
	}
	company, err := b.Keeper.Company()
	out := balancesOutput{}
	out.Body.Accounts, out.Body.Currency = []Balanced{}, string(company.Currency)
	t := table{{"account", "currency", "debit", "credit", "balance", "balance in " + string(company.Currency)}}
	for _, a := range totals {
		l := Balanced{Account: string(a.Account), Currency: a.Currency, Debit: a.Debit, Credit: a.Credit, Balance: a.Debit - a.Credit, Own: a.Own}
		out.Body.Accounts, out.Body.Own = append(out.Body.Accounts, l), out.Body.Own+a.Own
		t = append(t, []string{l.Account, l.Currency, units(l.Debit, l.Currency), units(l.Credit, l.Currency), units(l.Balance, l.Currency), units(l.Own, out.Body.Currency)})
	}
	return report(in.As, "balances", t, out.Body), err
}

// OwedTax is what is owed to an authority at a rate.
type OwedTax struct {
	Market    string `json:"market"`
	Authority string `json:"authority"`
	Treatment string `json:"treatment"`
	Rate      string `json:"rate" doc:"In percent"`
	Currency  string `json:"currency"`
	Base      int64  `json:"base" doc:"What the tax is computed of, in minor units"`
	Tax       int64  `json:"tax"`
	Own       int64  `json:"own" doc:"The tax in the company's currency"`
}

func (b Books) taxes(ctx context.Context, in *struct{ Span }) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	totals, err := b.Store.BookTotals(ctx, from, to)
	all, t := []OwedTax{}, table{{"market", "authority", "treatment", "rate", "currency", "base", "tax"}}
	for _, a := range totals {
		if !a.Account.IsTax() {
			continue
		}
		market, tax := a.Account.TaxOf()
		l := OwedTax{
			Market: market, Authority: tax.Name, Treatment: tax.Treatment, Rate: tax.Rate, Currency: a.Currency, Base: a.Base, Tax: a.Credit - a.Debit, Own: -a.Own,
		}
		all, t = append(all, l), append(t, []string{market, tax.Name, tax.Treatment, tax.Rate, a.Currency, units(l.Base, a.Currency), units(l.Tax, a.Currency)})
	}
	return report(in.As, "taxes", t, struct {
		Taxes []OwedTax `json:"taxes"`
	}{all}), err
}

type entriesInput struct {
	Span
	Above int64 `query:"above" minimum:"0" doc:"Entries with higher numbers: 'next' of the answer before"`
	Late  bool  `query:"late" doc:"Only those of documents of an earlier, closed period"`
}

// Journal is a page of entries.
type Journal struct {
	Entries []books.Entry `json:"entries"`
	Next    int64         `json:"next,omitempty" doc:"Go on above this number; missing at the end"`
}

func (b Books) entries(ctx context.Context, in *entriesInput) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	found, err := b.Store.BookEntries(ctx, from, to, in.Above, in.most())
	if err == nil {
		err = in.whole(len(found))
	}
	page := Journal{Entries: []books.Entry{}}
	for _, e := range found {
		if !in.Late || e.Dated.Period() < e.Day.Period() {
			page.Entries = append(page.Entries, e)
		}
	}
	if len(found) == booksPage {
		page.Next = found[len(found)-1].Number
	}
	return report(in.As, "entries", journalTable(page.Entries), page), err
}

type entryOutput struct{ Body books.Entry }

func (b Books) entry(ctx context.Context, in *struct {
	Number int64 `path:"number" minimum:"1"`
}) (*entryOutput, error) {
	e, err := b.Store.BookEntry(ctx, in.Number)
	return &entryOutput{e}, err
}

// Issued is a document.
type Issued struct {
	Number   string `json:"number" example:"DE-2026-000123"`
	Kind     string `json:"kind" doc:"invoice, receipt or credit-note"`
	OrderID  int64  `json:"orderId"`
	Of       string `json:"of" doc:"The entry of the order's ledger that it is about"`
	Day      string `json:"day"`
	Due      string `json:"due,omitempty"`
	Currency string `json:"currency"`
	Total    int64  `json:"total" doc:"In minor units"`
	Tax      int64  `json:"tax" doc:"All taxes in it"`
}

func (b Books) documents(ctx context.Context, in *struct {
	Span
	After  string `query:"after" maxLength:"60" doc:"The series of the last document: nextSeries of the answer before"`
	Number int64  `query:"number" minimum:"0" doc:"Its number in the series: nextNumber"`
}) (*reportOutput, error) {
	from, to, err := in.days()
	if err != nil {
		return nil, err
	}
	found, err := b.Store.BookDocuments(ctx, from, to, books.Document{Series: in.After, Number: in.Number}, in.most())
	if err == nil {
		err = in.whole(len(found))
	}
	var page struct {
		Documents  []Issued `json:"documents"`
		NextSeries string   `json:"nextSeries,omitempty" doc:"Go on after this one; missing at the end"`
		NextNumber int64    `json:"nextNumber,omitempty"`
	}
	page.Documents = []Issued{}
	t := table{{"number", "kind", "order", "day", "due", "currency", "total", "tax"}}
	for _, d := range found {
		page.Documents = append(page.Documents, Issued{
			Number: d.Name(), Kind: d.Kind, OrderID: d.OrderID, Of: d.Of, Day: string(d.Day), Due: string(d.Due), Currency: string(d.Currency), Total: d.Total, Tax: d.Tax,
		})
		c := string(d.Currency)
		t = append(t, []string{d.Name(), d.Kind, number(d.OrderID), string(d.Day), string(d.Due), c, units(d.Total, c), units(d.Tax, c)})
	}
	if n := len(found); n == booksPage {
		page.NextSeries, page.NextNumber = found[n-1].Series, found[n-1].Number
	}
	return report(in.As, "documents", t, page), err
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

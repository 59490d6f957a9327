package ops

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/books"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// changes adds the routes that enter something.
func (b Books) changes(api huma.API) {
	post := func(id, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: "POST", Path: path, Summary: summary, Description: description, Errors: append(errors, 400, 409, 503)}
	}
	huma.Register(api, post("makeBookEntry", "/books/entries", "Make an entry by hand",
		"Two or more lines that come to zero. The entry of a key is made once; one of a closed period is booked on the first open day. Nothing is changed or taken away: a wrong entry is reversed."), b.make)
	huma.Register(api, post("reverseBookEntry", "/books/entries/{number}/reversal", "Take an entry back by another one", "Once. An entry that follows an order is corrected in that order's ledger.", 404), b.reverse)
	huma.Register(api, post("bookPayout", "/books/payouts", "A payment provider has paid out", "What came to the bank, and the fee, leave the provider's clearing account. Once for each provider and reference."), b.payout)
	closing := post("closeBookPeriod", "/books/periods/{period}/close", "Close a period", "For good. All earlier ones must be closed, all orders entered, and the accounts come to zero.")
	closing.DefaultStatus = noContent
	huma.Register(api, closing, b.close)
	setRate := post("setBookRate", "/books/rates", "Store the exchange rate of a day", "It holds for entries that are made from now on, of that day and later, until the next one.")
	setRate.DefaultStatus = noContent
	huma.Register(api, setRate, b.setRate)
}

type bookLine struct {
	Account string `json:"account" example:"bank" maxLength:"100"`
	Amount  int64  `json:"amount" doc:"In minor units; debits are positive, credits negative"`
}

type makeEntryInput struct {
	Body struct {
		Key      string     `json:"key" doc:"Such as the number of the document: an entry of a key is made once"`
		Text     string     `json:"text" doc:"What it is"`
		Reason   string     `json:"reason" doc:"Why it is made. It is kept with the name of who makes it"`
		Day      string     `json:"day" example:"2026-11-30" doc:"Of the document"`
		Currency string     `json:"currency" example:"USD"`
		Lines    []bookLine `json:"lines"`
	}
}

func (b Books) make(ctx context.Context, in *makeEntryInput) (*entryOutput, error) {
	m := books.Manual{
		Key: in.Body.Key, Text: in.Body.Text, Reason: in.Body.Reason, Author: Who(ctx), Dated: books.Day(in.Body.Day), Currency: money.Currency(in.Body.Currency),
	}
	for _, l := range in.Body.Lines {
		m.Lines = append(m.Lines, books.Line{Account: books.Account(l.Account), Amount: l.Amount})
	}
	e, err := b.Keeper.Record(ctx, m)
	return &entryOutput{e}, err
}

func (b Books) reverse(ctx context.Context, in *struct {
	Number int64 `path:"number" minimum:"1"`
	Body   struct {
		Reason string `json:"reason" doc:"Why it is taken back"`
	}
}) (*entryOutput, error) {
	e, err := b.Keeper.Reverse(ctx, in.Number, Who(ctx), in.Body.Reason)
	return &entryOutput{e}, err
}

func (b Books) payout(ctx context.Context, in *struct {
	Body struct {
		Provider  string `json:"provider" maxLength:"40" example:"payments-us"`
		Reference string `json:"reference" maxLength:"40" doc:"The provider's name for the payout"`
		Amount    int64  `json:"amount" minimum:"0" doc:"What came to the bank, in minor units"`
		Fee       int64  `json:"fee" minimum:"0" doc:"What the provider kept"`
		Currency  string `json:"currency" example:"USD"`
		Day       string `json:"day" example:"2026-11-30"`
	}
}) (*entryOutput, error) {
	p := in.Body
	e, err := b.Keeper.Record(ctx, books.Payout{
		Provider: p.Provider, Reference: p.Reference, Amount: p.Amount, Fee: p.Fee, Currency: money.Currency(p.Currency), Dated: books.Day(p.Day), Author: Who(ctx),
	}.Manual())
	return &entryOutput{e}, err
}

func (b Books) close(ctx context.Context, in *struct {
	Period string `path:"period" maxLength:"7"`
}) (*struct{}, error) {
	p, ok := books.ParsePeriod(in.Period)
	if !ok {
		return nil, fault.InvalidField("period", "must be a month such as 2026-11")
	}
	return nil, b.Keeper.Close(ctx, p, Who(ctx))
}

func (b Books) setRate(ctx context.Context, in *struct{ Body rate }) (*struct{}, error) {
	r := in.Body
	day, isDay := books.ParseDay(r.Day)
	_, err := money.ParseRate(r.Rate)
	switch {
	case !money.Currency(r.Currency).Known():
		return nil, fault.InvalidField("currency", "is not a currency that the shop knows")
	case !isDay:
		return nil, fault.InvalidField("day", "must be a day such as 2026-11-30")
	case err != nil:
		return nil, fault.InvalidField("rate", "must be how many of the currency one of the company's is, such as 17.3925")
	}
	return nil, b.Store.SetBookRate(ctx, database.BookRate{
		Rate: books.Rate{Currency: money.Currency(r.Currency), Day: day, Rate: r.Rate, Source: r.Source}, Author: Who(ctx),
	})
}

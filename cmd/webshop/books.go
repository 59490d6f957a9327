package main

import (
	"context"
	"net/url"
	"os"
)

type booksCommand struct {
	privateFlags `embed:""`

	Print  booksPrintCommand  `cmd:"" help:"Print a report as CSV: balances, taxes, entries or documents."`
	Close  booksCloseCommand  `cmd:"" help:"Close a month, for good."`
	Rate   booksRateCommand   `cmd:"" help:"Store the exchange rate of a day."`
	Payout booksPayoutCommand `cmd:"" help:"A payment provider has paid out."`

	Open      booksOpenCommand      `cmd:"" help:"Print the invoices that are not paid, as CSV."`
	Pay       booksPayCommand       `cmd:"" help:"An invoice was paid at the bank."`
	Statement booksStatementCommand `cmd:"" help:"Enter what a bank statement says was paid for invoices."`
}

// Help is shown by webshop books -h.
func (booksCommand) Help() string {
	return `The books are the journal, accounts and documents that an accountant works with. They follow what happens to orders by
themselves; months are closed by hand.`
}

type booksPrintCommand struct {
	Report string `arg:"" enum:"balances,taxes,entries,documents" help:"balances, taxes, entries or documents."`
	Period string `help:"A month, such as 2026-11." placeholder:"MONTH"`
	From   string `help:"The first day, in place of a month." placeholder:"DAY"`
	Until  string `help:"The last day, in place of a month." placeholder:"DAY"`
}

func (c booksPrintCommand) Run(ctx context.Context, all *commands) error {
	q := url.Values{}
	for name, value := range map[string]string{"period": c.Period, "from": c.From, "until": c.Until} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return all.Books.client().Report(ctx, c.Report, q)
}

type booksCloseCommand struct {
	Period string `arg:"" help:"The month, such as 2026-11."`
}

func (c booksCloseCommand) Run(ctx context.Context, all *commands) error {
	return all.Books.client().ClosePeriod(ctx, c.Period)
}

type booksRateCommand struct {
	Currency string `arg:"" help:"The currency, such as MXN."`
	Rate     string `arg:"" help:"How many of it one of the company's currency is, such as 17.3925."`
	Day      string `required:"" help:"From this day on, such as 2026-11-30." placeholder:"DAY"`
	Source   string `required:"" help:"Who says so."`
}

func (c booksRateCommand) Run(ctx context.Context, all *commands) error {
	return all.Books.client().SetRate(ctx, c.Currency, c.Day, c.Rate, c.Source)
}

type booksPayoutCommand struct {
	Provider  string `arg:"" help:"The provider, such as payments-us."`
	Reference string `arg:"" help:"Its name for the payout; it is entered once."`
	Amount    int64  `required:"" help:"What came to the bank, in minor units: 14535 is 145.35."`
	Fee       int64  `help:"What the provider kept, in minor units." default:"0"`
	Currency  string `required:"" help:"The currency, such as USD."`
	Day       string `required:"" help:"When it came, such as 2026-11-30." placeholder:"DAY"`
}

func (c booksPayoutCommand) Run(ctx context.Context, all *commands) error {
	return all.Books.client().Payout(ctx, map[string]any{
		"provider": c.Provider, "reference": c.Reference, "amount": c.Amount, "fee": c.Fee, "currency": c.Currency, "day": c.Day,
	})
}

type booksOpenCommand struct{}

func (booksOpenCommand) Run(ctx context.Context, all *commands) error {
	return all.Books.client().OpenInvoices(ctx)
}

type booksPayCommand struct {
	Number    string `arg:"" help:"The invoice, such as US-2026-000001."`
	Amount    int64  `required:"" help:"What was paid, in minor units: 40000 is 400.00."`
	Day       string `required:"" help:"When it came to the bank, such as 2026-11-30." placeholder:"DAY"`
	Reference string `required:"" help:"The bank's name for the receipt, or one of your own; it is entered once."`
}

func (c booksPayCommand) Run(ctx context.Context, all *commands) error {
	return all.Books.client().Pay(ctx, map[string]any{"number": c.Number, "amount": c.Amount, "day": c.Day, "reference": c.Reference})
}

type booksStatementCommand struct {
	File string `arg:"" type:"existingfile" help:"CAMT.053 or CSV."`
}

func (c booksStatementCommand) Run(ctx context.Context, all *commands) error {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return all.Books.client().Statement(ctx, file)
}

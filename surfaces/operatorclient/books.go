package operatorclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/surfaces/ops"
)

// statementTime bounds how long a bank statement takes. Sent again, it goes on.
const statementTime = 2 * time.Minute

// Report prints a report of the books as a table for a spreadsheet.
func (c Client) Report(ctx context.Context, name string, q url.Values) error {
	q.Set("as", "csv")
	return c.call(ctx, http.MethodGet, "/books/"+name+"?"+q.Encode(), nil, c.Out)
}

// ClosePeriod closes a month of the books.
func (c Client) ClosePeriod(ctx context.Context, period string) error {
	if err := c.call(ctx, http.MethodPost, "/books/periods/"+url.PathEscape(period)+"/close", struct{}{}, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "%s is closed.\n", period)
	return err
}

// SetRate stores an exchange rate.
func (c Client) SetRate(ctx context.Context, currency, day, rate, source string) error {
	if err := c.call(ctx, http.MethodPost, "/books/rates", map[string]string{"currency": currency, "day": day, "rate": rate, "source": source}, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "%s %s from %s on, by %s.\n", rate, currency, day, source)
	return err
}

// Payout enters what a payment provider has paid out.
func (c Client) Payout(ctx context.Context, payout map[string]any) error {
	var got struct{ Number int64 }
	if err := c.call(ctx, http.MethodPost, "/books/payouts", payout, &got); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "It is entry %d.\n", got.Number)
	return err
}

// Pay enters that an invoice was paid at the bank.
func (c Client) Pay(ctx context.Context, payment map[string]any) error {
	var got ops.OpenInvoice
	if err := c.call(ctx, http.MethodPost, "/books/payments", payment, &got); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "%s is open of %s.\n", inUnits(got.Open, got.Currency), got.Number)
	return err
}

// OpenInvoices prints the invoices that are not paid, as a table for a spreadsheet.
func (c Client) OpenInvoices(ctx context.Context) error { return c.Report(ctx, "open", url.Values{}) }

// Statement sends a bank statement, and prints what was entered and what is left for a person.
func (c Client) Statement(ctx context.Context, file []byte) error {
	ctx, cancel := context.WithTimeout(ctx, statementTime)
	defer cancel()
	var got ops.BookedStatement
	if err := c.send(ctx, http.MethodPost, ops.BooksStatementPath, file, &got); err != nil {
		return err
	}
	for _, r := range got.Booked {
		fmt.Fprintf(c.Out, "%s was paid on %s: %d, in minor units (%s).\n", r.Invoice, r.Day, r.Amount, r.Reference)
	}
	for _, r := range got.Left {
		fmt.Fprintf(c.Out, "Left: %s of %s, %q: %s (%s).\n", inUnits(r.Amount, r.Currency), r.Day, r.Text, r.Detail, r.Reference)
	}
	_, err := fmt.Fprintf(c.Out, "Entered now: %d. Entered before: %d. Left for a person: %d.\n", len(got.Booked), got.Before, len(got.Left))
	return err
}

func inUnits(minor int64, currency string) money.Amount {
	return money.Amount{Minor: minor, Currency: money.Currency(currency)}
}

package operatorclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

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

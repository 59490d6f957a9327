package operatorclient

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"acme.example/webshop/money"
)

// refund is a refund as the shop answers it.
type refund struct {
	OrderID, Amount         int64
	Number                  int
	Currency                money.Currency
	State, Waits, Reference string
}

// Refund gives money of an order back. The amount is a decimal number in the order's currency.
func (c Client) Refund(ctx context.Context, id int64, amount, reason string) error {
	var o struct{ Currency money.Currency }
	if err := c.get(ctx, fmt.Sprintf("/console/api/orders/%d", id), &o); err != nil {
		return err
	}
	minor, err := minorOf(amount, o.Currency)
	if err != nil {
		return err
	}
	var got refund
	wish := map[string]any{"orderId": id, "amount": minor, "currency": o.Currency, "reason": reason, "key": rand.Text()}
	if err := c.call(ctx, http.MethodPost, "/refundOrder", wish, &got); err != nil {
		return err
	}
	return c.asked(got)
}

// ApproveRefund approves a refund that another operator has asked for.
func (c Client) ApproveRefund(ctx context.Context, id int64, number int) error {
	var got refund
	if err := c.call(ctx, http.MethodPost, "/approveRefund", map[string]any{"orderId": id, "number": number}, &got); err != nil {
		return err
	}
	return c.asked(got)
}

// RefuseRefund refuses a refund that waits for a second operator, or withdraws one's own.
func (c Client) RefuseRefund(ctx context.Context, id int64, number int, reason string) error {
	var got refund
	if err := c.call(ctx, http.MethodPost, "/refuseRefund", map[string]any{"orderId": id, "number": number, "reason": reason}, &got); err != nil {
		return err
	}
	return c.asked(got)
}

// asked prints a refund.
func (c Client) asked(r refund) error {
	text := r.State
	switch {
	case r.Waits != "":
		text = r.Waits
	case r.Reference != "":
		text += " as " + r.Reference
	}
	_, err := fmt.Fprintf(c.Out, "Refund %d of order %d, %s: %s.\n", r.Number, r.OrderID, money.Amount{Minor: r.Amount, Currency: r.Currency}, text)
	return err
}

// minorOf reads a decimal number as minor units of a currency.
func minorOf(amount string, currency money.Currency) (int64, error) {
	whole, part, _ := strings.Cut(amount, ".")
	digits := currency.Digits()
	minor, err := strconv.ParseUint(whole+part+strings.Repeat("0", max(digits-len(part), 0)), 10, 63)
	if err != nil || whole == "" || len(part) > digits {
		return 0, fmt.Errorf("%q is no amount in %s: write it with at most %d decimals, as in 12%s", amount, currency, digits, map[bool]string{true: ".50"}[digits == 2])
	}
	return int64(minor), nil
}

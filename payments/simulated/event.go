package simulated

import (
	"context"
	"encoding/json"
	"net/http"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// The types of webhooks that the shop follows.
const (
	updated  = "payment.updated"
	disputed = "payment.disputed"
)

// said is a webhook's message (Standard Webhooks, "payload structure").
type said struct {
	Type string `json:"type"`
	Data struct {
		Key       string `json:"key"`       // of the payment
		Reference string `json:"reference"` // of a dispute: the provider's own, as what follows
		Amount    int64  `json:"amount"`    // minor units
		Currency  string `json:"currency"`
		Reason    string `json:"reason"`
		State     string `json:"state"`
	} `json:"data"`
}

// Event reads a webhook that the provider has signed with its secret (Standard Webhooks). There are none for test orders.
func (p Provider) Event(_ context.Context, header http.Header, body []byte) (payments.Notice, error) {
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		if len(header.Values(name)) > 1 { // which of the two is checked, differs from reader to reader
			return payments.Notice{}, fault.New(fault.Unauthorized, "the header %s is there more than once", name)
		}
	}
	if p.Webhook == nil {
		return payments.Notice{}, fault.New(fault.Unauthorized, "this provider signs no webhooks")
	}
	if err := p.Webhook.Verify(body, header); err != nil {
		return payments.Notice{}, err
	}
	var what said
	if err := json.Unmarshal(body, &what); err != nil {
		return payments.Notice{}, fault.Wrap(err, fault.Malformed, "the body is not as agreed")
	}
	if err := fault.DistinctNames(body); err != nil {
		return payments.Notice{}, fault.Wrap(err, fault.Malformed, "the body names something twice")
	}
	return what.notice()
}

func (s said) notice() (payments.Notice, error) {
	switch {
	case s.Type != updated && s.Type != disputed:
		return payments.Notice{}, nil
	case s.Data.Key == "":
		return payments.Notice{}, fault.InvalidField("data.key", "must be the key of a payment")
	case s.Type == updated:
		return payments.Notice{Key: s.Data.Key}, nil
	}
	d := payments.Dispute{
		Reference: s.Data.Reference, Reason: s.Data.Reason, State: s.Data.State,
		Amount: money.Amount{Minor: s.Data.Amount, Currency: money.Currency(s.Data.Currency)},
	}
	known := d.State == payments.DisputeOpen || d.State == payments.DisputeWon || d.State == payments.DisputeLost
	switch {
	case d.Reference == "":
		return payments.Notice{}, fault.InvalidField("data.reference", "must be the number of the dispute")
	case !known:
		return payments.Notice{}, fault.InvalidField("data.state", "must be open, won or lost")
	case d.Amount.Minor <= 0 || !d.Amount.Currency.Known():
		return payments.Notice{}, fault.InvalidField("data.amount", "must be over 0, in a known currency")
	}
	return payments.Notice{Key: s.Data.Key, Dispute: &d}, nil
}

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

// message is the body of a webhook (Standard Webhooks, "payload structure").
type message struct {
	Type string `json:"type"`
	Data struct {
		Key       string `json:"key"`       // of the payment
		Reference string `json:"reference"` // of a dispute: as the fields below
		Amount    int64  `json:"amount"`    // minor units
		Currency  string `json:"currency"`
		Reason    string `json:"reason"`
		State     string `json:"state"`
	} `json:"data"`
}

// Event verifies and reads a webhook (Standard Webhooks). Test orders have none.
func (p Provider) Event(_ context.Context, header http.Header, body []byte) (payments.Notice, error) {
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		if len(header.Values(name)) > 1 { // readers differ in which of the two they take
			return payments.Notice{}, fault.New(fault.Unauthorized, "the header %s is there more than once", name)
		}
	}
	if p.Webhook == nil {
		return payments.Notice{}, fault.New(fault.Unauthorized, "this provider signs no webhooks")
	}
	if err := p.Webhook.Verify(body, header); err != nil {
		return payments.Notice{}, err
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return payments.Notice{}, fault.Wrap(err, fault.Malformed, "the body is not as agreed")
	}
	if err := fault.DistinctNames(body); err != nil {
		return payments.Notice{}, fault.Wrap(err, fault.Malformed, "the body names something twice")
	}
	return m.notice()
}

func (m message) notice() (payments.Notice, error) {
	switch {
	case m.Type != updated && m.Type != disputed:
		return payments.Notice{}, nil
	case m.Data.Key == "":
		return payments.Notice{}, fault.InvalidField("data.key", "must be the key of a payment")
	case m.Type == updated:
		return payments.Notice{Key: m.Data.Key}, nil
	}
	d := payments.Dispute{
		Reference: m.Data.Reference, Reason: m.Data.Reason, State: m.Data.State,
		Amount: money.Amount{Minor: m.Data.Amount, Currency: money.Currency(m.Data.Currency)},
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
	return payments.Notice{Key: m.Data.Key, Dispute: &d}, nil
}

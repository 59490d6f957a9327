// Package later is what the services have in common whose partner may answer later: to read its signed callback
// (Callback), and to ask it again about what is late (Reminder). It knows no service and no partner.
package later

import (
	"encoding/json"
	"net/http"

	"acme.example/webshop/fault"
)

// Verifier checks that a callback is from the partner and recent (Standard Webhooks). One that comes again must be no
// harm to who reads it: a sender rightly repeats what it got no answer to.
type Verifier interface {
	Verify(payload []byte, headers http.Header) error
}

// Callback is the request by which a partner answers later.
type Callback struct {
	ID        string `header:"webhook-id" required:"true"`
	Timestamp string `header:"webhook-timestamp" required:"true"`
	Signature string `header:"webhook-signature" required:"true"`
	RawBody   []byte
}

// said is the partner's message (Standard Webhooks, "payload structure").
type said struct {
	Type string `json:"type"`
	Data struct {
		OrderID int64 `json:"orderId"`
	} `json:"data"`
}

// Read returns what the partner says, and of which order. A callback that is not signed is fault.Unauthorized, one that
// is about no order fault.Malformed or fault.Invalid.
func (c *Callback) Read(v Verifier) (what string, orderID int64, err error) {
	headers := http.Header{}
	headers.Set("webhook-id", c.ID)
	headers.Set("webhook-timestamp", c.Timestamp)
	headers.Set("webhook-signature", c.Signature)
	if err := v.Verify(c.RawBody, headers); err != nil {
		return "", 0, err
	}
	var s said
	if err := json.Unmarshal(c.RawBody, &s); err != nil {
		return "", 0, fault.Wrap(err, fault.Malformed, "the body is not JSON")
	}
	if s.Data.OrderID <= 0 {
		return "", 0, fault.InvalidField("data.orderId", "must be the number of an order")
	}
	return s.Type, s.Data.OrderID, nil
}

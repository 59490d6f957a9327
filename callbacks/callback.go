// Package callbacks is for services whose partner may answer later: it reads the partner's signed callbacks (Callback),
// and polls it about late orders (Reminder). It knows no service and no partner.
package callbacks

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
)

// Verifier checks that a callback is from the partner and recent (Standard Webhooks). A sender rightly repeats a callback
// that was not answered, so readers must tolerate repetitions.
type Verifier interface {
	Verify(payload []byte, headers http.Header) error
}

// Callback is the request of a partner that answers later.
type Callback struct {
	ID        string `header:"webhook-id" required:"true"`
	Timestamp string `header:"webhook-timestamp" required:"true"`
	Signature string `header:"webhook-signature" required:"true"`
	RawBody   []byte
}

// Resolve refuses a callback that has one of these headers twice, since readers differ in which of the two they check or
// read.
func (c *Callback) Resolve(ctx huma.Context) (wrong []error) {
	times := map[string]int{}
	ctx.EachHeader(func(name, _ string) { times[strings.ToLower(name)]++ })
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		if times[name] > 1 {
			wrong = append(wrong, &huma.ErrorDetail{Location: "header." + name, Message: "is there more than once"})
		}
	}
	return wrong
}

// Said is the partner's message (Standard Webhooks, "payload structure").
type Said struct {
	Type string `json:"type"`
	Data struct {
		OrderID int64  `json:"orderId"`
		Key     string `json:"key"` // idempotency key of the request; a partner may omit it
	} `json:"data"`
}

// Answers checks that the message answers the request with a key. A message about another order with the same number, of
// another shop or lost by a restore, is fault.NotFound. Without a key, the number must suffice.
func (s Said) Answers(key string) error {
	if s.Data.Key != "" && s.Data.Key != key {
		return fault.New(fault.NotFound, "nothing was asked for under the key %q", s.Data.Key)
	}
	return nil
}

// Read returns the partner's message about an order. A callback without a valid signature is fault.Unauthorized; one that names no
// order is fault.Malformed or fault.Invalid.
func (c *Callback) Read(v Verifier) (Said, error) {
	said, err := c.Open(v)
	if err == nil && said.Data.OrderID <= 0 {
		return Said{}, fault.InvalidField("data.orderId", "must be the number of an order")
	}
	return said, err
}

// Open returns the partner's message, which may name no order. A callback without a valid signature is fault.Unauthorized; one that is no
// message is fault.Malformed.
func (c *Callback) Open(v Verifier) (said Said, err error) {
	headers := http.Header{}
	headers.Set("webhook-id", c.ID)
	headers.Set("webhook-timestamp", c.Timestamp)
	headers.Set("webhook-signature", c.Signature)
	if err := v.Verify(c.RawBody, headers); err != nil {
		return Said{}, err
	}
	if err := json.Unmarshal(c.RawBody, &said); err != nil {
		return Said{}, fault.Wrap(err, fault.Malformed, "the body is not JSON")
	}
	if err := fault.DistinctNames(c.RawBody); err != nil {
		return Said{}, fault.Wrap(err, fault.Malformed, "the body names something twice")
	}
	return said, nil
}

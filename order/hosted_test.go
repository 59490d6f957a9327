package order_test

import (
	"context"
	"net/http"
	"sync"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

// hosted is a payment provider with pages: its payments wait for their customers.
type hosted struct {
	now func() time.Time

	mu      sync.Mutex
	bills   map[string]*bill // by key
	refunds map[string]payments.Refund
	away    bool
	onBegin func(key string) // before the answer
	onFind  func(*payments.Outcome)
	closes  bool                 // it can close its pages
	refuses payments.RefundState // what it says of refunds; "": done
}

type bill struct {
	payments.Request
	payments.Outcome
	back int64
}

func (*hosted) Ready(bool) error { return nil }

func (h *hosted) Begin(_ context.Context, r payments.Request) (payments.Outcome, error) {
	h.mu.Lock()
	b, known := h.bills[r.Key]
	if h.away {
		h.mu.Unlock()
		return payments.Outcome{}, errNotSent
	}
	if !known {
		b = &bill{Request: r, Outcome: payments.Outcome{State: payments.ActionRequired, Reference: "pay_" + r.Key, Amount: r.Amount, Until: r.Until}}
		b.Action.URL = "https://pay.example/" + r.Key
		h.bills[r.Key] = b
	}
	out := b.Outcome
	h.mu.Unlock()
	if h.onBegin != nil {
		h.onBegin(r.Key)
	}
	return out, nil
}

func (h *hosted) Find(_ context.Context, r payments.Request) (payments.Outcome, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	b, known := h.bills[r.Key]
	if !known {
		return payments.Outcome{}, errUnknown
	}
	if b.State == payments.ActionRequired && (h.now().After(b.Outcome.Until) || r.Over && h.closes) {
		b.State = payments.Expired
	}
	out := b.Outcome
	if h.onFind != nil {
		h.onFind(&out)
	}
	return out, nil
}

func (h *hosted) Refund(_ context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuses != "" {
		return payments.RefundOutcome{State: h.refuses, Reference: "re_" + r.Key}, nil
	}
	b := h.bills[r.PaymentKey]
	if _, known := h.refunds[r.Key]; !known {
		if b == nil || b.State != payments.Paid || b.back+r.Amount.Minor > b.Request.Amount.Minor {
			return payments.RefundOutcome{}, fault.New(fault.Conflict, "there is not so much left of %s", r.PaymentKey)
		}
		h.refunds[r.Key], b.back = r, b.back+r.Amount.Minor
	}
	return payments.RefundOutcome{State: payments.RefundDone, Reference: "re_" + r.Key}, nil
}

func (*hosted) Event(_ context.Context, header http.Header, body []byte) (payments.Notice, error) {
	if header.Get("Signature") != "ours" {
		return payments.Notice{}, fault.New(fault.Unauthorized, "this is not signed by the provider")
	}
	if string(body) == "a payout" {
		return payments.Notice{}, nil
	}
	return payments.Notice{Key: string(body)}, nil
}

// turns sets the state of a payment at the provider.
func (h *hosted) turns(key string, to payments.State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bills[key].State = to
}

// kept is what the provider has taken and not given back.
func (h *hosted) kept() (sum int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, b := range h.bills {
		if b.State == payments.Paid {
			sum += b.Request.Amount.Minor - b.back
		}
	}
	return sum
}

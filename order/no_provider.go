package order

import (
	"context"
	"net/http"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
)

var errNotConnected = fault.New(fault.Unavailable, "this payment provider is not connected")

// noProvider stands for a provider that this process has no connection to: its payments stay in doubt.
type noProvider struct{}

func (noProvider) Ready(bool) error { return errNotConnected }

func (noProvider) Begin(context.Context, payments.Request) (payments.Outcome, error) {
	return payments.Outcome{}, errNotConnected
}

func (noProvider) Find(context.Context, payments.Request) (payments.Outcome, error) {
	return payments.Outcome{}, errNotConnected
}

func (noProvider) Refund(context.Context, payments.Refund) (payments.RefundOutcome, error) {
	return payments.RefundOutcome{}, errNotConnected
}

func (noProvider) Event(context.Context, http.Header, []byte) (payments.Notice, error) {
	return payments.Notice{}, errNotConnected
}

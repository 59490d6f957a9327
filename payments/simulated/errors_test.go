package simulated_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/fault"
)

// calls are all calls of a provider.
func calls(p simulated.Provider) map[string]func(context.Context) (payments.State, error) {
	return map[string]func(context.Context) (payments.State, error){
		"Begin": func(ctx context.Context) (payments.State, error) {
			got, err := p.Begin(ctx, thePayment)
			return got.State, err
		},
		"Find": func(ctx context.Context) (payments.State, error) {
			got, err := p.Find(ctx, thePayment)
			return got.State, err
		},
		"Refund": func(ctx context.Context) (payments.State, error) {
			_, err := p.Refund(ctx, payments.Refund{Key: "refund:7", PaymentKey: thePayment.Key, Amount: usd})
			return "", err
		},
	}
}

// TestWhatAStatusMeans: only the provider's own answer decides; what a gateway says leaves it open.
func TestWhatAStatusMeans(t *testing.T) {
	const problem, html = "application/problem+json", "text/html"
	for _, c := range []struct {
		status              int
		contentType         string
		begin, find, refund fault.Code
	}{
		{402, problem, "", fault.Declined, fault.Conflict}, {404, problem, fault.NotFound, fault.NotFound, fault.Conflict},
		{404, html, fault.Unavailable, fault.Unavailable, fault.Unavailable}, {409, problem, fault.InProgress, fault.InProgress, fault.InProgress},
		{422, problem, "", fault.Conflict, fault.Conflict}, {400, problem, "", fault.Invalid, fault.Conflict}, {405, html, fault.Invalid, fault.Invalid, fault.Conflict},
		{301, html, fault.Unavailable, fault.Unavailable, fault.Unavailable}, {401, problem, fault.Unavailable, fault.Unavailable, fault.Unavailable},
		{429, problem, fault.Unavailable, fault.Unavailable, fault.Unavailable}, {503, problem, fault.Unavailable, fault.Unavailable, fault.Unavailable},
	} {
		provider := served(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.contentType)
			w.WriteHeader(c.status)
			fmt.Fprint(w, `{"detail":"no room left"}`)
		})
		for name, want := range map[string]fault.Code{"Begin": c.begin, "Find": c.find, "Refund": c.refund} {
			state, err := calls(provider)[name](t.Context())
			wantCode(t, fmt.Sprintf("%s after %d %s", name, c.status, c.contentType), err, want)
			if want == "" && state != payments.Failed {
				t.Errorf("%s after %d: the payment is %s", name, c.status, state)
			}
			if err != nil && strings.Contains(fault.ProblemOf(err).Detail, "room") {
				t.Errorf("%s after %d says to customers: %s", name, c.status, fault.ProblemOf(err).Detail)
			}
		}
	}
}

// TestAnUnclearAnswerLeavesItOpen: what is not as agreed is neither a payment nor a decline.
func TestAnUnclearAnswerLeavesItOpen(t *testing.T) {
	const terms = `"request":{"orderId":7,"amount":15000,"currency":"USD"}`
	for what, body := range map[string]string{
		"empty": ``, "not JSON": `<h1>Welcome</h1>`, "an empty object": `{}`, "null": `null`, "of a wrong type": `{"reference":5}`,
		"cut": `{"reference":"r","status":"succ`, "paid without a reference": `{"status":"succeeded",` + terms + `}`,
		"over 64 KiB": `{"reference":"` + strings.Repeat("r", 64<<10) + `","status":"succeeded",` + terms + `}`,
	} {
		provider := served(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		for name, call := range calls(provider) {
			_, err := call(t.Context())
			wantCode(t, name+" with an answer that is "+what, err, fault.Unavailable)
		}
	}
	for what, body := range map[string]string{
		"of an unknown status": `{"reference":"r","status":"perhaps",` + terms + `}`,
		"nothing to do":        `{"reference":"r","status":"action-required",` + terms + `}`,
		"a script":             `{"reference":"r","status":"action-required","url":"javascript:alert(1)",` + terms + `}`,
		"a file":               `{"reference":"r","status":"action-required","url":"/etc/passwd",` + terms + `}`,
		"a user":               `{"reference":"r","status":"action-required","url":"https://shop.test@evil.test/",` + terms + `}`,
		"a voucher's script":   `{"reference":"r","status":"action-required","voucher":{"number":"1","url":"javascript:alert(1)"},` + terms + `}`,
		"no number":            `{"reference":"r","status":"action-required","voucher":{"url":"https://shop.test/"},` + terms + `}`,
		"open, no reference":   `{"status":"action-required","url":"https://shop.test/",` + terms + `}`,
	} {
		provider := served(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		for _, name := range []string{"Begin", "Find"} {
			state, err := calls(provider)[name](t.Context())
			wantCode(t, name+" with "+what, err, fault.Unavailable)
			if state != "" {
				t.Errorf("%s with %s is %s", name, what, state)
			}
		}
	}
}

// TestWhatARefundIs: done, unless the provider says that it is not.
func TestWhatARefundIs(t *testing.T) {
	for status, want := range map[string]payments.RefundState{
		"succeeded": payments.RefundDone, "": payments.RefundDone, "pending": payments.RefundPending, "failed": payments.RefundFailed,
	} {
		provider := served(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"reference":"r","status":%q}`, status) })
		got, err := provider.Refund(t.Context(), payments.Refund{Key: "refund:7", PaymentKey: thePayment.Key, Amount: usd})
		if err != nil || got != (payments.RefundOutcome{State: want, Reference: "r"}) {
			t.Errorf("%q = %+v, %v; want %s", status, got, err, want)
		}
	}
}

package simulated_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// signed are the headers of a webhook that was signed at a time.
func signed(t *testing.T, secret []byte, body string, at time.Time) http.Header {
	t.Helper()
	signer, err := standardwebhooks.NewWebhookRaw(secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign("msg_1", at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	header.Set("webhook-id", "msg_1")
	header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("webhook-signature", signature)
	return header
}

// verified is a provider that signs its webhooks with the secret.
func verified(t *testing.T) simulated.Provider {
	t.Helper()
	webhook, err := partner.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	return simulated.Provider{Webhook: webhook}
}

func TestWhatAWebhookSays(t *testing.T) {
	dispute := payments.Dispute{Reference: "d_1", Amount: money.Amount{Minor: 15000, Currency: "USD"}, Reason: "fraudulent", State: "open"}
	for body, want := range map[string]payments.Notice{
		`{"type":"payment.updated","data":{"orderId":7,"key":"charge:7"}}`: {Key: "charge:7"},
		`{"type":"payment.updated","data":{"key":"charge:7","new":[1]}}`:   {Key: "charge:7"},
		`{"type":"payment.disputed","data":{"orderId":7,"key":"charge:7","reference":"d_1","amount":15000,"currency":"USD","reason":"fraudulent","state":"open"}}`: {
			Key: "charge:7", Dispute: &dispute,
		},
		`{"type":"payout.made","data":{}}`: {},
		`{}`:                               {},
	} {
		got, err := verified(t).Event(t.Context(), signed(t, secret, body, time.Now()), []byte(body))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", body, err, diff)
		}
	}
}

func TestAWebhookThatCannotBeReadIsRefused(t *testing.T) {
	const disputed = `{"type":"payment.disputed","data":{"key":"charge:7",`
	for body, want := range map[string]fault.Code{
		``:                           fault.Malformed,
		`{"type":"payment.updated"`:  fault.Malformed,
		`{"type":5}`:                 fault.Malformed,
		`{"type":"payment.updated"}`: fault.Invalid,
		`{"type":"payment.updated","data":{"key":"charge:7","KEY":"charge:8"}}`:          fault.Malformed,
		disputed + `"amount":1,"currency":"USD","state":"open"}}`:                        fault.Invalid,
		disputed + `"reference":"d","amount":1,"currency":"USD","state":"perhaps"}}`:     fault.Invalid,
		disputed + `"reference":"d","amount":0,"currency":"USD","state":"open"}}`:        fault.Invalid,
		disputed + `"reference":"d","amount":1,"currency":"shells","state":"open"}}`:     fault.Invalid,
		disputed + `"reference":"d","amount":"much","currency":"USD","state":"open"}}`:   fault.Malformed,
		disputed + `"reference":"d","amount":1e30,"currency":"USD","state":"open"}}`:     fault.Malformed,
		disputed + `"reference":"d","amount":-15000,"currency":"USD","state":"open"}}`:   fault.Invalid,
		`{"type":"payment.updated","data":{"key":""}}`:                                   fault.Invalid,
		`{"type":"payment.updated","type":"payment.disputed","data":{"key":"charge:7"}}`: fault.Malformed,
	} {
		_, err := verified(t).Event(t.Context(), signed(t, secret, body, time.Now()), []byte(body))
		wantCode(t, body, err, want)
	}
}

func TestAWebhookWithASignatureTwiceIsRefused(t *testing.T) {
	const body = `{"type":"payment.updated","data":{"key":"charge:7"}}`
	header := signed(t, secret, body, time.Now())
	header.Add("webhook-signature", "v1,AAAA")
	_, err := verified(t).Event(t.Context(), header, []byte(body))
	wantCode(t, "Event", err, fault.Unauthorized)
	_, err = simulated.Provider{}.Event(t.Context(), signed(t, secret, body, time.Now()), []byte(body))
	wantCode(t, "Event without secrets", err, fault.Unauthorized)
}

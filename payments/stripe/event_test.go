package stripe_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/payments/stripe/stripetest"
	"acme.example/webshop/platform/fault"
)

const completed = `{"id":"evt_1","object":"event","api_version":"2026-05-27.dahlia","type":"checkout.session.completed","livemode":true,` +
	`"data":{"object":{"id":"cs_live_1","object":"checkout.session","payment_intent":"pi_1","metadata":{"payment_key":"key-1"}}}}`

// TestSignatures: old secrets and new ones are good for their own mode, for five minutes.
func TestSignatures(t *testing.T) {
	w := newWorld(t, func(c *stripe.Config) { c.LiveSecrets = []string{"whsec_new", stripetest.LiveSecret} })
	body, test := []byte(completed), []byte(strings.Replace(completed, "true", "false", 1))
	now := w.now()
	twice := stripetest.Sign(body, now, stripetest.LiveSecret)
	twice.Add("Stripe-Signature", twice.Get("Stripe-Signature"))
	for name, c := range map[string]struct {
		header http.Header
		body   []byte
		want   fault.Code
	}{
		"the old secret":           {stripetest.Sign(body, now, stripetest.LiveSecret), body, ""},
		"the new secret":           {stripetest.Sign(body, now, "whsec_new"), body, ""},
		"both, and a third":        {stripetest.Sign(body, now, "whsec_third", "whsec_new", stripetest.LiveSecret), body, ""},
		"in test":                  {stripetest.Sign(test, now, stripetest.TestSecret), test, ""},
		"five minutes ago":         {stripetest.Sign(body, now.Add(-5*time.Minute), stripetest.LiveSecret), body, ""},
		"longer ago":               {stripetest.Sign(body, now.Add(-5*time.Minute-time.Second), stripetest.LiveSecret), body, fault.Unauthorized},
		"ahead":                    {stripetest.Sign(body, now.Add(6*time.Minute), stripetest.LiveSecret), body, fault.Unauthorized},
		"another secret":           {stripetest.Sign(body, now, "whsec_third"), body, fault.Unauthorized},
		"another body":             {stripetest.Sign(body, now, stripetest.LiveSecret), test, fault.Unauthorized},
		"none":                     {http.Header{}, body, fault.Unauthorized},
		"empty":                    {http.Header{"Stripe-Signature": {""}}, body, fault.Unauthorized},
		"two":                      {twice, body, fault.Unauthorized},
		"live event, test secret":  {stripetest.Sign(body, now, stripetest.TestSecret), body, fault.Unauthorized},
		"test event, live secret":  {stripetest.Sign(test, now, stripetest.LiveSecret), test, fault.Unauthorized},
		"without a time":           {http.Header{"Stripe-Signature": {strings.SplitN(twice.Get("Stripe-Signature"), ",", 2)[1]}}, body, fault.Unauthorized},
		"with a scheme of no kind": {http.Header{"Stripe-Signature": {strings.Replace(twice.Get("Stripe-Signature"), "v1=", "v0=", 1)}}, body, fault.Unauthorized},
	} {
		n, err := w.Event(t.Context(), c.header, c.body)
		if fault.CodeOf(err) != c.want || err == nil && n.Key != "key-1" || err != nil && n.Key != "" {
			t.Errorf("%s: %+v, %v; want %q", name, n, err, c.want)
		}
	}
	silent := newWorld(t, func(c *stripe.Config) { c.LiveSecrets, c.TestSecrets = nil, nil })
	if _, err := silent.Event(t.Context(), stripetest.Sign(body, now, ""), body); fault.CodeOf(err) != fault.Unauthorized {
		t.Errorf("without secrets: %v", err)
	}
}

func TestEventsThatCannotBeRead(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string]fault.Code{
		"":      fault.Malformed,
		"[]":    fault.Malformed,
		"{}":    fault.Invalid,
		`{"a":`: fault.Malformed,
		strings.Replace(completed, `"event"`, `"v2.core.event"`, 1):                                                 fault.Invalid,
		strings.Replace(completed, "dahlia", "clover", 1):                                                           fault.Invalid,
		strings.Replace(completed, "2026-05-27.dahlia", "2020-08-27", 1):                                            fault.Invalid,
		strings.Replace(completed, "2026-05-27", "2026-09-30", 1):                                                   "",
		strings.Replace(completed, "checkout.session.completed", "customer.created", 1):                             "",
		strings.Replace(completed, `"metadata":{"payment_key":"key-1"}`, `"metadata":7`, 1):                         fault.Malformed,
		strings.Replace(completed, `"payment_key":"key-1"`, "", 1):                                                  "",
		strings.Replace(completed, "checkout.session.completed", "charge.dispute.created", 1):                       fault.Invalid, // without an amount
		strings.Replace(completed, `true,"data":{"object":{`, `true,"data":{"object":{"payment_status":"paid",`, 1): "",
	} {
		n, err := w.Event(t.Context(), stripetest.Sign([]byte(body), w.now(), stripetest.LiveSecret), []byte(body))
		if fault.CodeOf(err) != want || err != nil && n != (payments.Notice{}) {
			t.Errorf("%s: %+v, %v; want %q", body, n, err, want)
		}
	}
}

// TestDisputes: a dispute does not have the payment's key, and Stripe is asked for it.
func TestDisputes(t *testing.T) {
	w := newWorld(t)
	r := w.paid("key-1")
	w.notices()
	w.must(w.stripe.Dispute(r.Reference, "fraudulent", 15000))
	open := payments.Dispute{Amount: money.Amount{Minor: 15000, Currency: "USD"}, Reason: "fraudulent", State: payments.DisputeOpen}
	got := w.notices()
	if len(got) == 1 && got[0].Dispute != nil {
		open.Reference = got[0].Dispute.Reference
	}
	if diff := cmp.Diff([]payments.Notice{{Key: "key-1", Dispute: &open}}, got); diff != "" || open.Reference == "" {
		t.Error(diff)
	}
	for won, want := range map[bool]string{true: payments.DisputeWon, false: payments.DisputeLost} {
		w.must(w.stripe.CloseDispute(r.Reference, won))
		if got := w.notices(); len(got) != 1 || got[0].Dispute == nil || got[0].Dispute.State != want {
			t.Errorf("closed: %+v", got)
		}
	}
}

// TestWhatIsDoneByHand at Stripe is noticed by the payment's key as well; what is of another payment is not followed.
func TestWhatIsDoneByHand(t *testing.T) {
	w := newWorld(t)
	r := w.paid("key-1")
	intent := w.stripe.Payment(r.Reference)
	for id, want := range map[string]payments.Notice{intent: {Key: "key-1"}, "": {}} {
		body := []byte(`{"object":"event","api_version":"2026-05-27.dahlia","type":"refund.updated","livemode":true,` +
			`"data":{"object":{"id":"re_1","object":"refund","metadata":{},"payment_intent":"` + id + `"}}}`)
		got, err := w.Event(t.Context(), stripetest.Sign(body, w.now(), stripetest.LiveSecret), body)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("payment %q: %v\n%s", id, err, diff)
		}
	}
	w.stripe.Next(stripetest.Fault{Path: "/payment_intents", Status: 500})
	body := []byte(`{"object":"event","api_version":"2026-05-27.dahlia","type":"charge.dispute.created","livemode":true,` +
		`"data":{"object":{"id":"du_1","amount":1,"currency":"usd","payment_intent":"` + intent + `"}}}`)
	if got, err := w.Event(t.Context(), stripetest.Sign(body, w.now(), stripetest.LiveSecret), body); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("Stripe does not say: %+v, %v", got, err)
	}
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(completed))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := stripe.New(stripe.Config{LiveKey: stripetest.LiveKey, LiveSecrets: []string{stripetest.LiveSecret}, BaseURL: "http://127.0.0.1:1"})
		if err != nil {
			t.Fatal(err)
		}
		n, err := p.Event(t.Context(), stripetest.Sign(body, time.Now(), stripetest.LiveSecret), body)
		if err != nil && n != (payments.Notice{}) || n.Dispute != nil && n.Key == "" {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

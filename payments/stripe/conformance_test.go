package stripe_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/paymentstest"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/payments/stripe/stripetest"
)

func TestProvider(t *testing.T) {
	paymentstest.Run(t, func(t *testing.T) paymentstest.Fixture { return newFixture(t) })
}

// fixture is the adapter with the stand-in behind it. Only the stand-in's clock can be ahead.
type fixture struct {
	*stripetest.Stripe
	t        *testing.T
	provider *stripe.Provider
	later    atomic.Int64
	drop     atomic.Bool

	mu   sync.Mutex
	told map[string][]byte // the last webhook by key
}

var signers = []string{stripetest.LiveSecret, "whsec_theOneBefore", "whsec_anothers"}

func newFixture(t *testing.T) *fixture {
	f := &fixture{t: t, told: map[string][]byte{}}
	f.Stripe = &stripetest.Stripe{Now: f.Now, Send: f.take}
	server := httptest.NewServer(f.Stripe)
	t.Cleanup(server.Close)
	f.URL = server.URL
	var err error
	f.provider, err = stripe.New(stripe.Config{
		LiveKey: stripetest.LiveKey, LiveSecrets: signers[:2], BaseURL: server.URL, Transport: roundTrip(f.call),
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// call is the network to the stand-in, which may lose the answer to what changes something.
func (f *fixture) call(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && r.Method == http.MethodPost && f.drop.Swap(false) {
		return nil, io.ErrUnexpectedEOF
	}
	return answer, err
}

// take takes a webhook. One that is signed by a clock that is ahead is as good as signed now.
func (f *fixture) take(_ http.Header, body []byte) {
	n, err := f.provider.Event(f.t.Context(), stripetest.Sign(body, time.Now(), signers[0]), body)
	if err != nil {
		f.t.Errorf("the webhook: %v", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told[n.Key] = body
}

func (f *fixture) Provider() payments.Provider { return f.provider }
func (f *fixture) Now() time.Time              { return time.Now().Add(time.Duration(f.later.Load())) }
func (f *fixture) Advance(d time.Duration)     { f.later.Add(int64(d)) }
func (f *fixture) DropNextAnswer()             { f.drop.Store(true) }

func (f *fixture) Books() (b paymentstest.Books) {
	b.Begun, b.Paid, b.Refunded = f.Totals()
	return b
}

// press presses a button of the page, and expects a status and where the browser is sent.
func (f *fixture) press(p paymentstest.Payment, button string, status int, where string) error {
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, p.Outcome.Action.URL+"/"+button, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != status || res.Header.Get("Location") != where {
		return fmt.Errorf("%s: %s, and leads to %q", button, res.Status, res.Header.Get("Location"))
	}
	return nil
}

func (f *fixture) Pay(p paymentstest.Payment) error { return f.press(p, "pay", 303, p.Request.Back) }

func (f *fixture) Pay3DS(p paymentstest.Payment) error {
	if err := f.press(p, "secure", 200, ""); err != nil {
		return err
	}
	return f.Pay(p)
}

func (f *fixture) Decline(p paymentstest.Payment) error { return f.press(p, "decline", 200, "") }
func (f *fixture) NoFunds(p paymentstest.Payment) error { return f.press(p, "no-funds", 200, "") }

func (f *fixture) TakeVoucher(p paymentstest.Payment) error {
	return f.press(p, "voucher", 303, p.Request.Back)
}

func (f *fixture) PayVoucher(p paymentstest.Payment) error {
	return f.Stripe.PayVoucher(p.Outcome.Reference)
}

// Abandon follows the page's link back, which tells Stripe nothing.
func (f *fixture) Abandon(paymentstest.Payment) error { return nil }

func (f *fixture) Told(p paymentstest.Payment) ([]byte, error) {
	f.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.told[p.Request.Key] == nil {
		return nil, fmt.Errorf("there was no webhook about %s", p.Request.Key)
	}
	return f.told[p.Request.Key], nil
}

func (f *fixture) Dispute(p paymentstest.Payment) error {
	f.Wait()
	return f.Stripe.Dispute(p.Outcome.Reference, "fraudulent", p.Request.Amount.Minor)
}

func (f *fixture) Sign(by paymentstest.Secret, at time.Time, body []byte) (http.Header, error) {
	return stripetest.Sign(body, at, signers[by]), nil
}

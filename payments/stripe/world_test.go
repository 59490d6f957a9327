package stripe_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/payments/stripe/stripetest"
)

// world is the adapter with a stand-in for Stripe, on one clock.
type world struct {
	*testing.T
	*stripe.Provider
	stripe *stripetest.Stripe

	mu   sync.Mutex
	at   time.Time
	told []payments.Notice // by webhooks
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// pass lets time pass, after what has been sent has come.
func (w *world) pass(d time.Duration) {
	w.stripe.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// newWorld changes the usual configuration.
func newWorld(t *testing.T, changes ...func(*stripe.Config)) *world {
	t.Helper()
	w := &world{T: t, at: time.Date(2026, 11, 29, 15, 0, 0, 0, time.UTC)}
	w.stripe = &stripetest.Stripe{Now: w.now, Send: func(header http.Header, body []byte) {
		n, err := w.Event(t.Context(), header, body)
		if err != nil {
			t.Error(err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, n)
	}}
	server := httptest.NewServer(w.stripe)
	t.Cleanup(server.Close)
	w.stripe.URL = server.URL
	config := stripe.Config{
		LiveKey: stripetest.LiveKey, TestKey: stripetest.TestKey, LiveSecrets: []string{stripetest.LiveSecret},
		TestSecrets: []string{stripetest.TestSecret}, BaseURL: server.URL, Now: w.now,
	}
	for _, change := range changes {
		change(&config)
	}
	p, err := stripe.New(config)
	if err != nil {
		t.Fatal(err)
	}
	w.Provider = p
	return w
}

// card is a payment by card that begins now.
func (w *world) card(key string) payments.Request {
	return payments.Request{
		Key: key, OrderID: 7, Method: payments.Card, Amount: money.Amount{Minor: 15000, Currency: "USD"}, Begun: w.now(),
		Until: w.now().Add(time.Hour), Email: "ada@example.com", Language: "en", Back: "https://shop.example/paid",
	}
}

// oxxo is a payment with a voucher that begins now.
func (w *world) oxxo(key string) payments.Request {
	r := w.card(key)
	r.Method, r.Amount.Currency, r.Until = payments.CashVoucher, "MXN", w.now().Add(72*time.Hour)
	return r
}

// begin begins a payment that the customer has to pay on a page.
func (w *world) begin(r payments.Request) payments.Request {
	w.Helper()
	out, err := w.Begin(w.Context(), r)
	if err != nil || out.State != payments.ActionRequired || out.Action.URL == "" || out.Reference == "" || out.Amount != r.Amount {
		w.Fatalf("begun: %+v, %v", out, err)
	}
	r.Reference = out.Reference
	return r
}

// find expects a state.
func (w *world) find(r payments.Request, want payments.State) payments.Outcome {
	w.Helper()
	out, err := w.Find(w.Context(), r)
	if err != nil || out.State != want || out.Reference != r.Reference || out.Amount != r.Amount {
		w.Fatalf("found %+v, %v; want %s", out, err, want)
	}
	return out
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// notices returns what the webhooks said that have come since the last time.
func (w *world) notices() []payments.Notice {
	w.stripe.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}

// readAll reads all pages of a list, and expects each entry once.
func readAll[T any](t *testing.T, of stripe.Page, read func(context.Context, stripe.Page) ([]T, bool, error), id func(T) string) (all []T) {
	t.Helper()
	seen := map[string]bool{}
	for more := true; more && len(all) < 10_000; {
		var page []T
		var err error
		if page, more, err = read(t.Context(), of); err != nil {
			t.Fatal(err)
		}
		for _, one := range page {
			if of.After = id(one); seen[of.After] {
				t.Errorf("%s is there twice", of.After)
			}
			seen[of.After] = true
		}
		all = append(all, page...)
	}
	return all
}

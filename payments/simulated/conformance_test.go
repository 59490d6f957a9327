package simulated_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/paymentstest"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

func TestProvider(t *testing.T) {
	paymentstest.Run(t, func(t *testing.T) paymentstest.Fixture { return newFixture(t, true) })
}

func TestProviderWithoutAPage(t *testing.T) {
	paymentstest.RunAtOnce(t, func(t *testing.T) paymentstest.Fixture { return newFixture(t, false) })
}

// secrets are those of the fixture, by paymentstest.Secret.
var secrets = [][]byte{[]byte("the secret of payments-us today"), []byte("the secret that it had before"), []byte("the secret of payments-mx, another")}

// fixture is the provider of the US with the simulator behind it. It takes webhooks, as the shop does.
type fixture struct {
	t        *testing.T
	partners *simulator.Partners
	provider simulated.Provider
	later    atomic.Int64 // how much the simulator's clock is ahead
	drop     atomic.Bool

	mu   sync.Mutex
	told map[string][]byte // the last webhook by key
	tabs map[string]string // by path, the page as the customer has seen it first
}

func newFixture(t *testing.T, page bool) *fixture {
	f := &fixture{t: t, told: map[string][]byte{}, tabs: map[string]string{}}
	var err error
	f.partners, err = simulator.New(simulator.Config{
		StockistSecret: secret, ScreeningSecret: secret, PaymentSecrets: map[string][]byte{simulator.PaymentsUS: secrets[0], simulator.PaymentsMX: secrets[2]},
		PagesURL: "https://shop.test/simulated", Now: f.Now, Callback: &http.Client{Transport: simulator.Transport(http.HandlerFunc(f.take))},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.partners.Close)
	webhook, err := partner.NewWebhook(secrets[:2]...)
	if err != nil {
		t.Fatal(err)
	}
	f.provider = providerOf(newClient(t, "http://partners.test/"+simulator.PaymentsUS, roundTrip(f.call), partner.Options{}))
	f.provider.Page, f.provider.CallbackURL, f.provider.Webhook = page, "https://shop.test/callbacks/payments-us", webhook
	return f
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// call is the network to the simulator, which may lose an answer.
func (f *fixture) call(r *http.Request) (*http.Response, error) {
	answer, err := simulator.Transport(f.partners.Handler()).RoundTrip(r)
	if f.drop.Swap(false) {
		return nil, io.ErrUnexpectedEOF
	}
	return answer, err
}

// take takes a webhook. One that is signed by a clock that is ahead is as good as signed now.
func (f *fixture) take(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	header := r.Header
	if f.later.Load() != 0 {
		header = signed(f.t, secrets[paymentstest.Current], string(body), time.Now())
	}
	notice, eventErr := f.provider.Event(r.Context(), header, body)
	if err != nil || eventErr != nil || r.URL.String() != "/callbacks/payments-us" {
		f.t.Errorf("the webhook at %s: %v, %v", r.URL, err, eventErr)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told[notice.Key] = body
}

func (f *fixture) Provider() payments.Provider { return f.provider }
func (f *fixture) Now() time.Time              { return time.Now().Add(time.Duration(f.later.Load())) }
func (f *fixture) Advance(d time.Duration)     { f.later.Add(int64(d)) }
func (f *fixture) DropNextAnswer()             { f.drop.Store(true) }

func (f *fixture) Books() (b paymentstest.Books) {
	w := world{t: f.t, partners: f.partners}
	for _, r := range w.records(simulator.PaymentsUS) {
		var asked struct{ Amount int64 }
		if err := json.Unmarshal(r.Request, &asked); err != nil {
			f.t.Error(err)
		}
		switch {
		case r.Kind == "refund":
			b.Refunded += asked.Amount
		case r.Status == "succeeded":
			b.Paid += asked.Amount
			fallthrough
		default:
			b.Begun++
		}
	}
	return b
}

// quiet waits until no webhook is under way.
func (f *fixture) quiet() error {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if f.partners.States()[0].Callbacks.Waiting == 0 {
			return nil
		}
	}
	return fmt.Errorf("webhooks are still under way: %+v", f.partners.States()[0].Callbacks)
}

func (f *fixture) Told(p paymentstest.Payment) ([]byte, error) {
	if err := f.quiet(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.told[p.Request.Key] == nil {
		return nil, fmt.Errorf("there was no webhook about %s", p.Request.Key)
	}
	return f.told[p.Request.Key], nil
}

func (f *fixture) Dispute(p paymentstest.Payment) error {
	if err := f.quiet(); err != nil {
		return err
	}
	return f.operate(p, "dispute")
}

func (f *fixture) Sign(by paymentstest.Secret, at time.Time, body []byte) (http.Header, error) {
	return signed(f.t, secrets[by], string(body), at), nil
}

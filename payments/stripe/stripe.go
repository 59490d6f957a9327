// Package stripe takes payments through Stripe: customers pay on Stripe's page (a Checkout Session), by card or with an OXXO
// voucher.
//
// It guarantees, beside what payments.Provider asks: a live key is never used for a test order, nor a test key for a real
// one; what Stripe has under a payment's reference pays for it only with the same key, amount and currency; a refund is made
// once, however much later it is asked for again; and no key is in an error or in the log.
//
// What it calls, and in which form, is in docs/payments.md.
package stripe

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// Config says how Stripe is reached. One of the keys is needed; an order whose key is missing is refused.
type Config struct {
	LiveKey     string   // secret or restricted key for real orders: sk_live_… or rk_live_…
	TestKey     string   // likewise for test orders: sk_test_… or rk_test_…
	LiveSecrets []string // signing secrets of the webhook for live events, whsec_…; two while one takes over from the other
	TestSecrets []string // likewise for test events

	Name  string // what the shop calls the provider, in metrics and alerts; "" means "Stripe"
	Title string // what the page calls an order, before its number; "" means "Order"

	BaseURL   string            // "" means Stripe's
	Timeout   time.Duration     // of each call; 0 means 5 seconds
	Transport http.RoundTripper // nil means net/http's
	Observe   partner.Observer  // told of each call; nil: no one counts
	Now       func() time.Time  // nil means time.Now
	Log       *slog.Logger      // nil: nothing is logged
}

// Provider takes payments through Stripe. It is safe for concurrent use.
type Provider struct {
	live, test *account // nil without a key
	secrets    []secret
	title      string
	now        func() time.Time
	log        *slog.Logger
}

var _ payments.Provider = (*Provider)(nil)

// New makes a provider. Its errors name the setting that is wrong, and never what it holds.
func New(c Config) (*Provider, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	p := &Provider{secrets: c.secrets(), title: c.Title, now: c.Now, log: c.Log}
	var err error
	if c.LiveKey != "" {
		if p.live, err = c.account(c.Name, "live key", c.LiveKey); err != nil {
			return nil, err
		}
	}
	if c.TestKey != "" {
		if p.test, err = c.account(c.Name, "test key", c.TestKey); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (c Config) withDefaults() Config {
	c.Name, c.Title, c.BaseURL = cmp.Or(c.Name, "Stripe"), cmp.Or(c.Title, "Order"), cmp.Or(c.BaseURL, api.APIURL)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// account is Stripe with one key.
type account struct {
	api     api.Backend
	key     string
	partner *partner.Client // how Stripe is reached, and how it answers
	setting string          // what the key is called
}

// account makes one. The library sends no telemetry, and tries nothing again by itself: the shop does, later.
func (c Config) account(name, setting, key string) (*account, error) {
	client, err := partner.NewClient(name, c.BaseURL, c.Transport, partner.Options{Timeout: c.Timeout, Observe: c.Observe})
	if err != nil {
		return nil, err
	}
	backend := api.GetBackendWithConfig(api.APIBackend, &api.BackendConfig{
		URL:               &c.BaseURL,
		HTTPClient:        &http.Client{Transport: client.Transport(), CheckRedirect: asIs},
		MaxNetworkRetries: api.Int64(0),
		EnableTelemetry:   api.Bool(false),
		LeveledLogger:     notices{c.Log},
	})
	return &account{api: backend, key: key, partner: client, setting: setting}, nil
}

// call asks Stripe. The library's client has one method for each of Stripe's hundreds of resources, and all of them would be in the
// program, 7 MB; this needs only the types of what is asked for.
func (a *account) call(ctx context.Context, method, path string, asked api.ParamsContainer, answer api.LastResponseSetter) error {
	asked.GetParams().Context = ctx
	if err := a.api.Call(method, path, a.key, asked, answer); err != nil {
		return a.failed(err)
	}
	return nil
}

func asIs(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Clients are how Stripe is reached and how it answers, for the operator to see.
func (p *Provider) Clients() (all []*partner.Client) {
	for _, a := range []*account{p.live, p.test} {
		if a != nil {
			all = append(all, a.partner)
		}
	}
	return all
}

// account is the one for real or for test orders; fault.Unavailable if it has no key.
func (p *Provider) account(test bool) (*account, error) {
	if test && p.test == nil {
		return nil, fault.New(fault.Unavailable, "Stripe takes no test orders here: it has no test key")
	}
	if !test && p.live == nil {
		return nil, fault.New(fault.Unavailable, "Stripe takes only test orders here: it has no live key")
	}
	if test {
		return p.test, nil
	}
	return p.live, nil
}

// Ready returns fault.Unavailable while Stripe is known to be away, or has no key for such orders.
func (p *Provider) Ready(test bool) error {
	a, err := p.account(test)
	if err != nil {
		return err
	}
	return a.partner.Ready()
}

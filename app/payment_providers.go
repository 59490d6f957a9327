package app

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

// provider is a payment provider as the configuration has it.
type provider struct {
	party
	url   string // where the connection goes; "": nowhere but to the simulator
	trial bool   // the adapter is asked in test mode
	// adapter makes what real orders are paid through; nil: the shop's own protocol (payments/simulated).
	adapter func(connection) (payments.Provider, error)
}

// connection is what an adapter is made of.
type connection struct {
	name    string
	public  string           // the shop's public address
	route   partner.Route    // to the provider, and to its simulator
	webhook *partner.Webhook // verifies its webhooks by Standard Webhooks; nil: there is no secret
	timeout time.Duration    // of each call
	observe partner.Observer // counts each call
	log     *slog.Logger
}

// providers returns the payment providers, one for each name in simulator.Payments.
func (c Config) providers() []provider {
	return []provider{
		c.stripeOr(party{name: simulator.PaymentsUS, address: c.PaymentsUSURL, secrets: c.PaymentsUSSecret}),
		c.stripeOr(party{name: simulator.PaymentsMX, address: c.PaymentsMXURL, secrets: c.PaymentsMXSecret}),
	}
}

// pays reports whether the partner is a payment provider.
func (p party) pays() bool { return slices.Contains(Providers, p.name) }

// simulatesPages reports whether the simulated providers in this process show customers a page. The page and what is paid on it
// are in this process alone: so it has to be the only one.
func (c Config) simulatesPages() bool {
	return c.PaymentPage && c.SimulatorsURL == "" && c.DatabaseURL == "" && len(c.NATSURL) == 0 && c.host == nil
}

// provider connects one payment provider.
func (p *partners) provider(cfg Config, of provider, c connection) (payments.Provider, error) {
	direct := simulated.Provider{Route: c.route, CallbackURL: c.public + order.PaymentCallback(of.name)}
	if c.webhook != nil {
		direct.Webhook, direct.Page = c.webhook, cfg.PaymentPage
	}
	if of.adapter == nil {
		return direct, nil
	}
	real, err := of.adapter(c)
	if err != nil {
		return nil, err
	}
	if own, has := real.(interface{ Clients() []*partner.Client }); has {
		for _, client := range own.Clients() {
			p.health = append(p.health, client.Health())
		}
	}
	return byKind{real: real, test: direct, trial: of.trial}, nil
}

// byKind has real orders paid through one provider, and test orders through the simulator: a test order never sees a live key.
type byKind struct {
	real, test payments.Provider
	trial      bool // the real one has a test key
}

func (p byKind) Ready(test bool) error {
	by, test := p.of(test)
	return by.Ready(test)
}

// of is the provider for real or for test orders, and whether it is asked in test mode.
func (p byKind) of(test bool) (payments.Provider, bool) {
	if test {
		return p.test, true
	}
	return p.real, p.trial
}

func (p byKind) Begin(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	by, test := p.of(r.Test)
	r.Test = test
	return by.Begin(ctx, r)
}

func (p byKind) Find(ctx context.Context, r payments.Request) (payments.Outcome, error) {
	by, test := p.of(r.Test)
	r.Test = test
	return by.Find(ctx, r)
}

func (p byKind) Refund(ctx context.Context, r payments.Refund) (payments.RefundOutcome, error) {
	by, test := p.of(r.Test)
	r.Test = test
	return by.Refund(ctx, r)
}

// Event reads the real provider's webhook. There are none for test orders.
func (p byKind) Event(ctx context.Context, header http.Header, body []byte) (payments.Notice, error) {
	notice, err := p.real.Event(ctx, header, body)
	if err == nil && p.trial {
		notice.Test = !notice.Test
	}
	return notice, err
}

// pagesURL is where customers reach the pages of the simulated providers.
func (c Config) pagesURL(address string) string { return cmp.Or(c.PublicURL, address) + simulatedPages }

// simulatedPages is the path of these pages on the public listener.
const simulatedPages = "/simulated"

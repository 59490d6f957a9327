package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/payments/stripe"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

// StripeKeys are the keys of accounts at Stripe, by the market whose payments they take.
type StripeKeys struct {
	PaymentsUSStripeKey Secret `name:"payments-us-stripe-key" help:"Live secret key of the Stripe account that takes the payments of the US." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	PaymentsMXStripeKey Secret `name:"payments-mx-stripe-key" help:"Live secret key of the Stripe account that takes the payments of Mexico." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	StripeURL           string `name:"stripe-url" help:"Where Stripe is, e.g. a stand-in on this machine; another machine's only with test keys. Default: Stripe's own." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
}

// Keys returns the keys by the payment provider's name.
func (k StripeKeys) Keys() map[string]string {
	keys := map[string]string{}
	for name, key := range map[string]Secret{simulator.PaymentsUS: k.PaymentsUSStripeKey, simulator.PaymentsMX: k.PaymentsMXStripeKey} {
		if key != "" {
			keys[name] = string(key)
		}
	}
	return keys
}

// StripeAccounts connect a market's payment provider with an account at Stripe (docs/payments.md).
type StripeAccounts struct {
	StripeKeys
	PaymentsUSStripeSecret []Secret `name:"payments-us-stripe-secret" help:"Signing secret of that account's webhook; a second one while one takes over from the other." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	PaymentsMXStripeSecret []Secret `name:"payments-mx-stripe-secret" help:"Signing secret of that account's webhook." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	StripeTrial            bool     `name:"stripe-trial" help:"The Stripe keys are test keys: real orders are paid with Stripe's test cards, and nothing is charged. Refused in a shop with a public https address." group:"Partners (default: simulated in the process; test orders always are)"`
}

// stripeAccount is a Stripe account as the configuration has it.
type stripeAccount struct {
	key     Secret
	secrets []Secret
}

func (a StripeAccounts) accounts() map[string]stripeAccount {
	return map[string]stripeAccount{
		simulator.PaymentsUS: {a.PaymentsUSStripeKey, a.PaymentsUSStripeSecret},
		simulator.PaymentsMX: {a.PaymentsMXStripeKey, a.PaymentsMXStripeSecret},
	}
}

// stripeAddress is where Stripe is.
func (c Config) stripeAddress() string { return cmp.Or(c.StripeURL, "https://api.stripe.com") }

// paymentsAddress is where a payment provider is; "": it is simulated.
func (c Config) paymentsAddress(name, url string) string {
	if c.accounts()[name].key != "" {
		return c.stripeAddress()
	}
	return url
}

// checkStripe refuses an account that is half configured, or beside another provider of the same market.
func (c Config) checkStripe() error {
	var wrong []error
	for name, url := range map[string]string{simulator.PaymentsUS: c.PaymentsUSURL, simulator.PaymentsMX: c.PaymentsMXURL} {
		a := c.accounts()[name]
		switch {
		case a.key == "" && len(a.secrets) > 0:
			wrong = append(wrong, fmt.Errorf("--%[1]s-stripe-secret takes --%[1]s-stripe-key too", name))
		case a.key == "":
		case len(a.secrets) == 0:
			wrong = append(wrong, fmt.Errorf("--%[1]s-stripe-key takes --%[1]s-stripe-secret too: without webhooks the shop would hear of payments minutes late", name))
		case url != "":
			wrong = append(wrong, fmt.Errorf("--%[1]s-stripe-key and --%[1]s-url name two providers for one market; leave one of them out", name))
		}
	}
	if c.StripeTrial && strings.HasPrefix(c.PublicURL, "https://") {
		wrong = append(wrong, errors.New("--stripe-trial takes no money; it is not for a shop with a public https address"))
	}
	return errors.Join(append(wrong, c.checkStripeURL())...)
}

// checkStripeURL refuses to send a live key to another machine than Stripe's.
func (c Config) checkStripeURL() error {
	if c.StripeURL == "" {
		return nil
	}
	u, err := url.Parse(c.StripeURL)
	if err := errors.Join(checkURL("--stripe-url", c.StripeURL), err); err != nil {
		return err
	}
	if !c.StripeTrial && !net.ParseIP(u.Hostname()).IsLoopback() {
		return errors.New("--stripe-url names another machine, which would get the live keys; it takes --stripe-trial, with test keys, or an address such as 127.0.0.1")
	}
	return nil
}

// pays reports whether the partner is a payment provider.
func (p party) pays() bool { return p.name == simulator.PaymentsUS || p.name == simulator.PaymentsMX }

// simulatesPages reports whether the simulated providers in this process show customers a page. The page and what is paid on it
// are in this process alone: so it has to be the only one.
func (c Config) simulatesPages() bool {
	return c.PaymentPage && c.SimulatorsURL == "" && c.DatabaseURL == "" && len(c.NATSURL) == 0 && c.host == nil
}

// provider connects one payment provider.
func (p *partners) provider(cfg Config, name, public string, route partner.Route, observe partner.Observer, log *slog.Logger) (payments.Provider, error) {
	direct := simulated.Provider{Route: route, CallbackURL: public + order.PaymentCallback(name)}
	if webhook := p.callbacks[name]; webhook != nil {
		direct.Webhook, direct.Page = webhook, cfg.PaymentPage
	}
	a := cfg.accounts()[name]
	if a.key == "" {
		return direct, nil
	}
	config := stripe.Config{Name: name, LiveKey: string(a.key), LiveSecrets: texts(a.secrets), BaseURL: cfg.stripeAddress(), Timeout: cfg.PartnerTimeout, Observe: observe, Log: log}
	if cfg.StripeTrial {
		config.LiveKey, config.LiveSecrets, config.TestKey, config.TestSecrets = "", nil, config.LiveKey, config.LiveSecrets
	}
	real, err := stripe.New(config)
	if err != nil {
		return nil, fmt.Errorf("--%s-stripe-key: %w", name, err)
	}
	for _, c := range real.Clients() {
		p.health = append(p.health, c.Health())
	}
	return byKind{real: real, test: direct, trial: cfg.StripeTrial}, nil
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

func texts(secrets []Secret) (all []string) {
	for _, s := range secrets {
		all = append(all, string(s))
	}
	return all
}

// pagesURL is where customers reach the pages of the simulated providers.
func (c Config) pagesURL(address string) string { return cmp.Or(c.PublicURL, address) + simulatedPages }

// simulatedPages is the path of these pages on the public listener.
const simulatedPages = "/simulated"

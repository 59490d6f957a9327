package app

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"acme.example/webshop/payments"
	"acme.example/webshop/payments/stripe"
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

// stripeOr is a provider with a Stripe account, if one is configured for its name; else the party itself.
func (c Config) stripeOr(p party) provider {
	p.service = orderService
	a, url := c.accounts()[p.name], p.address
	if a.key == "" {
		return provider{party: p, url: url}
	}
	p.address = c.stripeAddress()
	return provider{party: p, url: url, trial: c.StripeTrial, adapter: func(to connection) (payments.Provider, error) {
		return a.connect(to, c.stripeAddress(), c.StripeTrial)
	}}
}

func (a stripeAccount) connect(c connection, address string, trial bool) (payments.Provider, error) {
	config := stripe.Config{Name: c.name, LiveKey: string(a.key), LiveSecrets: asTexts(a.secrets), BaseURL: address, Timeout: c.timeout, Observe: c.observe, Log: c.log}
	if trial {
		config.LiveKey, config.LiveSecrets, config.TestKey, config.TestSecrets = "", nil, config.LiveKey, config.LiveSecrets
	}
	real, err := stripe.New(config)
	if err != nil {
		return nil, fmt.Errorf("--%s-stripe-key: %w", c.name, err)
	}
	return real, nil
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

func asTexts(secrets []Secret) (all []string) {
	for _, s := range secrets {
		all = append(all, string(s))
	}
	return all
}

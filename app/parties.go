package app

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

// PartnerTokens are the shop's tokens for its partners: each has its own, so that none learns another's.
type PartnerTokens struct {
	PaymentsUSToken Secret `name:"payments-us-token" help:"Token sent to the payment provider of the US." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	PaymentsMXToken Secret `name:"payments-mx-token" help:"Token sent to the payment provider of Mexico." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	ScreeningToken  Secret `help:"Token sent to the fraud check." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	StockistToken   Secret `help:"Token sent to the stockist." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	CarrierToken    Secret `help:"Token sent to the delivery company." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	BooksToken      Secret `help:"Token sent to the bookkeeping system." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
}

// Tokens returns the tokens by the partner's name.
func (t PartnerTokens) Tokens() map[string]string {
	return map[string]string{
		simulator.PaymentsUS: string(t.PaymentsUSToken), simulator.PaymentsMX: string(t.PaymentsMXToken), simulator.Screening: string(t.ScreeningToken),
		simulator.Stockist: string(t.StockistToken), simulator.Carrier: string(t.CarrierToken), simulator.Bookkeeping: string(t.BooksToken),
	}
}

// party is a configured partner.
type party struct {
	name    string
	service string   // the service that calls it
	address string   // "": simulated
	secrets []Secret // for the signatures of its callbacks, newest first
	token   Secret   // sent to it; "": none
}

// parties returns the partners in the order of the flow.
func (c Config) parties() (all []party) {
	for _, p := range c.providers() {
		all = append(all, p.party)
	}
	all = append(all,
		party{name: simulator.Screening, service: fraudService, address: c.ScreeningURL, secrets: c.ScreeningSecret},
		party{name: simulator.Stockist, service: stockService, address: c.StockistURL, secrets: c.StockistSecret},
		party{name: simulator.Carrier, service: deliveryService, address: c.CarrierURL, secrets: c.CarrierSecret},
		party{name: simulator.Bookkeeping, service: financeService, address: c.BooksURL},
	)
	for i, p := range all {
		all[i].token = cmp.Or(p.token, Secret(c.Tokens()[p.name]))
	}
	return all
}

// token returns the shop's token for a partner.
func (c Config) token(name string) string {
	for _, p := range c.parties() {
		if p.name == name {
			return string(p.token)
		}
	}
	return ""
}

// callsBack reports whether a partner may answer later, by a signed callback.
func (p party) callsBack() bool { return p.name == simulator.Stockist || p.name == simulator.Screening }

// mayReport reports whether a partner reports by signed callbacks where it has a key, and does without where it has none.
func (p party) mayReport() bool { return p.name == simulator.Carrier || p.name == mailParty }

// simulatesInside reports whether a partner is simulated within this process.
func (c Config) simulatesInside(p party) bool {
	if p.name == mailParty {
		return p.address == "" && c.TestSMTPAddr == ""
	}
	return p.address == "" && c.SimulatorsURL == ""
}

// checkParties checks the partners' secrets and tokens.
func (c Config) checkParties() error {
	_, err := c.callbackKeys()
	return errors.Join(err, c.checkTokens(), c.checkStripe())
}

// callbackKeys returns the keys that partners may sign callbacks with, by name, newest first. For a simulated partner in
// a shop of one process a key is made, since its callbacks end with the process. Two partners never share a key, or one
// could answer for the other.
func (c Config) callbackKeys() (map[string][][]byte, error) {
	all, wrong := map[string][][]byte{}, []error(nil)
	for _, p := range c.withMail() {
		if outside := p.address != "" || c.SimulatorsURL != ""; p.callsBack() && outside && len(p.secrets) == 0 && c.runs(p.service) {
			wrong = append(wrong, fmt.Errorf("--%[1]s-url and --simulators-url take --%[1]s-secret too: the key that this partner alone signs its callbacks with", p.name))
		}
		for _, secret := range p.secrets {
			key, err := partner.Key(string(secret))
			if err != nil {
				wrong = append(wrong, fmt.Errorf("--%s-secret: %w", p.name, err))
			}
			all[p.name] = append(all[p.name], key)
		}
		if len(p.secrets) == 0 && (p.callsBack() || p.mayReport() && c.simulatesInside(p) || p.pays() && p.address == "" && c.simulatesPages()) {
			all[p.name] = [][]byte{[]byte(rand.Text() + rand.Text())}
		}
	}
	return all, errors.Join(append(wrong, distinct(all))...)
}

// distinct refuses a key that two partners have: one could answer for the other.
func distinct(keys map[string][][]byte) error {
	owners := map[string]string{}
	for _, name := range append(slices.Clone(simulator.Names), mailParty) {
		for _, key := range keys[name] {
			if owner, taken := owners[string(key)]; taken && owner != name && key != nil {
				return fmt.Errorf("--%s-secret and --%s-secret have a secret in common: with it one partner could answer for the other; give each its own", owner, name)
			}
			owners[string(key)] = name
		}
	}
	return nil
}

// checkTokens refuses a token that is used for two hosts: each could use it at the other.
func (c Config) checkTokens() error {
	hosts := map[Secret]party{}
	for _, p := range c.parties() {
		token := p.token
		if token == "" || p.address == "" {
			continue
		}
		if other, known := hosts[token]; known && hostOf(other.address) != hostOf(p.address) {
			return fmt.Errorf("--%s-token and --%s-token are the same, and go to two hosts: each could use it at the other; give each its own", other.name, p.name)
		}
		hosts[token] = p
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

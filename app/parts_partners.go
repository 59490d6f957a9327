package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"acme.example/webshop/delivery"
	"acme.example/webshop/fraud"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
	"acme.example/webshop/stock"
)

// Providers are the payment providers that a market can have.
var Providers = simulator.Payments

// partners are the partners as the services use them, and their simulators.
type partners struct {
	payments  map[string]payments.Provider
	screening fraud.Screening
	stockist  stock.Stockist
	carrier   delivery.Carrier
	books     partner.Bookkeeping
	callbacks map[string]*partner.Webhook // by the partner that signs them
	mailKey   []byte                      // the mail provider signs with it; nil: it reports nothing
	simulated *simulator.Partners         // nil if another process simulates them
	health    []*partner.Health
}

// openPartners connects each partner: the real one if it has an address, and always a simulator for test orders.
func (s *system) openPartners(address string) error {
	keys, err := s.cfg.callbackKeys()
	if err != nil {
		return err
	}
	s.partners = &partners{callbacks: map[string]*partner.Webhook{}, mailKey: newest(keys)[mailParty]}
	for name, valid := range keys {
		if s.partners.callbacks[name], err = partner.NewWebhook(valid...); err != nil {
			return fmt.Errorf("--%s-secret: %w", name, err)
		}
	}
	if s.cfg.SimulatorsURL != "" {
		return s.partners.connect(s.cfg, address, s.counts.called, s.log)
	}
	s.partners.simulated, err = simulator.New(simulator.Config{
		StockistSecret: keys[simulator.Stockist][0], ScreeningSecret: keys[simulator.Screening][0], CarrierSecret: newest(keys)[simulator.Carrier],
		PaymentSecrets: newest(keys), PagesURL: s.cfg.pagesURL(address),
		Callback: &http.Client{Timeout: s.cfg.PartnerTimeout}, Now: s.now, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.undo.add(func() error { s.partners.simulated.Close(); return nil })
	return s.partners.connect(s.cfg, address, s.counts.called, s.log)
}

func (p *partners) connect(cfg Config, address string, observe partner.Observer, log *slog.Logger) error {
	var wrong []error
	client := func(name, url string, transport http.RoundTripper, token string) *partner.Client {
		c, err := partner.NewClient(name, url, transport, partner.Options{Timeout: cfg.PartnerTimeout, Token: token, Observe: observe})
		if wrong = append(wrong, err); err == nil {
			p.health = append(p.health, c.Health())
		}
		return c
	}
	simulators, inside := cfg.SimulatorsURL, http.RoundTripper(nil)
	if p.simulated != nil {
		simulators, inside = "http://simulator", simulator.Transport(p.simulated.Handler())
	}
	route := func(name, live string) partner.Route {
		test := client(name, simulators+"/"+name, inside, "")
		if live == "" {
			return partner.Route{Live: test, Test: test}
		}
		return partner.Route{Live: client(name, live, nil, cfg.token(name)), Test: test}
	}
	p.payments = map[string]payments.Provider{}
	for _, known := range cfg.providers() {
		var err error
		p.payments[known.name], err = p.provider(cfg, known, connection{
			name: known.name, public: address, route: route(known.name, known.url), webhook: p.callbacks[known.name], timeout: cfg.PartnerTimeout, observe: observe, log: log,
		})
		wrong = append(wrong, err)
	}
	p.screening = partner.Screening{Route: route(simulator.Screening, cfg.ScreeningURL), CallbackURL: address + "/callbacks/screening"}
	p.stockist = partner.Stockist{Route: route(simulator.Stockist, cfg.StockistURL), CallbackURL: address + "/callbacks/stockist"}
	p.carrier = partner.Carrier{Route: route(simulator.Carrier, cfg.CarrierURL), CallbackURL: p.reportsTo(address)}
	p.books = partner.Bookkeeping{Route: route(simulator.Bookkeeping, cfg.BooksURL)}
	return errors.Join(wrong...)
}

// reportsTo is where the delivery company reports; "" where it has no key to sign with, so that no report would be taken.
func (p *partners) reportsTo(address string) string {
	if p.callbacks[simulator.Carrier] == nil {
		return ""
	}
	return address + "/callbacks/" + simulator.Carrier
}

// verifier checks a partner's callbacks. It refuses all of a partner without a key.
func (p *partners) verifier(name string) *partner.Webhook {
	if w := p.callbacks[name]; w != nil {
		return w
	}
	return &partner.Webhook{}
}

// newest returns the keys that sign: of each partner the newest.
func newest(keys map[string][][]byte) map[string][]byte {
	signing := map[string][]byte{}
	for name, valid := range keys {
		signing[name] = valid[0]
	}
	return signing
}

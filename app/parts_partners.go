package app

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"acme.example/webshop/delivery"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/partner"
	"acme.example/webshop/partner/simulator"
	"acme.example/webshop/stock"
)

// Providers are the payment providers that a market can have.
var Providers = []string{simulator.PaymentsUS, simulator.PaymentsMX}

// partners are the third parties as the services see them, and their simulators.
type partners struct {
	payments  map[string]order.Payments
	screening fraud.Screening
	stockist  stock.Stockist
	carrier   delivery.Carrier
	books     finance.Books
	webhook   *partner.Webhook    // nil unless this process takes callbacks
	simulated *simulator.Partners // nil when they are simulated elsewhere
	health    []*partner.Health
}

// openPartners connects each partner: the real one where it has an address, and for test orders always a simulator.
func (s *system) openPartners(ctx context.Context, address string) (err error) {
	s.partners = &partners{}
	secret, err := s.webhookSecret(ctx)
	if err != nil {
		return err
	}
	if s.cfg.takesCallbacks() {
		if err := s.partners.verify(secret, s.cfg.WebhookSecretOld); err != nil {
			return err
		}
	}
	if s.cfg.SimulatorsURL != "" {
		return s.partners.connect(s.cfg, address, s.counts.called)
	}
	if !s.cfg.takesCallbacks() && len(secret) == 0 {
		secret = []byte(rand.Text() + rand.Text()) // its partners that call back are never asked
	}
	s.partners.simulated, err = simulator.New(simulator.Config{
		WebhookSecret: secret, Callback: &http.Client{Timeout: s.cfg.PartnerTimeout}, Now: s.now, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.undo.add(func() error { s.partners.simulated.Close(); return nil })
	return s.partners.connect(s.cfg, address, s.counts.called)
}

// verify takes callbacks that are signed with a secret, or with one before it.
func (p *partners) verify(secret []byte, old []Secret) (err error) {
	valid := [][]byte{secret}
	for _, o := range old {
		valid = append(valid, []byte(o))
	}
	p.webhook, err = partner.NewWebhook(valid...)
	return err
}

func (p *partners) connect(cfg Config, address string, observe partner.Observer) error {
	var wrong []error
	client := func(name, url string, transport http.RoundTripper, token Secret) *partner.Client {
		c, err := partner.NewClient(name, url, transport, partner.Options{Timeout: cfg.PartnerTimeout, Token: string(token), Observe: observe})
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
		return partner.Route{Live: client(name, live, nil, cfg.PartnerToken), Test: test}
	}
	p.payments = map[string]order.Payments{
		simulator.PaymentsUS: partner.Payments{Route: route(simulator.PaymentsUS, cfg.PaymentsUSURL)},
		simulator.PaymentsMX: partner.Payments{Route: route(simulator.PaymentsMX, cfg.PaymentsMXURL)},
	}
	p.screening = partner.Screening{Route: route(simulator.Screening, cfg.ScreeningURL), CallbackURL: address + "/callbacks/screening"}
	p.stockist = partner.Stockist{Route: route(simulator.Stockist, cfg.StockistURL), CallbackURL: address + "/callbacks/stockist"}
	p.carrier = partner.Carrier{Route: route(simulator.Carrier, cfg.CarrierURL)}
	p.books = partner.Books{Route: route(simulator.Books, cfg.BooksURL)}
	return errors.Join(wrong...)
}

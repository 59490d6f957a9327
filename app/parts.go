package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"

	"acme.example/webshop/access"
	"acme.example/webshop/bus"
	"acme.example/webshop/crash"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/finance"
	"acme.example/webshop/ops"
	"acme.example/webshop/order"
	"acme.example/webshop/partner"
	"acme.example/webshop/partner/mailbox"
	"acme.example/webshop/partner/simulator"
	"acme.example/webshop/stock"
)

// Providers are the payment providers that a market can have.
var Providers = []string{simulator.PaymentsUS, simulator.PaymentsMX}

// cleanup undoes what was done, last first.
type cleanup []func() error

func (c *cleanup) add(undo func() error) { *c = append(*c, undo) }

// after undoes all because of an error, and returns that error with those of the undoing.
func (c *cleanup) after(err error) error {
	for i := len(*c) - 1; i >= 0; i-- {
		err = errors.Join(err, (*c)[i]())
	}
	return err
}

// unconnected gives the system services that are connected to nothing, to ask them for their routes.
func (s *system) unconnected() *system {
	s.orders, s.delivery, s.stock = &order.Service{}, &delivery.Service{}, &stock.Service{}
	s.finance, s.email, s.alerts = &finance.Service{}, &email.Service{}, &ops.Alerts{}
	return s
}

func (s *system) links(cfg Config, address string) (access.Links, error) {
	secrets, err := cfg.linkSecrets()
	if err != nil {
		return access.Links{}, err
	}
	keys, err := access.NewKeyring(cfg.LinkValidity, s.now, secrets...)
	return access.Links{Keys: keys, Base: address}, err
}

// embeddedBus is the bus with its server inside the process.
type embeddedBus struct {
	server *bus.Server
	conn   *nats.Conn
	bus    *bus.Bus
}

func openEmbeddedBus(ctx context.Context, folder string, log *slog.Logger) (*embeddedBus, error) {
	server, err := bus.StartServer(folder)
	if err != nil {
		return nil, err
	}
	e := &embeddedBus{server: server}
	if e.conn, err = server.Connect(); err != nil {
		server.Stop()
		return nil, err
	}
	if e.bus, err = bus.Open(ctx, e.conn, bus.Embedded, log); err != nil {
		e.close()
		return nil, err
	}
	crash.On("bus-cut", server.Stop)
	crash.On("bus-wiped", func() { _ = e.bus.Wipe(context.Background()) })
	return e, nil
}

func (e *embeddedBus) close() {
	e.conn.Close()
	e.server.Stop()
}

// partners are the third parties as the services see them, and their simulators.
type partners struct {
	payments  map[string]order.Payments
	stockist  stock.Stockist
	carrier   delivery.Carrier
	books     finance.Books
	webhook   *partner.Webhook
	simulated *simulator.Partners
	health    []*partner.Health
}

// openPartners connects each partner: the real one where it has an address, and for test orders always the simulator.
func openPartners(cfg Config, address string, now func() time.Time, log *slog.Logger) (*partners, error) {
	secret, err := cfg.webhookSecret()
	if err != nil {
		return nil, err
	}
	p := &partners{}
	if p.webhook, err = partner.NewWebhook(secret); err != nil {
		return nil, err
	}
	p.simulated, err = simulator.New(simulator.Config{
		WebhookSecret: secret, Callback: &http.Client{Timeout: cfg.PartnerTimeout}, Now: now, Log: log,
	})
	if err != nil {
		return nil, err
	}
	return p, p.connect(cfg, address)
}

func (p *partners) connect(cfg Config, address string) error {
	var wrong []error
	transport := simulator.Transport(p.simulated.Handler())
	route := func(name, live string) partner.Route {
		test, err := partner.NewClient(name, "http://simulator/"+name, transport, partner.Options{Timeout: cfg.PartnerTimeout})
		if wrong = append(wrong, err); err == nil {
			p.health = append(p.health, test.Health())
		}
		if live == "" {
			return partner.Route{Live: test, Test: test}
		}
		client, err := partner.NewClient(name, live, nil, partner.Options{Timeout: cfg.PartnerTimeout, Token: string(cfg.PartnerToken)})
		if wrong = append(wrong, err); err == nil {
			p.health = append(p.health, client.Health())
		}
		return partner.Route{Live: client, Test: test}
	}
	p.payments = map[string]order.Payments{
		simulator.PaymentsUS: partner.Payments{Route: route(simulator.PaymentsUS, cfg.PaymentsUSURL)},
		simulator.PaymentsMX: partner.Payments{Route: route(simulator.PaymentsMX, cfg.PaymentsMXURL)},
	}
	p.stockist = partner.Stockist{Route: route(simulator.Stockist, cfg.StockistURL), CallbackURL: address + "/callbacks/stockist"}
	p.carrier = partner.Carrier{Route: route(simulator.Carrier, cfg.CarrierURL)}
	p.books = partner.Books{Route: route(simulator.Books, cfg.BooksURL)}
	return errors.Join(wrong...)
}

// mail is the sender of mails and the built-in receiver.
type mail struct {
	sender  *partner.Mail
	mailbox *mailbox.Mailbox
}

func openMail(cfg Config, now func() time.Time, log *slog.Logger) (*mail, error) {
	box, err := mailbox.New(mailbox.Config{Now: now, Log: log})
	if err != nil {
		return nil, err
	}
	config, err := cfg.mail(box.Addr())
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	sender, err := partner.NewMail(config)
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	return &mail{sender, box}, nil
}

// mail says how mails are sent: to the configured server, if there is one, and else to the built-in receiver.
func (c Config) mail(receiver string) (partner.MailConfig, error) {
	test, err := partner.PlainSMTP(receiver)
	config := partner.MailConfig{Test: test, From: c.MailFrom, PreviewBase: c.privateURL()}
	if err != nil || c.SMTPAddr == "" {
		return config, err
	}
	config.Live, err = partner.PlainSMTP(c.SMTPAddr)
	config.Live.TLS, config.Live.Username, config.Live.Password = c.SMTPTLS, c.SMTPUser, string(c.SMTPPassword)
	return config, err
}

func (m *mail) close() error {
	m.sender.Close()
	return m.mailbox.Close()
}

// languages is the language of each market.
func (r *Rules) languages() map[string]string {
	languages := map[string]string{}
	for name, m := range r.Orders.Markets {
		languages[name] = m.Language
	}
	return languages
}

// mailMarkets is how mails speak to each market.
func (r *Rules) mailMarkets() map[string]email.Market {
	markets := map[string]email.Market{}
	for name, m := range r.Orders.Markets {
		markets[name] = email.Market{Language: m.Language, Zone: m.Zone}
	}
	return markets
}

// mailProducts is what mails call each product.
func (r *Rules) mailProducts() map[string]email.Product {
	products := map[string]email.Product{}
	for _, p := range r.Orders.Catalog {
		products[p.SKU] = email.Product{Name: p.Name}
	}
	return products
}

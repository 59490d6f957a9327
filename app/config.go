package app

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"strings"
	"time"

	"acme.example/webshop/platform/limit"
)

// Config configures a shop. Each field is a flag, an environment variable (WEBSHOP_ and the flag's name) and a key of the
// config file; flags win over the environment, and that over the file.
type Config struct {
	PublicAddr  string   `default:"127.0.0.1:8080" help:"Where customers come in: pages, orders, deliveries. :8080 lets other machines in." group:"Listeners"`
	PrivateAddr string   `default:"127.0.0.1:8081" help:"Where operators and inner clients come in: GraphQL, console, mails, partners." group:"Listeners"`
	PublicURL   string   `name:"public-url" help:"Address of the public listener as customers see it; it stands in the links of mails. Default: http://localhost and the port." placeholder:"URL" group:"Listeners"`
	CORSOrigin  []string `name:"cors-origin" help:"Origin whose pages may call the public API; may be given more than once, * is any. Default: none; any while nothing public is configured." placeholder:"ORIGIN" group:"Listeners"`

	OrderPage    string `help:"Address of the page where an order is followed, if it is on another host; the order's key is appended. Its origin must be in --cors-origin. Default: the shop's own." placeholder:"URL" group:"Listeners"`
	DeliveryPage string `help:"The same of the page where a delivery time is picked, e.g. https://shop.example.com/delivery.html?order= ." placeholder:"URL" group:"Listeners"`
	SuccessPage  string `help:"Address where customers go after ordering. Default: /success." placeholder:"URL" group:"Listeners"`

	Stage string `help:"Prefix under which the public listener serves the seed's routes as well, for clients that know one host: dev for /dev/createOrder." placeholder:"NAME" group:"Listeners"`

	RateLimit    float64       `default:"5" help:"Orders, bookings and cancellations that one client may send per second, on average; ten times as many reads, and forty times as many pages. This machine itself has no limits. 0 is off." placeholder:"N" group:"Listeners"`
	TrustedProxy limit.Proxies `help:"Network whose X-Forwarded-For tells who the client is, e.g. 10.0.0.0/8; may be given more than once. This machine always is one." placeholder:"CIDR" group:"Listeners"`

	TestOrders     string `enum:"auto,on,token,off" default:"auto" help:"Whether the public listener takes test orders: on, from callers who send --test-token (token), or off. auto is on in a shop that has no test token, and no public URL but one on this machine; token otherwise." group:"Listeners"`
	MaxConnections int    `default:"10000" help:"Open connections of the public listener; when there are more, those that have been idle longest are closed." placeholder:"N" group:"Listeners"`

	DataDir     string `default:"./data" help:"Folder of the database and of the generated secrets." type:"path" group:"Shop"`
	DatabaseURL Secret `name:"database-url" help:"PostgreSQL database, postgres://USER:PASSWORD@HOST/DATABASE. Default: an SQLite file in the data folder." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	ShopFile    string `help:"The rules of a new shop: what is sold, where and at which price. A shop that has rules keeps them. Default: the built-in ones ('webshop rules print')." type:"existingfile" group:"Shop"`

	PrivateToken Secret   `help:"Token of an operator with all roles, at least 16 bytes, sent as 'Authorization: Bearer …'. Default: made and kept in the data folder, unless nothing public is configured." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	Operator     []Secret `help:"Who may act on the private listener, in which roles (read, support, approve, rules, admin; NAME=TOKEN is admin), and by which token (at least 16 bytes): what they do is kept with the name. May be given more than once." placeholder:"NAME:ROLE,ROLE=TOKEN" group:"Secrets (prefer the environment or @FILE)"`
	TestToken    Secret   `help:"Token (at least 16 bytes) that callers of the public listener send as X-Test-Token, to make test orders." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	StageToken   Secret   `help:"Token (at least 16 bytes) that opens the seed's inner routes under --stage, sent as X-Api-Key or as 'Authorization: Bearer …'. Default: none of them is served there." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	LinkSecret   []Secret `help:"Signs the links to orders, at least 32 bytes; the newest first, older ones stay valid. Default: made and kept in the data folder." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`

	StockistSecret  []Secret `help:"Signs the stockist's callbacks, at least 24 bytes, or whsec_ and base64; the newest first, older ones stay valid. A simulated stockist makes its own." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	ScreeningSecret []Secret `help:"Signs the fraud check's callbacks, as --stockist-secret does the stockist's." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`

	CarrierSecret []Secret `help:"Signs the delivery company's callbacks, as --stockist-secret does the stockist's. A real one without it reports nothing." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	MailSecret    []Secret `help:"Signs the mail provider's callbacks, which say what became of mails. A real one without it reports nothing." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`

	PaymentsUSSecret []Secret `name:"payments-us-secret" help:"Signs the webhooks of the payment provider of the US, as --stockist-secret does the stockist's. With it, customers pay on the provider's page; a real provider without it charges at once." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	PaymentsMXSecret []Secret `name:"payments-mx-secret" help:"Signs the webhooks of the payment provider of Mexico." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	StripeAccounts

	LinkValidity time.Duration `default:"2160h" help:"For how long a link to an order is valid." group:"Shop"`
	Keep         time.Duration `default:"2160h" help:"How long after the last that happened to an order its events stay in the journal; then they are archived. 0 is for ever." group:"Shop"`

	KeepTestOrders time.Duration `default:"168h" help:"How long after the last that happened to a test order it is kept; then it is deleted. 0 is for ever." group:"Shop"`

	PaymentsUSURL  string        `name:"payments-us-url" help:"Payment provider of the US." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
	PaymentsMXURL  string        `name:"payments-mx-url" help:"Payment provider of Mexico." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
	ScreeningURL   string        `help:"Fraud check." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
	StockistURL    string        `help:"Stockist." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
	CarrierURL     string        `help:"Delivery company." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
	BooksURL       string        `help:"Bookkeeping system." placeholder:"URL" group:"Partners (default: simulated in the process; test orders always are)"`
	BooksJournal   bool          `default:"true" negatable:"" help:"The bookkeeping system gets documents and the journal too, and not only sales and reversals." group:"Partners (default: simulated in the process; test orders always are)"`
	PartnerTimeout time.Duration `default:"5s" help:"How long a partner may take to answer." group:"Partners (default: simulated in the process; test orders always are)"`

	Simulate []string `help:"Partner that may be simulated though the shop has a public https address or a real partner: payments-us, payments-mx, screening, stockist, carrier, books or mail; may be given more than once." placeholder:"NAME" group:"Partners (default: simulated in the process; test orders always are)"`
	PartnerTokens

	PaymentPage bool `default:"true" negatable:"" help:"Customers pay real orders on a page of the simulated payment providers. Without it, simulated providers charge at once, and so do they in a shop with --database-url, unless --simulators-url and their secrets are given." group:"Partners (default: simulated in the process; test orders always are)"`

	SMTPAddr     string `name:"smtp-addr" help:"Mail server. Default: the built-in receiver, whose mails are at /mail on the private listener." placeholder:"HOST:PORT" group:"Mail"`
	TestSMTPAddr string `name:"test-smtp-addr" help:"Mail receiver for test orders, and for all mails when there is no mail server. Default: the built-in one." placeholder:"HOST:PORT" group:"Mail"`
	SMTPTLS      string `name:"smtp-tls" enum:"none,opportunistic,mandatory" default:"mandatory" help:"Whether the connection to the mail server is encrypted: none, opportunistic or mandatory." group:"Mail"`
	SMTPUser     string `name:"smtp-user" help:"User at the mail server." group:"Mail"`
	SMTPPassword Secret `name:"smtp-password" help:"Password at the mail server." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	MailFrom     string `default:"ACME Potted Plants <orders@acme.example>" help:"Sender of the mails." group:"Mail"`

	AlertWebhook []Secret `help:"Address that alerts are posted to as JSON; may be given more than once." placeholder:"@FILE" group:"Alerts (always in the log, at /alerts, and told by 'webshop alerts')"`
	AlertSlack   []Secret `help:"Address of an incoming webhook of Slack; may be given more than once." placeholder:"@FILE" group:"Alerts (always in the log, at /alerts, and told by 'webshop alerts')"`
	AlertMail    []string `help:"Address that alerts are mailed to; may be given more than once." placeholder:"ADDRESS" group:"Alerts (always in the log, at /alerts, and told by 'webshop alerts')"`

	AlertUnusualLeast int     `default:"5" help:"How many declined, refused, cancelled or refunded orders are an alert, where they are more than usual; 0 is none." placeholder:"N" group:"Alerts (always in the log, at /alerts, and told by 'webshop alerts')"`
	AlertUnusualTimes float64 `default:"2" help:"How many times the usual share of all orders that is, of the last week." placeholder:"N" group:"Alerts (always in the log, at /alerts, and told by 'webshop alerts')"`

	Services      []string `help:"Services that this process runs, separated by commas: order, fraud, approval, delivery, stock, finance, email, database. Default: all of them." placeholder:"NAME" group:"Processes (a shop in several: docs/scale-out.md)"`
	NATSURL       []Secret `name:"nats-url" help:"NATS server with JetStream, nats://USER:PASSWORD@HOST:4222; may be given more than once. Default: none; a process that runs all services needs none." placeholder:"@FILE" group:"Secrets (prefer the environment or @FILE)"`
	NATSReplicas  int      `name:"nats-replicas" default:"0" help:"How many of the NATS servers keep each event. 0 is 3 when at least 3 are given, and else 1." placeholder:"N" group:"Processes (a shop in several: docs/scale-out.md)"`
	SimulatorsURL string   `name:"simulators-url" help:"Address of 'webshop partners', which simulates the partners for all processes. Default: simulated in each." placeholder:"URL" group:"Processes (a shop in several: docs/scale-out.md)"`

	ShutdownTimeout time.Duration `default:"10s" help:"How long work in flight may take to end after SIGTERM." group:"Shop"`
	MaxIntake       int           `default:"256" help:"How many orders are taken at once; more are answered 503 with Retry-After." group:"Shop"`
	MaxBacklog      int           `default:"4000" help:"How many events may wait for their first try before no more orders are taken; five times as many may wait for mail and partners." group:"Shop"`
	LogLevel        string        `enum:"debug,info,warn,error" default:"info" help:"Least severity that is logged: debug, info, warn or error." group:"Shop"`
	LogFormat       string        `enum:"text,json" default:"text" help:"Form of the log: text or json." group:"Shop"`

	keptToken Secret           // the private token in the data folder, if there is one (keepToken)
	clock     func() time.Time // nil: time.Now
	host      *Host            // calls the shop with requests, events and ticks (Hosted); nil: the process has its own listeners and loops
}

// WithClock returns a configuration whose shop takes a clock for the time. Tests let days pass with it.
func (c Config) WithClock(clock func() time.Time) Config {
	c.clock = clock
	return c
}

// now is the shop's clock.
func (c Config) now() func() time.Time {
	if c.clock == nil {
		return time.Now
	}
	return c.clock
}

// shortestToken is the minimum length of a token in bytes.
const shortestToken = 16

// Secret is a text that is never printed. It is read from the text itself or, after an @, from a file.
type Secret string

// UnmarshalText reads the secret.
func (s *Secret) UnmarshalText(text []byte) error {
	file, isFile := strings.CutPrefix(string(text), "@")
	if !isFile {
		*s = Secret(text)
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("secret: %w", err)
	}
	*s = Secret(strings.TrimSpace(string(content)))
	return nil
}

// String hides the secret, also from logs.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(secret)"
}

// Format hides the secret from every verb: fmt would print it in its complaint about a wrong one, as %d.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText hides the secret from JSON and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// check returns what is wrong with the configuration as a whole.
func (c Config) check() error {
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.HasSuffix(c.PublicURL, "/") {
			return fmt.Errorf("--public-url must be like https://shop.example.com, without a slash at its end")
		}
	}
	if u := string(c.DatabaseURL); u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		return fmt.Errorf("--database-url must be like postgres://USER:PASSWORD@HOST/DATABASE")
	}
	if err := c.checkAlerts(); err != nil {
		return err
	}
	if c.RateLimit < 0 || math.IsNaN(c.RateLimit) || math.IsInf(c.RateLimit, 0) {
		return fmt.Errorf("--rate-limit must be a number of requests per second, or 0 for none")
	}
	for _, network := range c.TrustedProxy {
		if network.Bits() == 0 {
			return fmt.Errorf("--trusted-proxy %s matches every address: name only the networks of the proxies, or clients can choose their own address", network)
		}
	}
	if c.MaxConnections < 0 {
		return fmt.Errorf("--max-connections must be a number of connections")
	}
	if c.Keep < 0 {
		return fmt.Errorf("--keep must be how long events are kept in the journal, or 0 for ever")
	}
	return errors.Join(c.checkOrigins(), c.checkPages(), c.checkStage(), c.checkOperators(), c.checkTestOrders(), c.checkParties(), c.checkSimulated(), c.checkProcess())
}

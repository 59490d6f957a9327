package partner

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/platform/telemetry"
)

// The TLS policies of a mail server: whether the connection is upgraded with STARTTLS.
const (
	TLSNone          = "none"          // never: for a server on this machine
	TLSOpportunistic = "opportunistic" // if the server offers it
	TLSMandatory     = "mandatory"     // always; a server without it gets no mail
)

var tlsPolicies = map[string]gomail.TLSPolicy{
	TLSNone: gomail.NoTLS, TLSOpportunistic: gomail.TLSOpportunistic, TLSMandatory: gomail.TLSMandatory,
}

// SMTP is the access to a mail server. The zero SMTP is no server.
type SMTP struct {
	Host     string
	Port     int
	TLS      string         // a TLS policy; "" means TLSMandatory
	Username string         // "": no authentication. Without TLS, only methods that do not reveal the password are used
	Password string         `json:"-"`
	RootCAs  *x509.CertPool // the authorities trusted for its certificate; nil: the system's
}

// String returns the server's address, without the secrets that %v would show.
func (s SMTP) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// GoString keeps the secrets out of %#v too.
func (s SMTP) GoString() string { return "partner.SMTP(" + s.String() + ")" }

// PlainSMTP returns a mail server at host:port without TLS and password, as the built-in receiver is.
func PlainSMTP(address string) (SMTP, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return SMTP{}, fmt.Errorf("mail server %q: %w", address, err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return SMTP{}, fmt.Errorf("mail server %q: the port is not a number", address)
	}
	return SMTP{Host: host, Port: number, TLS: TLSNone}, nil
}

// Dial opens a connection to a mail server.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

func byTCP(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// MailConfig configures the sending of mails.
type MailConfig struct {
	Live        SMTP                 // for all mails; zero: all go to Test
	Test        SMTP                 // the built-in receiver, which always gets the mails of test orders
	HandTest    func(Handover) error `json:"-"` // takes the mails for Test within the process; nil: they go to Test by SMTP
	Dial        Dial                 `json:"-"` // connects to the servers; nil: by TCP
	From        string               // the sender, e.g. "ACME Potted Plants <orders@acme.example>"
	PreviewBase string               // where the built-in receiver's viewer is, e.g. "http://127.0.0.1:8081"
	Timeout     time.Duration        // for one mail, once it has a connection; 0 means 10 seconds
	Connections int                  // open at once to each server; 0 means 8
	Observe     Observer             `json:"-"` // called for each mail, with the server's name; nil: not counted
}

// Mail sends mails over SMTP, and keeps connections for the next ones. It is safe for concurrent use.
//
// It guarantees: a call ends within its timeout plus the bounded wait for a connection; mails of test orders reach no
// real server; a subject or name cannot become a header; the password is in no error. A failed call may have sent the
// mail.
type Mail struct {
	live, test  *smtpPool
	from        *mail.Address
	domain      string
	previewBase string
	timeout     time.Duration
	hand        func(Handover) error
	observe     Observer
}

// NewMail returns a sender of mails, or an error if its configuration is invalid. It does not connect yet.
func NewMail(c MailConfig) (*Mail, error) {
	from, err := sender(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender %q: %w", c.From, err)
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Connections <= 0 {
		c.Connections = 8
	}
	domain := from.Address[strings.LastIndex(from.Address, "@")+1:]
	m := &Mail{from: from, domain: domain, previewBase: c.PreviewBase, timeout: c.Timeout, hand: c.HandTest, observe: c.Observe}
	if c.Dial == nil {
		c.Dial = byTCP
	}
	if m.test, err = newSMTPPool("built-in mail receiver", c.Test, c); err != nil {
		return nil, fmt.Errorf("mail: the receiver of test mails: %w", err)
	}
	if m.live = m.test; c.Live != (SMTP{}) {
		m.live, err = newSMTPPool("mail server", c.Live, c)
	}
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return m, nil
}

// sender parses the sender's address, which must suit servers of any kind.
func sender(text string) (*mail.Address, error) {
	from, err := mail.ParseAddress(text)
	if err != nil {
		return nil, err
	}
	address, err := mailaddr.Parse(from.Address)
	if err == nil && address.NeedsUTF8() {
		err = errors.New("has other letters than ASCII before the @, which not every server takes")
	}
	return &mail.Address{Name: from.Name, Address: address.String()}, err
}

// Send sends a message. It returns fault.Invalid if the server refuses the address for good, else fault.Unavailable, with
// fault.ErrNotBegun if all connections were in use for too long. A server that is down is only tried occasionally.
func (m *Mail) Send(ctx context.Context, e email.Message) (err error) {
	pool := m.live
	if e.Test {
		pool = m.test
	}
	if pool == m.test && m.hand != nil {
		return m.handOver(ctx, e)
	}
	address, err := m.check(e)
	if err != nil {
		return err
	}
	msg := m.compose(e, address)
	link, leave, err := pool.enter(ctx)
	if err != nil {
		return err
	}
	defer func() { leave(err) }()
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	end, begun := pool.health.begin(ctx), time.Now()
	ctx, span := telemetry.Step(ctx, telemetry.Client, "mail")
	defer func() {
		end(err)
		span.End(err)
		m.observe.observe(pool.health.partner, begun, err)
	}()
	err = mailFault(pool.send(ctx, link, msg))
	if fault.CodeOf(err) == fault.Unavailable {
		pool.health.failed(err)
	}
	return err
}

// askTimeout bounds the query of a mail server's capabilities, for which a customer waits.
const askTimeout = 3 * time.Second

// Takes returns nil if the mail server accepts an address, as far as is known, fault.Invalid if not, and
// fault.Unavailable if the server must be queried and does not answer.
func (m *Mail) Takes(ctx context.Context, address string) error {
	a, err := mailaddr.Parse(address)
	if err != nil {
		return fault.InvalidField("email", "is not a mail address")
	}
	if !a.NeedsUTF8() || m.live == m.test && m.hand != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	takes, err := m.live.takesUTF8(ctx)
	if err != nil {
		return mailFault(err)
	}
	if !takes {
		return mailFault(errNoUTF8)
	}
	return nil
}

// Health returns the records of the mail servers: the real one, if there is one, and the built-in receiver.
func (m *Mail) Health() []*Health {
	if m.live == m.test {
		return []*Health{m.test.health}
	}
	return []*Health{m.live.health, m.test.health}
}

// Preview returns the address of a mail's page in the built-in receiver, or "" for a real one.
func (m *Mail) Preview(id string, test bool) string {
	if !test && m.live != m.test {
		return ""
	}
	return m.previewBase + "/mail/" + url.PathEscape(id)
}

// Close waits for the mails being sent, and closes all connections. Send fails from now on.
func (m *Mail) Close() {
	m.test.close()
	m.live.close()
}

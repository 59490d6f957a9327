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
	TLSOpportunistic = "opportunistic" // where the server offers it
	TLSMandatory     = "mandatory"     // always; a server that does not offer it gets no mail
)

var tlsPolicies = map[string]gomail.TLSPolicy{
	TLSNone: gomail.NoTLS, TLSOpportunistic: gomail.TLSOpportunistic, TLSMandatory: gomail.TLSMandatory,
}

// SMTP says how a mail server is reached. The zero SMTP is no server.
type SMTP struct {
	Host     string
	Port     int
	TLS      string         // a TLS policy; "" is TLSMandatory
	Username string         // "": none is asked for. Without TLS, only methods are used that do not show the password
	Password string         `json:"-"`
	RootCAs  *x509.CertPool // who may vouch for the server; nil: whom the system trusts
}

// String is the server's address, without the secrets that %v would show.
func (s SMTP) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// GoString keeps the secrets out of %#v too.
func (s SMTP) GoString() string { return "partner.SMTP(" + s.String() + ")" }

// PlainSMTP is a mail server at host:port that takes mail without TLS and password, as the built-in receiver does.
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

// MailConfig says how mails are sent.
type MailConfig struct {
	Live        SMTP          // where mails go; zero: to Test, all of them
	Test        SMTP          // the built-in receiver, where the mails of test orders go always
	DialTest    Dial          `json:"-"` // how the built-in receiver is reached; nil: by TCP
	From        string        // the sender, e.g. "ACME Potted Plants <orders@acme.example>"
	PreviewBase string        // where the built-in receiver's viewer is, e.g. "http://127.0.0.1:8081"
	Timeout     time.Duration // of one mail, from when it has one of the connections; 0 is 10 seconds
	Connections int           // open at once to each server; 0 is 8
	Observe     Observer      `json:"-"` // told of each mail, under the server's name; nil: no one counts
}

// Mail sends mails over SMTP, and keeps its connections for the next ones. It is safe for concurrent use.
//
// It guarantees: a call ends within its timeout and the bounded wait for a connection; a test order's mail reaches no
// real server; a subject or name cannot become a header; the password is in no error. A failed call may have sent the
// mail.
type Mail struct {
	live, test  *smtpPool
	from        *mail.Address
	domain      string
	previewBase string
	timeout     time.Duration
	observe     Observer
}

// NewMail returns a sender of mails, or what is wrong with its configuration. It does not connect yet.
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
	m := &Mail{from: from, domain: domain, previewBase: c.PreviewBase, timeout: c.Timeout, observe: c.Observe}
	if c.DialTest == nil {
		c.DialTest = byTCP
	}
	if m.test, err = newSMTPPool("built-in mail receiver", c.Test, c.DialTest, c); err != nil {
		return nil, fmt.Errorf("mail: the receiver of test mails: %w", err)
	}
	if m.live = m.test; c.Live != (SMTP{}) {
		m.live, err = newSMTPPool("mail server", c.Live, byTCP, c)
	}
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return m, nil
}

// sender reads the address that mails come from, for servers of any kind.
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

// Send delivers a message to the mail server. It returns fault.Invalid if the server refuses the address for good, else
// fault.Unavailable; with fault.ErrNotBegun if all connections were in use for too long. A server that is away is only
// tried now and then.
func (m *Mail) Send(ctx context.Context, e email.Message) (err error) {
	msg, err := m.compose(e)
	if err != nil {
		return err
	}
	pool := m.live
	if e.Test {
		pool = m.test
	}
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

// askTimeout bounds asking the mail server what it takes, for which a customer waits.
const askTimeout = 3 * time.Second

// Takes returns nil if the mail server takes an address, as far as is known, fault.Invalid if not, and
// fault.Unavailable if it had to be asked and does not answer.
func (m *Mail) Takes(ctx context.Context, address string) error {
	a, err := mailaddr.Parse(address)
	if err != nil {
		return fault.InvalidField("email", "is not a mail address")
	}
	if !a.NeedsUTF8() {
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

// Health is how the mail servers have answered: the real one, if there is one, and the built-in receiver.
func (m *Mail) Health() []*Health {
	if m.live == m.test {
		return []*Health{m.test.health}
	}
	return []*Health{m.live.health, m.test.health}
}

// Preview returns where a mail of the built-in receiver can be read, or "" for a real one.
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

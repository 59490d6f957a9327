package partner

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/platform/telemetry"
)

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
	shownFrom   string // the sender as a list of mails shows it
	closed      atomic.Bool
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
	m := &Mail{
		from: from, domain: domain, previewBase: c.PreviewBase, timeout: c.Timeout, hand: c.HandTest, shownFrom: shown(from), observe: c.Observe,
	}
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
	address, err := m.check(e)
	if err != nil {
		return err
	}
	pool := m.live
	if e.Test {
		pool = m.test
	}
	if pool == m.test && m.hand != nil {
		return m.handOver(ctx, e, address)
	}
	msg := m.compose(e, address)
	link, leave, err := pool.enter(ctx)
	if err != nil {
		return err
	}
	defer func() { leave(err) }()
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	return m.call(ctx, pool.health, func(ctx context.Context) error { return mailFault(pool.send(ctx, link, msg)) })
}

// call gives one mail to a server. The call is counted, traced and observed.
func (m *Mail) call(ctx context.Context, server *Health, give func(context.Context) error) (err error) {
	end, begun := server.begin(ctx), time.Now()
	ctx, span := telemetry.Step(ctx, telemetry.Client, "mail")
	defer func() {
		end(err)
		span.End(err)
		m.observe.observe(server.partner, begun, err)
	}()
	err = give(ctx)
	if fault.CodeOf(err) == fault.Unavailable {
		server.failed(err)
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
	m.closed.Store(true)
	m.test.close()
	m.live.close()
}

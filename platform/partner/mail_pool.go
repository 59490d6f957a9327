package partner

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"acme.example/webshop/platform/fault"
)

// placeWait bounds the wait for one of the connections. With a mail's own time it is as long as a handler may take.
const placeWait = 5 * time.Second

// A mail server counts as away when half of ten or more mails in a minute failed; then it is tried again every ten seconds.
// That is slower than for other partners: a mail can wait, and a server that hangs does so for ten seconds. What it answers
// about one mail does not count (ofServer).
const mailWindow, mailAgain = time.Minute, 10 * time.Second

// maxIdle is how long a connection may wait for its next mail. Mail servers hang up on those that wait for minutes.
const maxIdle = 30 * time.Second

// smtpPool holds connections to one mail server. Those used last are used first, so that few stay open when few are
// needed.
type smtpPool struct {
	host    string
	connect Dial
	options []gomail.Option
	timeout time.Duration
	health  *Health
	guard   *guard
	places  chan struct{} // one for each connection that is in use

	mu     sync.Mutex
	idle   []*smtpLink // used last at the end
	closed bool
	asked  bool // whether the server was ever reached
	utf8   bool // whether it takes addresses with other letters than ASCII before the @, as it last said
}

// smtpLink is one connection.
type smtpLink struct {
	client    *gomail.Client
	session   *smtp.Client
	conn      net.Conn
	takes8Bit bool
	takesUTF8 bool
	since     time.Time // when it became idle
}

var (
	errMailClosed = errors.New("the sender of mails is closed")
	errNoUTF8     = errors.New("the mail server does not have SMTPUTF8")
)

func newSMTPPool(name string, s SMTP, connect Dial, c MailConfig) (*smtpPool, error) {
	options, err := smtpOptions(s, c.Timeout)
	if err != nil {
		return nil, err
	}
	if _, err := gomail.NewClient(s.Host, options...); err != nil {
		return nil, err
	}
	p := &smtpPool{
		host: s.Host, connect: connect, options: options, timeout: c.Timeout, health: newHealth(name), guard: newGuard(mailWindow, mailAgain),
		places: make(chan struct{}, c.Connections),
	}
	p.health.shut = func() bool { return !p.guard.breaker.IsClosed() }
	return p, nil
}

// enter asks whether the server can be called now; leave is told what became of it. While the server is known to be away, it cannot.
func (p *smtpPool) enter(ctx context.Context) (leave func(error), err error) {
	if p.guard.away() {
		return nil, mailFault(errAway)
	}
	free, err := p.place(ctx)
	if err != nil {
		return nil, err
	}
	turn, permitted := p.guard.permit()
	if !permitted {
		free()
		return nil, mailFault(errAway)
	}
	return func(err error) {
		free()
		p.guard.record(turn, ofServer(err))
	}, nil
}

// place waits for a place for one more connection, for a bounded time; free gives it back.
func (p *smtpPool) place(ctx context.Context) (free func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, placeWait)
	defer cancel()
	select {
	case p.places <- struct{}{}:
		return func() { <-p.places }, nil
	case <-ctx.Done():
		return nil, fault.Wrap(fmt.Errorf("%w: all %d connections are in use", fault.ErrNotBegun, cap(p.places)), fault.Unavailable,
			"very many mails are being sent")
	}
}

// takesUTF8 reports what the server said last of SMTPUTF8. When it has never been reached, it is asked.
func (p *smtpPool) takesUTF8(ctx context.Context) (bool, error) {
	if takes, asked := p.said(); asked {
		return takes, nil
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return false, err
	}
	link, err := p.dial(ctx)
	leave(err)
	if err != nil {
		return false, err
	}
	return link.takesUTF8, p.put(link, nil)
}

func (p *smtpPool) said() (utf8, asked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.utf8, p.asked
}

// send sends a mail over a connection that is free, or over a new one. A kept connection that turns out to be broken
// before the server knows of the mail is replaced; after that, sending again could send twice. The caller has a place.
func (p *smtpPool) send(ctx context.Context, msg *draft) error {
	kept, err := p.take()
	if err != nil {
		return err
	}
	if kept != nil {
		if err := kept.send(ctx, msg, p.timeout); !wasDead(err) {
			return p.put(kept, err)
		}
		kept.drop()
	}
	fresh, err := p.dial(ctx)
	if err != nil {
		return err
	}
	return p.put(fresh, fresh.send(ctx, msg, p.timeout))
}

// take returns the idle connection that was used last, or nil when there is none that is worth a try.
func (p *smtpPool) take() (*smtpLink, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errMailClosed
	}
	if len(p.idle) == 0 {
		return nil, nil
	}
	last := len(p.idle) - 1
	if time.Since(p.idle[last].since) < maxIdle {
		link := p.idle[last]
		p.idle = p.idle[:last]
		return link, nil
	}
	for _, old := range p.idle { // the others have waited even longer
		old.drop()
	}
	p.idle = nil
	return nil, nil
}

// put keeps a connection for the next mail, if what the last one ended with allows it. It returns that error.
func (p *smtpPool) put(link *smtpLink, err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !reusable(err) {
		link.drop()
		return err
	}
	link.since = time.Now()
	p.idle = append(p.idle, link)
	return err
}

func (p *smtpPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, link := range p.idle {
		link.drop()
	}
	p.idle = nil
}

// dial opens a connection. The library bounds connecting by the context, but not what the server says after that, and
// it does not close what it could not use; so the connection is cut here.
func (p *smtpPool) dial(ctx context.Context) (*smtpLink, error) {
	link := &smtpLink{}
	stop := func() bool { return true }
	connect := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := p.connect(dialing, network, address)
		if err == nil {
			link.conn, stop = conn, context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(p.host, append(p.options[:len(p.options):len(p.options)], gomail.WithDialContextFunc(connect))...)
	if err != nil {
		return nil, err
	}
	link.client = client
	link.session, err = client.DialToSMTPClientWithContext(ctx)
	stop()
	if err != nil {
		link.drop()
		return nil, errors.Join(err, ctx.Err())
	}
	link.takes8Bit, _ = link.session.Extension("8BITMIME")
	link.takesUTF8, _ = link.session.Extension("SMTPUTF8")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked, p.utf8 = true, link.takesUTF8
	return link, nil
}

// send sends one mail. The connection is cut when the context ends.
func (l *smtpLink) send(ctx context.Context, msg *draft, timeout time.Duration) error {
	if msg.needsUTF8 && !l.takesUTF8 {
		return errNoUTF8
	}
	l.session.SkipSMTPUTF8(!msg.needsUTF8)                              // a server that passes mails on may refuse the others with it
	if err := l.conn.SetDeadline(time.Now().Add(timeout)); err != nil { // the one of the mail before may have passed
		return &gomail.SendError{Reason: gomail.ErrConnCheck}
	}
	stop := context.AfterFunc(ctx, func() { _ = l.conn.Close() })
	defer stop()
	msg.encode(l.takes8Bit)
	if err := l.client.SendWithSMTPClient(l.session, msg.Msg); err != nil {
		return errors.Join(err, ctx.Err())
	}
	return nil
}

// drop hangs up without a word. A server has to bear that, and QUIT would wait for one that is gone.
func (l *smtpLink) drop() {
	if l.conn != nil {
		_ = l.conn.Close() // there is nothing to save in it
	}
}

// smtpOptions turns a server's configuration into the library's.
func smtpOptions(s SMTP, timeout time.Duration) ([]gomail.Option, error) {
	if s.TLS == "" {
		s.TLS = TLSMandatory
	}
	policy, ok := tlsPolicies[s.TLS]
	if !ok {
		return nil, fmt.Errorf("there is no TLS policy %q", s.TLS)
	}
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(timeout), gomail.WithTLSPolicy(policy),
		gomail.WithoutRset(), gomail.WithoutNoop(), // a lost connection shows as well when the mail begins
		gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12}),
	}
	if s.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
	}
	return options, nil
}

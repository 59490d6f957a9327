package partner

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// smtpLink is one connection to a mail server, or the place for one: the zero smtpLink is not open.
type smtpLink struct {
	client    *gomail.Client
	session   *smtp.Client
	conn      net.Conn
	takes8Bit bool
	takesUTF8 bool
}

var (
	errMailClosed = errors.New("the sender of mails is closed")
	errNoUTF8     = errors.New("the mail server does not have SMTPUTF8")
)

func (l *smtpLink) open() bool { return l.conn != nil }

// dial opens the connection of a link. The library bounds connecting by the context, but not what the server says after that, and
// it does not close what it could not use; so the connection is cut here.
func (p *smtpPool) dial(ctx context.Context, link *smtpLink) (err error) {
	stop := func() bool { return true }
	connect := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := p.connect(dialing, network, address)
		if err == nil {
			link.conn, stop = conn, context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	link.client, err = gomail.NewClient(p.host, append(p.options[:len(p.options):len(p.options)], gomail.WithDialContextFunc(connect))...)
	if err != nil {
		return err
	}
	link.session, err = link.client.DialToSMTPClientWithContext(ctx)
	stop()
	if err != nil {
		link.drop()
		return errors.Join(err, ctx.Err())
	}
	link.takes8Bit, _ = link.session.Extension("8BITMIME")
	link.takesUTF8, _ = link.session.Extension("SMTPUTF8")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked, p.utf8 = true, link.takesUTF8
	return nil
}

// send sends one mail, and drops the connection unless it can be used for the next one.
func (l *smtpLink) send(ctx context.Context, msg *draft, timeout time.Duration) error {
	err := l.transmit(ctx, msg, timeout)
	if !reusable(err) {
		l.drop()
	}
	return err
}

// transmit sends one mail. The connection is cut when the context ends.
func (l *smtpLink) transmit(ctx context.Context, msg *draft, timeout time.Duration) error {
	if msg.needsUTF8 && !l.takesUTF8 {
		return errNoUTF8
	}
	l.session.SkipSMTPUTF8(!msg.needsUTF8)                              // a server that passes mails on may refuse the others with it
	if err := l.conn.SetDeadline(time.Now().Add(timeout)); err != nil { // the one of the mail before may have passed
		return &gomail.SendError{Reason: gomail.ErrConnCheck}
	}
	conn := l.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
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
	*l = smtpLink{}
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

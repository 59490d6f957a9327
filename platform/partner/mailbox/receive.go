package mailbox

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"

	"github.com/emersion/go-smtp"
)

func (m *Mailbox) newServer() *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{mailbox: m}, nil
	}))
	s.Domain = "localhost"
	s.MaxMessageBytes = maxMailBytes
	s.MaxRecipients = maxRecipients
	s.ReadTimeout = idleTimeout
	s.WriteTimeout = writeTimeout
	s.EnableSMTPUTF8 = true
	s.ErrorLog = serverLog{m.config.Log}
	return s
}

// session is a client's SMTP session. Any sender is accepted: the receiver listens on the loopback, and forwards nothing.
type session struct {
	mailbox    *Mailbox
	recipients []string
	incoming   bytes.Buffer // of the current mail
}

// Mail begins a mail.
func (s *session) Mail(string, *smtp.MailOptions) error {
	s.recipients = nil
	return nil
}

// Rcpt adds a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.recipients = append(s.recipients, to)
	return nil
}

// Data receives the mail. The server bounds its size.
func (s *session) Data(r io.Reader) error {
	s.incoming.Reset()
	if _, err := s.incoming.ReadFrom(r); err != nil {
		return err // an *smtp.SMTPError if the client should know more
	}
	s.mailbox.keep(bytes.Clone(s.incoming.Bytes()), s.recipients)
	if s.incoming.Cap() > maxBuffer {
		s.incoming = bytes.Buffer{}
	}
	return nil
}

// Reset drops an unfinished mail.
func (s *session) Reset() { s.recipients = nil }

// Logout ends the session.
func (s *session) Logout() error { return nil }

// serverLog writes the server's reports to the shop's log. A client that disconnects is no fault of the shop.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Printf(format string, args ...any) {
	l.log.Debug("mailbox: a client's connection broke", "error", fmt.Sprintf(format, args...))
}

func (l serverLog) Println(args ...any) {
	l.log.Debug("mailbox: a client's connection broke", "error", fmt.Sprint(args...))
}

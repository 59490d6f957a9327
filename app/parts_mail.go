package app

import (
	"context"
	"net/http"

	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
	"acme.example/webshop/platform/partner/simulator"
)

// mail is the sender of mails, and the built-in receiver.
type mail struct {
	sender    *partner.Mail    // for customers
	operators *partner.Mail    // for operators, with connections of its own
	mailbox   *mailbox.Mailbox // nil if mails go to another receiver
}

func (s *system) openMail(address string) (err error) {
	s.mail = &mail{}
	receiver := s.cfg.TestSMTPAddr
	if receiver == "" {
		if err := s.openMailbox(address); err != nil {
			return err
		}
		receiver = s.mail.mailbox.Addr()
	}
	config, err := s.cfg.mail(receiver)
	if err != nil {
		return err
	}
	config.Observe = s.counts.called
	if s.mail.mailbox != nil {
		config.HandTest = func(h partner.Handover) error { return s.mail.mailbox.Keep(mailbox.Sealed(h)) }
	}
	if s.mail.sender, err = partner.NewMail(config); err != nil {
		return err
	}
	s.undo.add(func() error { s.mail.sender.Close(); return nil })
	config.Connections = operatorConnections
	if s.mail.operators, err = partner.NewMail(config); err != nil {
		return err
	}
	s.undo.add(func() error { s.mail.operators.Close(); return nil })
	return nil
}

// openMailbox opens the built-in receiver. With a key it reports, as a mail provider would.
func (s *system) openMailbox(address string) (err error) {
	config := mailbox.Config{Now: s.now, Log: s.log}
	if key := s.partners.mailKey; key != nil {
		provider, err := simulator.NewMailProvider(simulator.MailProviderConfig{
			Secret: key, CallbackURL: address + mailCallback, Callback: &http.Client{Timeout: s.cfg.PartnerTimeout}, Now: s.now, Log: s.log,
		})
		if err != nil {
			return err
		}
		s.undo.add(func() error { provider.Close(); return nil })
		config.Received = provider.Received
	}
	if s.mail.mailbox, err = mailbox.New(config); err != nil {
		return err
	}
	s.undo.add(s.mail.mailbox.Close)
	return nil
}

// mailCallback is the path of the mail provider's callbacks.
const mailCallback = "/callbacks/" + mailParty

// mailable returns why no mail can be sent to an address. If another process sends the mails, it accepts what every mail
// server accepts.
func (s *system) mailable(ctx context.Context, address string) error {
	if s.cfg.SMTPAddr == "" && !s.cfg.runs(emailService) {
		if a, err := mailaddr.Parse(address); err == nil && a.NeedsUTF8() {
			return partner.NoUTF8()
		}
	}
	if err := s.mail.sender.Takes(ctx, address); err != nil {
		return err
	}
	return s.mayMail(ctx, address)
}

// operatorConnections are for operators' mails only, which must not wait behind thousands of customers' mails.
const operatorConnections = 2

// mail configures the sending of mails: to the configured server, or else to the receiver of test orders.
func (c Config) mail(receiver string) (partner.MailConfig, error) {
	test, err := partner.PlainSMTP(receiver)
	config := partner.MailConfig{Test: test, From: c.MailFrom, PreviewBase: c.viewer()}
	if err != nil || c.SMTPAddr == "" {
		return config, err
	}
	config.Live, err = partner.PlainSMTP(c.SMTPAddr)
	config.Live.TLS, config.Live.Username, config.Live.Password = c.SMTPTLS, c.SMTPUser, string(c.SMTPPassword)
	return config, err
}

// viewer returns where the mails of test orders are shown, under /mail: by this process, or by 'webshop partners'.
func (c Config) viewer() string {
	if c.TestSMTPAddr != "" {
		return c.SimulatorsURL
	}
	return c.privateURL()
}

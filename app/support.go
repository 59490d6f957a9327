package app

import (
	"context"
	"fmt"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
	"acme.example/webshop/surfaces/ops"
)

// support returns what the support desk does.
func (s *system) support() ops.Support {
	return ops.Support{Store: s.journal, Compose: s.composed, Send: s.sendByHand, Link: s.linkTo}
}

// linkTo returns the customer's link to an order.
func (s *system) linkTo(o ref.Order) (string, error) {
	if s.links.Keys == nil {
		return "", fault.New(fault.Unavailable, "this process makes no links to orders: ask one that runs the service order")
	}
	return s.links.Tracking(o), nil
}

// held keeps a mail instead of sending it.
type held struct{ m *email.Message }

// Send implements email.Mailer.
func (h held) Send(_ context.Context, m email.Message) error {
	*h.m = m
	return nil
}

// Preview implements email.Mailer.
func (held) Preview(string, bool) string { return "" }

// composed writes a mail by the handler that wrote it first, whatever the order's state is by now.
func (s *system) composed(ctx context.Context, env event.Envelope, subscriber string) (ops.Mail, error) {
	if _, err := s.linkTo("1"); err != nil {
		return ops.Mail{}, err
	}
	var m email.Message
	writer := *s.email
	writer.Mailer, writer.Orders = held{&m}, nil
	handle := Services{
		Orders: s.orders, Fraud: s.fraud, Approval: s.approval, Delivery: s.delivery, Stock: s.stock, Finance: s.finance, Email: &writer,
	}.Handlers()[subscriber]
	if handle == nil {
		return ops.Mail{}, fault.New(fault.NotFound, "there is no subscriber %s", subscriber)
	}
	ctx = event.WithReceipt(ctx, &event.Receipt{EventID: env.ID, Subscriber: subscriber})
	if err := handle(ctx, env); err != nil {
		return ops.Mail{}, fmt.Errorf("compose %s of order %d: %w", subscriber, env.OrderID, err)
	}
	if m.ID == "" {
		return ops.Mail{}, fault.New(fault.NotFound, "no mail is written about this")
	}
	return ops.Mail{ID: m.ID, To: m.To, ToName: m.ToName, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML, Test: m.Test}, nil
}

// sendByHand sends a mail, and returns where it can be read.
func (s *system) sendByHand(ctx context.Context, m ops.Mail) (preview string, err error) {
	if err := s.sendAs(ctx, m); err != nil {
		return "", err
	}
	return s.mail.sender.Preview(m.ID, m.Test), nil
}

// sendAs sends a mail under its ID. A process that runs another service than email may have no mail server, and then must not
// take the built-in receiver for one.
func (s *system) sendAs(ctx context.Context, m ops.Mail) error {
	if !s.cfg.runs(emailService) && s.cfg.SMTPAddr == "" && !m.Test {
		return fault.New(fault.Unavailable, "this process sends no mails: give it the mail server of the service email (--smtp-addr)")
	}
	err := s.mail.sender.Send(ctx, email.Message{ID: m.ID, To: m.To, ToName: m.ToName, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML, Test: m.Test})
	if err != nil {
		return fmt.Errorf("send again: %w", err)
	}
	return nil
}

// newBulk returns what does the same action on many orders.
func (s *system) newBulk() *ops.Bulk {
	return &ops.Bulk{
		Store: s.engine, Desk: s.support(), Send: s.sendAs, WouldCancel: s.orders.WouldCancel, Cancel: s.orders.CancelOrder,
		Lead: s.lead("bulk"), Counted: s.counts.bulkOne, Now: s.now, Log: s.log,
	}
}

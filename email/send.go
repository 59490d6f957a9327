package email

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/crash"
	"acme.example/webshop/ref"
)

// send renders a mail and passes it to the mail server. It returns the mail's ID.
func (s *Service) send(ctx context.Context, l content) (string, error) {
	return s.sendAs(ctx, l, messageID(ctx))
}

// sendAs is send of a mail with a given ID.
func (s *Service) sendAs(ctx context.Context, l content, id string) (string, error) {
	m, err := l.message(id)
	if err != nil {
		return "", fmt.Errorf("email: order %d, %s: %w", l.OrderID, l.Kind, err)
	}
	if err := s.Mailer.Send(ctx, m); err != nil {
		return "", fmt.Errorf("email: order %d, %s: %w", l.OrderID, l.Kind, err)
	}
	crash.At("email.after-sending")
	return m.ID, nil
}

// messageID is made from the event and the subscriber, so that each try of a mail has the same ID. A mail without an
// event has a random one.
func messageID(ctx context.Context) string {
	if r := event.ReceiptOf(ctx); r != nil {
		return ref.MessageID(r.EventID, r.Subscriber)
	}
	return "manual." + rand.Text()
}

func (l content) message(id string) (Message, error) {
	blanks := []any{"id", l.OrderID}
	if l.When != "" {
		blanks = append(blanks, "when", l.When)
	}
	if l.Number != "" {
		blanks = append(blanks, "number", l.Number)
	}
	subject, err := l.Say("subject", blanks...)
	if err != nil {
		return Message{}, err
	}
	asText, asHTML, err := l.render()
	if err != nil {
		return Message{}, err
	}
	to := l.Email
	if l.Test && !strings.Contains(to, "@") {
		to += "@test.invalid" // a test may have a placeholder, and its mails go to the built-in receiver anyway
	}
	return Message{
		ID: id, To: to, ToName: l.Name, ReplyTo: l.Contact.Email, Subject: subject, Text: asText, HTML: asHTML, Test: l.Test, Attached: l.attached,
	}, nil
}

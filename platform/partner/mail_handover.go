package partner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/platform/telemetry"
)

// Handover is a mail for a receiver within the process. It is put together only when someone looks at it: most mails of
// tests are never opened, and SMTP cost more than all else of a mail.
type Handover struct {
	MessageID                 string // with its domain
	From, To, ToName, Subject string
	Size                      int                    // of its texts, in bytes
	Source                    func() ([]byte, error) // the mail as it would be sent, the same each time
}

// handOver gives a mail to the receiver within the process.
func (m *Mail) handOver(ctx context.Context, e email.Message) (err error) {
	address, err := m.check(e)
	if err != nil {
		return err
	}
	end, begun := m.test.health.begin(ctx), time.Now()
	_, span := telemetry.Step(ctx, telemetry.Client, "mail")
	defer func() {
		end(err)
		span.End(err)
		m.observe.observe(m.test.health.partner, begun, err)
	}()
	return m.hand(Handover{
		MessageID: e.ID + "@" + m.domain, From: m.from.String(), To: address.String(), ToName: cut(e.ToName, maxToName),
		Subject: cut(e.Subject, maxSubject), Size: len(e.Text) + len(e.HTML),
		Source: func() ([]byte, error) { return m.source(e, address, begun) },
	})
}

// source returns the mail as a server with 8BITMIME would get it.
func (m *Mail) source(e email.Message, to mailaddr.Address, at time.Time) ([]byte, error) {
	msg := m.compose(e, to)
	msg.SetDateWithValue(at)
	msg.SetBoundary(fmt.Sprintf("%x", sha256.Sum256([]byte(e.ID)))) // a boundary has at most 70 characters (RFC 2046)
	msg.encode(true)
	var source bytes.Buffer
	_, err := msg.WriteTo(&source)
	return source.Bytes(), err
}

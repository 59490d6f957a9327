package partner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"mime"
	"net/mail"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/mailaddr"
)

// Handover is a mail for a receiver within the process. It is put together only when someone looks at it: most mails of
// tests are never opened, and SMTP cost more than all else of a mail.
type Handover struct {
	MessageID                 string                 // with its domain
	From, To, ToName, Subject string                 // decoded
	Size                      int                    // of its texts, in bytes
	Source                    func() ([]byte, error) // the mail as it would be sent, the same each time, but for the boundaries of one with files
}

// handOver gives a mail to the receiver within the process, under the same conditions as by SMTP.
func (m *Mail) handOver(ctx context.Context, e email.Message, to mailaddr.Address) error {
	if m.closed.Load() {
		return mailFault(errMailClosed)
	}
	if err := ctx.Err(); err != nil {
		return mailFault(err)
	}
	return m.call(ctx, m.test.health, func(context.Context) error {
		at := time.Now()
		return m.hand(Handover{
			MessageID: e.ID + "@" + m.domain, From: m.shownFrom, To: to.String(), ToName: cut(e.ToName, maxToName),
			Subject: cut(e.Subject, maxSubject), Size: sizeOf(e),
			Source: func() ([]byte, error) { return m.source(e, to, at) },
		})
	})
}

// sizeOf is how many bytes the texts and files of a mail have.
func sizeOf(e email.Message) int {
	size := len(e.Text) + len(e.HTML)
	for _, a := range e.Attached {
		size += len(a.Data)
	}
	return size
}

// shown returns an address as it is read in a mail, with a name of any letters.
func shown(a *mail.Address) string {
	header := a.String()
	if text, err := new(mime.WordDecoder).DecodeHeader(header); err == nil {
		return text
	}
	return header
}

// source returns the mail as a server with 8BITMIME would get it.
func (m *Mail) source(e email.Message, to mailaddr.Address, at time.Time) ([]byte, error) {
	msg := m.compose(e, to)
	msg.SetDateWithValue(at)
	if len(e.Attached) == 0 { // else there are two levels of parts, which need a boundary each
		msg.SetBoundary(fmt.Sprintf("%x", sha256.Sum256([]byte(e.ID)))) // a boundary has at most 70 characters (RFC 2046)
	}
	msg.encode(true)
	var source bytes.Buffer
	_, err := msg.WriteTo(&source)
	return source.Bytes(), err
}

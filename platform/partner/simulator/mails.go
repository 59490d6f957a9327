package simulator

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// reportAfter is how long the mail provider takes to find out what becomes of a mail: not before the shop knows that it was sent.
const reportAfter = 500 * time.Millisecond

// report is what the mail provider says of a mail.
type report struct{ says, reason string }

// mailboxes are the mailboxes that something is reported of, by the part of their addresses before a + or the @. Of others
// nothing is: most mail providers tell of trouble only.
var mailboxes = map[string]report{
	"bounce":  {says: "mail.bounced", reason: "mailbox does not exist"},
	"full":    {says: "mail.delayed", reason: "mailbox is full"},
	"confirm": {says: "mail.delivered"},
}

// MailProviderConfig configures a mail provider.
type MailProviderConfig struct {
	Secret      []byte           // signs its reports
	CallbackURL string           // where they go
	Callback    *http.Client     // sends them
	Now         func() time.Time // nil means time.Now
	Log         *slog.Logger     // nil discards
}

// MailProvider reports to the shop what becomes of mails: those to bounce@, bounce+anything@ and so on, at any domain.
type MailProvider struct {
	callbacks *callbacks
	url       string
	now       func() time.Time
}

// NewMailProvider returns a mail provider.
func NewMailProvider(c MailProviderConfig) (*MailProvider, error) {
	signs, err := signer("mail", c.Secret)
	if err != nil {
		return nil, err
	}
	d := Config{Callback: c.Callback, Now: c.Now, Log: c.Log}.withDefaults()
	return &MailProvider{callbacks: newCallbacks(d, signs), url: c.CallbackURL, now: d.Now}, nil
}

// Received reports a mail to one of the known mailboxes. A report that finds no place is not sent.
func (m *MailProvider) Received(messageID, to string) {
	name, _, _ := strings.Cut(strings.ToLower(to), "@")
	name, _, _ = strings.Cut(name, "+")
	r, known := mailboxes[name]
	if !known {
		return
	}
	id := fmt.Sprintf("msg_%s", messageID)
	_ = m.callbacks.start(reportAfter, m.url, id, func() []byte { // as bounces get lost
		at := m.now().UTC()
		return said(r.says, at, map[string]any{"messageId": messageID, "at": at, "reason": r.reason})
	})
}

// Close gives up the reports that are not sent yet.
func (m *MailProvider) Close() { m.callbacks.close() }

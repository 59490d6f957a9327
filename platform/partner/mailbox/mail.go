package mailbox

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/net/html"

	"acme.example/webshop/platform/fault"
)

// Summary is a mail in a list.
type Summary struct {
	ID         string    `json:"id"` // the local part of the Message-ID
	To         string    `json:"to"` // the address that the SMTP client named
	ToName     string    `json:"toName"`
	From       string    `json:"from"`
	Subject    string    `json:"subject"`
	ReceivedAt time.Time `json:"receivedAt"`
	Copies     int       `json:"copies"` // how often it was received
}

// Mail is a complete mail.
type Mail struct {
	Summary
	Text    string   `json:"text"`
	HTML    string   `json:"html"`
	Links   []string `json:"links"`   // in the order of the mail, without duplicates
	Headers []Header `json:"headers"` // the headers shown to readers
	Files   []File   `json:"files"`   // that are attached
	Raw     []byte   `json:"-"`       // its source
}

// File is attached to a mail.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"` // bytes
	Data []byte `json:"-"`
}

// Header is a header of a mail, decoded.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// stored is a mail in memory: what lists need, and its source, from which the rest is read on demand.
type stored struct {
	Summary
	messageID string
	texts     int // bytes of the source, or of the texts that it is made of
	source    func() ([]byte, error)
}

// Find returns the newest mail with an ID, or fault.NotFound. If it cannot be parsed, its text is the source.
func (m *Mailbox) Find(id string) (Mail, error) {
	m.mu.RLock()
	s := m.byID[id]
	if s == nil {
		m.mu.RUnlock()
		return Mail{}, fault.New(fault.NotFound, "there is no mail %q; the mailbox keeps the newest only", id)
	}
	found := Mail{Summary: s.Summary, Links: []string{}, Headers: []Header{}, Files: []File{}}
	m.mu.RUnlock()
	raw, err := s.source()
	if err != nil {
		return Mail{}, fmt.Errorf("mailbox: mail %s: %w", id, err)
	}
	found.Raw = raw
	found.read()
	return found, nil
}

// parser uses the charset that a mail declares. Left to guess, enmime reads some short UTF-8 texts as another charset.
var parser = enmime.NewParser(enmime.DisableCharacterDetection(true))

func (m *Mail) read() {
	e, err := parser.ReadEnvelope(bytes.NewReader(m.Raw))
	if err != nil {
		m.Text = string(m.Raw)
		return
	}
	m.Text, m.HTML = e.Text, e.HTML
	for _, name := range []string{"From", "To", "Date", "Message-ID"} {
		if value := e.GetHeader(name); value != "" {
			m.Headers = append(m.Headers, Header{name, value})
		}
	}
	for _, a := range e.Attachments {
		m.Files = append(m.Files, File{Name: a.FileName, Type: a.ContentType, Size: len(a.Content), Data: a.Content})
	}
	m.Links = linksIn(m.HTML, m.Text)
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// linksIn lists the link targets of a mail: those of its HTML or, if it has none, those of its text.
func linksIn(markup, text string) []string {
	links := []string{}
	for tokens := html.NewTokenizer(strings.NewReader(markup)); tokens.Next() != html.ErrorToken; {
		for _, a := range tokens.Token().Attr {
			if a.Key == "href" && !slices.Contains(links, a.Val) {
				links = append(links, a.Val)
			}
		}
	}
	if markup == "" {
		links = append(links, address.FindAllString(text, -1)...)
	}
	return links
}

// headers are the decoded headers that a list needs.
type headers struct {
	messageID, from, subject string
	to                       []*mail.Address
}

// readHeaders reads the headers only: most mails are never opened, and receiving one must be cheap. Input that is no mail
// has none, and is kept nevertheless: its source can be shown.
func readHeaders(raw []byte) headers {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return headers{}
	}
	to, err := m.Header.AddressList("To")
	if err != nil {
		to = nil // the client's address is the one that counts
	}
	return headers{
		messageID: strings.Trim(m.Header.Get("Message-Id"), " <>"),
		from:      decoded(m.Header.Get("From")), subject: decoded(m.Header.Get("Subject")), to: to,
	}
}

func decoded(header string) string {
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		return header // in an unknown charset: unchanged
	}
	return text
}

// summary returns the mail's summary for one of its recipients.
func (h headers) summary(to string) Summary {
	s := Summary{To: to, From: h.from, Subject: h.subject, Copies: 1}
	s.ID, _, _ = strings.Cut(h.messageID, "@")
	for _, a := range h.to {
		if strings.EqualFold(a.Address, to) {
			s.ToName = a.Name
		}
	}
	return s
}

package mailbox

import (
	"slices"
	"strconv"
	"strings"

	"acme.example/webshop/platform/fault"
)

// keep stores a mail for each of its recipients, and drops the oldest when there are too many.
func (m *Mailbox) keep(raw []byte, recipients []string) {
	h := readHeaders(raw)
	for _, to := range recipients {
		s := h.summary(to)
		s.ReceivedAt = m.config.Now().UTC()
		m.add(&stored{Summary: s, messageID: h.messageID, texts: len(raw), source: func() ([]byte, error) { return raw, nil }})
	}
}

// Sealed is a mail from within the process, without SMTP. It is put together only when someone looks at it.
type Sealed struct {
	MessageID                 string // with its domain
	From, To, ToName, Subject string
	Size                      int                    // of its texts, in bytes
	Source                    func() ([]byte, error) // the mail as it would be sent, the same each time
}

// Keep stores a mail from within the process. It returns fault.Invalid if the mail is larger than the receiver takes, and
// fault.Unavailable after Close.
func (m *Mailbox) Keep(s Sealed) error {
	if m.closed.Load() {
		return fault.New(fault.Unavailable, "the built-in mail receiver is closed")
	}
	if s.Size > maxMailBytes {
		return fault.New(fault.Invalid, "a mail of %d bytes is more than the built-in receiver takes", s.Size)
	}
	id, _, _ := strings.Cut(s.MessageID, "@")
	m.add(&stored{
		Summary:   Summary{ID: id, To: s.To, ToName: s.ToName, From: s.From, Subject: s.Subject, Copies: 1, ReceivedAt: m.config.Now().UTC()},
		messageID: s.MessageID, texts: s.Size, source: s.Source,
	})
	return nil
}

// add stores a mail, and tells of it unless it is a copy.
func (m *Mailbox) add(s *stored) {
	if m.stores(s) && m.config.Received != nil {
		m.config.Received(s.messageID, s.To)
	}
}

// stores stores a mail, and reports whether it is no copy of one that is stored.
func (m *Mailbox) stores(s *stored) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.number++
	if s.ID == "" {
		s.ID = "unnamed-" + strconv.Itoa(m.number)
	} else if known := m.byID[s.ID]; known != nil && known.messageID == s.messageID && known.To == s.To {
		known.Copies++
		return false
	}
	m.mails, m.byID[s.ID] = append(m.mails, s), s
	m.bytes += s.size()
	for len(m.mails) > m.config.Keep || m.bytes > m.config.KeepBytes && len(m.mails) > 1 {
		m.forgetOldest()
	}
	return true
}

// mailOverhead is the memory of a mail besides its texts: its fields, its place in the list and its entry by ID.
const mailOverhead = 512

// size returns the bytes of a mail. The headers of one that came by SMTP are held twice: decoded and in the source.
func (s *stored) size() int {
	return mailOverhead + s.texts + len(s.messageID) + len(s.To) + len(s.ToName) + len(s.From) + len(s.Subject)
}

func (m *Mailbox) forgetOldest() {
	oldest := m.mails[0]
	m.mails[0] = nil // so that it is freed now, not when the slice grows again
	m.mails = m.mails[1:]
	m.bytes -= oldest.size()
	if m.byID[oldest.ID] == oldest {
		delete(m.byID, oldest.ID)
	}
}

// Filter selects mails for a list.
type Filter struct {
	To    string // the exact address, case-insensitive; "" is all
	Query string // part of the recipient's address or name, or of the subject, case-insensitive
	Skip  int    // how many of the newest to skip
	Limit int    // how many to return at most; 0 is all
}

// List returns the selected mails, newest first, and how many there are without Skip and Limit.
func (m *Mailbox) List(f Filter) (mails []Summary, total int) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	mails = []Summary{}
	for _, s := range slices.Backward(m.mails) {
		if !f.lets(s.Summary) {
			continue
		}
		if total++; total > f.Skip && (f.Limit == 0 || len(mails) < f.Limit) {
			mails = append(mails, s.Summary)
		}
	}
	return mails, total
}

func (f Filter) lets(s Summary) bool {
	if f.To != "" && !strings.EqualFold(f.To, s.To) {
		return false
	}
	if f.Query == "" {
		return true
	}
	text := strings.ToLower(s.To + "\n" + s.ToName + "\n" + s.Subject)
	return strings.Contains(text, strings.ToLower(f.Query))
}

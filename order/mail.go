package order

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"acme.example/webshop/platform/fault"
)

// Mail is what is known of a mail about the order after the mail server took it. Mails that nothing was reported of, and that the
// shop sent by itself, have none.
type Mail struct {
	ID     string    `json:"id"`               // local part of its Message-ID
	SentAt time.Time `json:"sentAt"`           // when it was sent, or what it tells of happened
	Again  string    `json:"again,omitempty"`  // of one that was sent again by hand: the ID of the mail that it repeats,
	SentBy string    `json:"sentBy,omitempty"` // and who had it sent; "" for the customer (/findOrder)

	State  MailState `json:"state,omitempty"` // as reported last; "" before the first report
	At     time.Time `json:"at,omitzero"`     // when that happened
	By     string    `json:"by,omitempty"`    // who reported it
	Reason string    `json:"reason,omitempty"`
}

// MailState is what became of a mail.
type MailState string

// The states of a mail. One that is delayed is tried again by the mail provider; one that bounced is not.
const (
	MailDelivered MailState = "delivered"
	MailDelayed   MailState = "delayed"
	MailBounced   MailState = "bounced"
)

// ByMailProvider is who reports what became of mails.
const ByMailProvider = "mail"

const (
	// maxMails bounds the mails that an order keeps, each of some 400 bytes; those sent first are forgotten first.
	maxMails = 40
	// MaxMailReason bounds the reason of a report, in characters. Mail servers write more; its beginning says what is wrong.
	MaxMailReason = 200
)

// ErrNotSent is that no order has a mail of that ID.
var ErrNotSent = fault.New(fault.NotFound, "no such mail was sent about an order")

// MailReport is what the mail provider reports of a mail.
type MailReport struct {
	ID     string
	SentAt time.Time // zero: only the order knows whether it was sent
	State  MailState
	At     time.Time
	Reason string
}

// ReportMail keeps what became of a mail. Reports come late, twice and in any order: the one about the latest time holds. A mail that
// the shop has not sent is fault.NotFound.
func ReportMail(tx Tx, r MailReport) error {
	o, err := tx.Order()
	if err != nil {
		return err
	}
	after, changed, err := o.withReport(r, tx.Now())
	if changed {
		tx.Update(after)
	}
	return err
}

// MailSentAgain keeps that a mail was sent again by hand, once for each Message-ID.
func MailSentAgain(tx Tx, m Mail) error {
	o, err := tx.Order()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(o.Mails, func(sent Mail) bool { return sent.ID == m.ID }) {
		return nil
	}
	m.SentAt = tx.Now()
	o.Mails = withMail(o.Mails, m)
	tx.Update(o)
	return nil
}

// withReport returns the order with a report, and whether that changes anything. Nothing is kept of an order without a customer.
func (o Order) withReport(r MailReport, now time.Time) (Order, bool, error) {
	if r.At.After(now.Add(maxAhead)) {
		return o, false, fault.InvalidField("data.at", "is in the future; now it is %s", now.UTC().Format(time.RFC3339))
	}
	m, known := Mail{ID: r.ID, SentAt: r.SentAt}, false
	if i := slices.IndexFunc(o.Mails, func(m Mail) bool { return m.ID == r.ID }); i >= 0 {
		m, known = o.Mails[i], true
	}
	switch {
	case !known && r.SentAt.IsZero():
		return o, false, ErrNotSent
	case o.Erased(), known && !r.At.After(m.At):
		return o, false, nil
	}
	m.State, m.At, m.By, m.Reason = r.State, r.At, ByMailProvider, shortReason(r.Reason)
	o.Mails = withMail(o.Mails, m)
	return o, true, nil
}

// withMail returns mails with one of them added or changed, those sent last at the end.
func withMail(all []Mail, m Mail) []Mail {
	all = slices.DeleteFunc(slices.Clone(all), func(old Mail) bool { return old.ID == m.ID })
	all = append(all, m)
	slices.SortStableFunc(all, func(a, b Mail) int { return a.SentAt.Compare(b.SentAt) })
	return all[max(0, len(all)-maxMails):]
}

// shortReason is the beginning of a mail server's words, in one line.
func shortReason(reason string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != utf8.RuneError {
			return r
		}
		return ' '
	}, reason)
	line := []rune(strings.Join(strings.Fields(visible), " "))
	return string(line[:min(len(line), MaxMailReason)])
}

// Bounced returns the mail for which the customer does not hear of us: the one sent last of those that arrived, bounced or were sent
// again, if it has bounced. A delay tells nothing yet.
func (o Order) Bounced() (m Mail, bounced bool) {
	told := slices.DeleteFunc(slices.Clone(o.Mails), func(m Mail) bool { return m.State == MailDelayed })
	if len(told) == 0 || told[len(told)-1].State != MailBounced {
		return Mail{}, false
	}
	return told[len(told)-1], true
}

// BouncedSince is since when the customer of a real order does not hear of us; the zero time if that is not so.
func (o Order) BouncedSince() time.Time {
	if o.TestID != 0 {
		return time.Time{}
	}
	m, _ := o.Bounced()
	return m.At
}

package partner_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
)

// way is one of the two ways of a mail to the built-in receiver. What is tested here holds for both.
type way struct {
	box      *mailbox.Mailbox
	mail     *partner.Mail
	observed []string // the servers of the calls, and their outcomes
}

func bySMTP(t *testing.T, change func(*partner.MailConfig)) *way { return newWay(t, false, change) }
func byHand(t *testing.T, change func(*partner.MailConfig)) *way { return newWay(t, true, change) }

func newWay(t *testing.T, within bool, change func(*partner.MailConfig)) *way {
	w := &way{box: mustReceive(t)}
	w.mail = mailer(t, w.box, func(c *partner.MailConfig) {
		c.Observe = func(server, outcome string, _ time.Duration) { w.observed = append(w.observed, server+" "+outcome) }
		if within {
			c.HandTest = handTo(w.box)
		}
		if change != nil {
			change(c)
		}
	})
	return w
}

// handTo gives mails to a receiver without SMTP.
func handTo(box *mailbox.Mailbox) func(partner.Handover) error {
	return func(h partner.Handover) error { return box.Keep(mailbox.Sealed(h)) }
}

// bothWays runs a test for mails that come by SMTP and for those that are handed over.
func bothWays(t *testing.T, test func(*testing.T, *way)) {
	t.Run("by SMTP", func(t *testing.T) { test(t, bySMTP(t, nil)) })
	t.Run("handed over", func(t *testing.T) { test(t, byHand(t, nil)) })
}

var (
	dateLine = regexp.MustCompile(`(?m)^Date: .*\r$`)
	boundary = regexp.MustCompile(`boundary="?([^"\r\n]+)"?`)
)

// received returns the mail that arrived without what is of its moment: its times and its boundary.
func (w *way) received(t *testing.T, id string) mailbox.Mail {
	t.Helper()
	m, err := w.box.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	m.ReceivedAt = time.Time{}
	m.Headers = slices.DeleteFunc(m.Headers, func(h mailbox.Header) bool { return h.Name == "Date" })
	m.Raw = dateLine.ReplaceAll(m.Raw, []byte("Date:\r"))
	if b := boundary.FindSubmatch(m.Raw); b != nil {
		m.Raw = bytes.ReplaceAll(m.Raw, b[1], []byte("boundary"))
	}
	return m
}

// TestBothWaysBringTheSameMail, byte for byte, whatever is in it.
func TestBothWaysBringTheSameMail(t *testing.T) {
	name := func(c *partner.MailConfig) { c.From = "Plantas Ñandú 🌵 <orders@acme.example>" }
	smtp, hand := bySMTP(t, name), byHand(t, name)
	for what, text := range nasty {
		for kind, l := range map[string]email.Message{
			"name": {ToName: text}, "subject": {Subject: text}, "text": {Text: text}, "html": {HTML: text},
		} {
			l.ID, l.To, l.ReplyTo = strings.ReplaceAll(kind+"-"+what, " ", "-"), "Ada.Lovelace+1@büro.example", "help@acme.example"
			for _, w := range []*way{smtp, hand} {
				if err := w.mail.Send(t.Context(), l); err != nil {
					t.Fatal(what, err)
				}
			}
			if diff := cmp.Diff(smtp.received(t, l.ID), hand.received(t, l.ID)); diff != "" {
				t.Errorf("%s as %s: by SMTP (-), handed over (+):\n%s", what, kind, diff)
			}
		}
	}
}

func TestBothWaysTakeAnAddressOfAnyLetters(t *testing.T) {
	bothWays(t, func(t *testing.T, w *way) {
		l := letter("a")
		l.To = "josé@example.com"
		if err := w.mail.Takes(t.Context(), l.To); err != nil {
			t.Error(err)
		}
		if err := w.mail.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if got := w.received(t, "a"); got.To != l.To || got.ToName != "Ada Lovelace" {
			t.Errorf("the mail is to %q <%s>", got.ToName, got.To)
		}
	})
}

func TestBothWaysRefuseTheSame(t *testing.T) {
	bothWays(t, func(t *testing.T, w *way) {
		for _, to := range []string{"", "nobody", "a@b.c, d@e.f", "a@b.c\r\nRCPT TO:<x@y.z>"} {
			l := letter("a")
			l.To = to
			wantCode(t, "to "+to, w.mail.Send(t.Context(), l), fault.Invalid)
		}
		for _, id := range []string{"", "a@b", "a>\r\nBcc: x@y.z", strings.Repeat("a", 300)} {
			wantCode(t, "ID "+id, w.mail.Send(t.Context(), letter(id)), fault.Internal)
		}
		large := letter("large")
		large.HTML = strings.Repeat("<p>x</p>\n", 1<<17)
		wantCode(t, "a mail of more than 1 MiB", w.mail.Send(t.Context(), large), fault.Invalid)
		if _, total := w.box.List(mailbox.Filter{}); total != 0 {
			t.Errorf("%d mails are kept", total)
		}
	})
}

// TestBothWaysKeepAMailOnce, and count its copies, for each recipient.
func TestBothWaysKeepAMailOnce(t *testing.T) {
	bothWays(t, func(t *testing.T, w *way) {
		for _, to := range []string{"ada@example.com", "ada@example.com", "eve@example.com"} {
			l := letter("a")
			l.To = to
			if err := w.mail.Send(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		mails, _ := w.box.List(mailbox.Filter{})
		if len(mails) != 2 || mails[0].Copies != 1 || mails[1].Copies != 2 {
			t.Errorf("the mailbox has %+v", mails)
		}
	})
}

// TestBothWaysAreCounted, as calls of one server, with their outcome.
func TestBothWaysAreCounted(t *testing.T) {
	bothWays(t, func(t *testing.T, w *way) {
		large := letter("large")
		large.Text = strings.Repeat("A line of text.\n", 1<<17)
		wantCode(t, "a large mail", w.mail.Send(t.Context(), large), fault.Invalid)
		if err := w.mail.Send(t.Context(), letter("a")); err != nil {
			t.Fatal(err)
		}
		want := []string{"built-in mail receiver invalid", "built-in mail receiver ok"}
		if !slices.Equal(w.observed, want) {
			t.Errorf("counted: %q, want %q", w.observed, want)
		}
		if h := w.mail.Health()[0].Vitals(); h.Calls != 2 || h.Failed != 0 {
			t.Errorf("the receiver's health: %+v", h)
		}
	})
}

// TestBothWaysEnd: a mail that was given up is not sent, nor one after Close of the sender or of the receiver.
func TestBothWaysEnd(t *testing.T) {
	for what, end := range map[string]func(*way, context.CancelFunc){
		"given up":               func(_ *way, giveUp context.CancelFunc) { giveUp() },
		"the sender is closed":   func(w *way, _ context.CancelFunc) { w.mail.Close() },
		"the receiver is closed": func(w *way, _ context.CancelFunc) { _ = w.box.Close() },
	} {
		t.Run(what, func(t *testing.T) {
			bothWays(t, func(t *testing.T, w *way) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				end(w, cancel)
				wantCode(t, what, w.mail.Send(ctx, letter("a")), fault.Unavailable)
				if _, total := w.box.List(mailbox.Filter{}); total != 0 {
					t.Errorf("%d mails are kept", total)
				}
			})
		})
	}
}

// TestAMailThatIsHandedOverTakesNoConnection, and is the same each time it is looked at.
func TestAMailThatIsHandedOverTakesNoConnection(t *testing.T) {
	box, connections := receiver(t)
	m := mailer(t, box, func(c *partner.MailConfig) { c.HandTest = handTo(box) })
	l := letter("a")
	l.Text = "¡Hola!\n.\n..dots\n" + strings.Repeat("Plants × 3 🌿\n", 2000)
	if err := m.Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	first, _ := parsed(t, box, "a")
	again, _ := parsed(t, box, "a")
	if !bytes.Equal(first.Raw, again.Raw) || connections.Load() != 0 {
		t.Errorf("%d connections; looked at again: %.300q", connections.Load(), again.Raw)
	}
}

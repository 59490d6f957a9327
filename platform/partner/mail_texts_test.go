package partner_test

import (
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/partner/mailbox"
	"acme.example/webshop/ref"
)

type shopLinks struct{}

func (shopLinks) Tracking(ref.Order) string { return "https://shop.example/order?key=1" }
func (shopLinks) Delivery(ref.Order) string { return "https://shop.example/delivery?order=1" }

// shop is the email service over real SMTP.
func shop(t *testing.T) (*email.Service, *mailbox.Mailbox) {
	box, _ := receiver(t)
	return &email.Service{
		Mailer: mailer(t, box, nil), Links: shopLinks{}, Now: time.Now,
		Rules: &email.Rules{Markets: map[string]email.Market{"US": {Language: "en", Zone: time.UTC}, "MX": {Language: "es", Zone: time.UTC}}},
	}, box
}

// same converts all line ends to one kind, as a mail does.
func same(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// textOf returns what a person reads of an HTML page, line ends included.
func textOf(markup string) string {
	var out strings.Builder
	for tokens := html.NewTokenizer(strings.NewReader(markup)); tokens.Next() != html.ErrorToken; {
		switch token := tokens.Token(); {
		case token.Type == html.TextToken:
			out.WriteString(token.Data)
		case token.Data == "br":
			out.WriteString("\n")
		}
	}
	return out.String()
}

// tags counts the tags of an HTML page: a customer's text must add none.
func tags(markup string) (n int) {
	for tokens := html.NewTokenizer(strings.NewReader(markup)); tokens.Next() != html.ErrorToken; {
		if kind := tokens.Token().Type; kind != html.TextToken {
			n++
		}
	}
	return n
}

type tb interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}

// arrivesAsTyped books a delivery for a customer with these texts and checks the mail that arrives.
func arrivesAsTyped(t tb, ctx *testing.T, s *email.Service, box *mailbox.Mailbox, name, street, city string) {
	t.Helper()
	plain := send(t, ctx, s, box, "Ada", "A street", "A city")
	got := send(t, ctx, s, box, name, street, city)
	for _, form := range []string{same(got.Text), same(textOf(got.HTML))} {
		for _, typed := range []string{name, street, city} {
			if !strings.Contains(form, same(typed)) {
				t.Errorf("%q did not arrive as typed:\n%s", typed, form)
			}
		}
	}
	if a, b := tags(plain.HTML), tags(got.HTML); a != b {
		t.Errorf("the texts became markup: %d tags instead of %d:\n%s", b, a, got.HTML)
	}
	if got.Subject != plain.Subject || len(got.Links) != len(plain.Links) {
		t.Errorf("subject %q, links %v", got.Subject, got.Links)
	}
	onlyOurHeaders(t, got)
	wantNamed(t, got, name[:byteOfRune(name, 200)])
}

// wantNamed fails if a mail program would show another name or address for the recipient.
func wantNamed(t tb, m mailbox.Mail, name string) {
	t.Helper()
	e, err := enmime.ReadEnvelope(strings.NewReader(string(m.Raw)))
	if err != nil {
		t.Fatal(err)
	}
	to, err := e.AddressList("To")
	shown := strings.Contains(name, "=?") || to[0].Name == name // enmime decodes twice what looks encoded
	if err != nil || len(to) != 1 || to[0].Address != "ada@example.com" || !shown || m.ToName != name {
		t.Errorf("the mail is to %q and in lists to %q, %v; want %q", to, m.ToName, err, name)
	}
}

func byteOfRune(s string, n int) int {
	for at := range s {
		if n == 0 {
			return at
		}
		n--
	}
	return len(s)
}

// onlyOurHeaders fails if a mail has a header that the shop did not write, or has one twice.
func onlyOurHeaders(t tb, m mailbox.Mail) {
	t.Helper()
	parsed, err := mail.ReadMessage(strings.NewReader(string(m.Raw)))
	if err != nil {
		t.Fatal(err)
	}
	ours := "Auto-Submitted Content-Type Date From Message-Id Mime-Version Subject To"
	for name, values := range parsed.Header {
		if !strings.Contains(" "+ours+" ", " "+name+" ") || len(values) != 1 {
			t.Errorf("the header %s: %q", name, values)
		}
	}
	head, _, _ := strings.Cut(string(m.Raw), "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if len(line) > 300 {
			t.Errorf("a header line has %d bytes: %.80s…", len(line), line)
		}
	}
}

func send(t tb, ctx *testing.T, s *email.Service, box *mailbox.Mailbox, name, street, city string) mailbox.Mail {
	t.Helper()
	err := s.OnDeliveryBooked(ctx.Context(), event.DeliveryBooked{
		OrderID: 1, Name: name, Email: "ada@example.com", Phone: "1", Street: street, City: city, Market: "US", DeliveryTime: "1795701600000",
	})
	if err != nil {
		t.Fatal(err)
	}
	newest, _ := box.List(mailbox.Filter{Limit: 1})
	found, err := box.Find(newest[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNastyTextsArriveAsTyped(t *testing.T) {
	for what, text := range nasty {
		t.Run(what, func(t *testing.T) {
			s, box := shop(t)
			arrivesAsTyped(t, t, s, box, text, text, text)
		})
	}
}

func TestNastySubjectsArriveAsTyped(t *testing.T) {
	box, _ := receiver(t)
	m := mailer(t, box, nil)
	for what, text := range nasty {
		l := letter(strings.ReplaceAll(what, " ", "-"))
		l.Subject = text
		if err := m.Send(t.Context(), l); err != nil {
			t.Fatal(what, err)
		}
		found, e := parsed(t, box, l.ID)
		onlyOurHeaders(t, found)
		if want := text[:byteOfRune(text, 300)]; found.Subject != want || e.GetHeader("Subject") != want {
			t.Errorf("%s: the subject is %q and in lists %q, want %q", what, e.GetHeader("Subject"), found.Subject, want)
		}
	}
}

func TestAnyTextArrivesAsTyped(t *testing.T) {
	s, box := shop(t)
	typed := rapid.OneOf(
		rapid.StringN(1, 60, 200),
		rapid.StringOfN(rapid.RuneFrom([]rune(" \t\r\n\"\\'<>&=?@,;:().{}%-_🌵é")), 1, 120, -1),
	).Filter(func(s string) bool {
		return strings.TrimSpace(s) != "" && !strings.ContainsRune(s, 0) // HTML has no way to write NUL
	})
	rapid.Check(t, func(r *rapid.T) {
		arrivesAsTyped(r, t, s, box, typed.Draw(r, "name"), typed.Draw(r, "street"), typed.Draw(r, "city"))
	})
}

package app_test

import (
	"bytes"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"acme.example/webshop/platform/mailaddr"
)

// asTyped are texts of people, and attackers: each is a name, and must arrive as one.
var asTyped = map[string]string{
	"quotes":             `Seán "Bob" O'Brien`,
	"backslashes":        `back\slash \\ \n \u0041 \"`,
	"emoji":              "🌵 Ana 👩🏽‍🌾 😀",
	"4-byte characters":  "𠮷野家 𝒳 🀄",
	"accents":            "Zoë Ångström ñandú",
	"combining":          "e\u0301 u\u0308",
	"right to left":      "مرحبا שלום gnp.exe",
	"joined":             "علی\u200cرضا क\u200dष",
	"spaces":             "two  and   three",
	"spaces around":      " before and after ",
	"SQL":                `Robert'); DROP TABLE orders;--`,
	"SQL union":          `' UNION SELECT key FROM claims WHERE '1'='1`,
	"GraphQL":            `"}) { orderId } updateOrderStatus(id: 1, status: CANCELLED) { orderId } #`,
	"JSON":               `","testId":0,"totalPrice":"1`,
	"script":             `<script>alert("1")</script>`,
	"image":              `<img src=x onerror=alert(1)> &lt;b&gt; &amp;`,
	"end of the mail":    `</h1></body></html><!-- `,
	"link":               `<a href="evil.example">here</a> evil.example/?a=1&b=2`,
	"template":           `{{.Email}} ${7*7} #{7*7} %s %d %n <%= 1 %>`,
	"header":             `Bcc: evil@example.com`,
	"header, escaped":    `x\r\nBcc: evil@example.com %0d%0aTo: evil@example.com`,
	"encoded word":       `=?utf-8?q?Bcc:_evil@example.com?= =?utf-8?b?8J+MtQ==?=`,
	"address":            `Evil <evil@example.com>, other@example.com; (x)`,
	"dots":               `.`,
	"From":               `From me`,
	"boundary":           `--boundary--`,
	"quoted printable":   `=C3=A9 = =20`,
	"paths":              `../../etc/passwd %2e%2e`,
	"CSV":                `=cmd|'/C calc'!A0`,
	"the longest":        strings.Repeat("𠮷", 200),
	"a word without end": strings.Repeat("W", 200),
}

// TestWhatIsTypedArrivesAsTyped as text: in GraphQL, in tracking, in the booking, and in all three mails.
func TestWhatIsTypedArrivesAsTyped(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, text := range asTyped {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			to := url.PathEscape(strings.ToLower(strings.NewReplacer(" ", ".", ",", "").Replace(name))) + "@example.com"
			city := string([]rune(text)[:min(100, len([]rune(text)))]) // a city is shorter
			d := realOrder(text, "email", to, "street", text, "city", city, "testId", 77, "products", "BB001")
			o := s.arrives(s.create(d).OrderID, "DELIVERY_BOOKED")
			if o.CustomerName != text || o.CustomerStreet != text || o.CustomerCity != city || o.CustomerEmail != to {
				t.Errorf("GraphQL has %q, %q, %q; sent was %q", o.CustomerName, o.CustomerStreet, o.CustomerCity, text)
			}
			s.threeMails(to, text, city)
		})
	}
}

func (s *shop) threeMails(to, text, city string) {
	s.Helper()
	mails := s.mails(to)
	if len(mails) != 3 {
		s.Fatalf("%d mails, want 3", len(mails))
	}
	addressed := 0
	for _, m := range mails {
		if strings.Contains(m.Subject, text) && len(text) > 3 || strings.ContainsAny(m.Subject, "\r\n") {
			s.Errorf("the subject %q holds what was typed", m.Subject)
		}
		if !strings.Contains(m.Text, text) {
			s.Errorf("%s: the text does not hold %q:\n%s", m.Subject, text, m.Text)
		}
		if strings.Contains(m.Text, "Where we deliver") {
			addressed++
			if !strings.Contains(strings.ReplaceAll(m.Text, "\r\n", "\n"), "\n  "+text+"\n  "+city+"\n") {
				s.Errorf("%s: the address is not %q and %q:\n%s", m.Subject, text, city, m.Text)
			}
		}
		s.onlyText(m, text)
		s.onlyHeaders(m, to, text)
	}
	if addressed != 2 {
		s.Errorf("%d mails hold the address, want 2", addressed)
	}
}

// contact is whom the built-in rules have customers of the US ask.
var contact = []string{"mailto:help@acme.example", "tel:+12125550100"}

// onlyText fails the test unless a text is in a mail's HTML as text, and the mail has only the shop's elements and links.
func (s *shop) onlyText(m mail, typed string) {
	s.Helper()
	var shown strings.Builder
	for tokens := html.NewTokenizer(strings.NewReader(m.HTML)); tokens.Next() != html.ErrorToken; {
		switch token := tokens.Token(); token.Type {
		case html.TextToken:
			shown.WriteString(token.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			if !slices.Contains(strings.Fields("html head meta title body div p h1 h2 ul li strong br a"), token.Data) {
				s.Errorf("%s: there is an element %s", m.Subject, token)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(a.Val, s.PublicURL+"/") && !slices.Contains(contact, a.Val) {
					s.Errorf("%s: there is %s", m.Subject, token)
				}
			}
		case html.CommentToken:
			s.Errorf("%s: there is a comment %s", m.Subject, token)
		}
	}
	if !strings.Contains(shown.String(), typed) {
		s.Errorf("%s: the HTML does not show %q:\n%s", m.Subject, typed, m.HTML)
	}
}

// onlyHeaders fails the test unless a mail's source has only the shop's headers, and one recipient, whose name is as
// typed.
func (s *shop) onlyHeaders(m mail, to, name string) {
	s.Helper()
	source := s.call("GET", s.PrivateURL+"/mail/"+m.ID+"/raw", nil).want(200).body
	parsed, err := netmail.ReadMessage(bytes.NewReader(source))
	if err != nil {
		s.Fatalf("%v: %s", err, source)
	}
	for header, values := range parsed.Header {
		if !slices.Contains(strings.Fields("From To Reply-To Subject Date Message-Id Auto-Submitted Mime-Version Content-Type Return-Path Received"), header) || len(values) != 1 {
			s.Errorf("%s: header %s: %q", m.Subject, header, values)
		}
	}
	recipients, err := parsed.Header.AddressList("To")
	if err != nil || len(recipients) != 1 || recipients[0].Address != to || recipients[0].Name != name {
		s.Errorf("%s: the mail is to %v, %v; want %q <%s>", m.Subject, recipients, err, name, to)
	}
}

// TestStrangeAddressesGetTheirMails: an address that is accepted must be reachable.
func TestStrangeAddressesGetTheirMails(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, to := range []string{
		"o'brien@example.com", "ann+plants@example.com", "a!#$%&'*/=?^_`{|}~-b@example.com", "ANN@EXAMPLE.COM", "a@b.co",
		"1@2.3.4.5", "ñandú@example.com", "ann@münchen.example", "ann@xn--bcher-kva.example", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 60) + ".example",
		strings.Repeat("a", 242) + "@example.com",
	} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			a := s.call("POST", s.PublicURL+"/createOrder", realOrder("Ann", "email", to, "testId", 78))
			if a.status != 200 {
				a.refuses("invalid", "email")
				return
			}
			var made created
			a.into(&made)
			s.arrives(made.OrderID, "DELIVERY_BOOKED")
			told, err := mailaddr.Parse(to)
			if err != nil {
				s.Fatal(err)
			}
			s.eventually("three mails", func() bool { return len(s.mails(url.QueryEscape(told.String()))) == 3 })
		})
	}
}

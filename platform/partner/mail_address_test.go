package partner_test

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// told is what a mail server has received.
type told struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// listening records what is read from a connection.
type listening struct {
	net.Conn
	*told
}

func (l listening) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p[:n])
	return n, err
}

// commands returns the lines that begin with a word.
func (h *told) commands(word string) (all []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for line := range strings.SplitSeq(h.text.String(), "\r\n") {
		if strings.HasPrefix(line, word) {
			all = append(all, line)
		}
	}
	return all
}

// serverWith returns a mail server with extensions, and what it receives.
func serverWith(t *testing.T, extensions ...string) (partner.SMTP, *told) {
	h := &told{}
	hello := "250-script\r\n"
	for _, e := range extensions {
		hello += "250-" + e + "\r\n"
	}
	serve := script(map[string]string{"EHLO": hello + "250 HELP"})
	return tcpServer(t, func(c net.Conn) { serve(listening{c, h}) }), h
}

// TestADomainIsToldInASCII: every server accepts that, and SMTPUTF8 is used only if needed.
func TestADomainIsToldInASCII(t *testing.T) {
	server, was := serverWith(t, "8BITMIME", "SMTPUTF8")
	m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live, c.From = server, "ACME <orders@büro.example>" })
	for _, to := range []string{"ana@bücher.example", "josé@bücher.example", "ana@example.com"} {
		l := letter("a")
		l.To = to
		if err := m.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	mails, recipients := was.commands("MAIL FROM:"), was.commands("RCPT TO:")
	if len(mails) != 3 || len(recipients) != 3 {
		t.Fatalf("%q, %q", mails, recipients)
	}
	for i, want := range []struct {
		to   string
		utf8 bool
	}{{"ana@xn--bcher-kva.example", false}, {"josé@xn--bcher-kva.example", true}, {"ana@example.com", false}} {
		if !strings.Contains(recipients[i], "<"+want.to+">") || strings.Contains(mails[i], "SMTPUTF8") != want.utf8 {
			t.Errorf("%s, %s; want %s, SMTPUTF8 %t", mails[i], recipients[i], want.to, want.utf8)
		}
		if !strings.Contains(mails[i], "<orders@xn--bro-hoa.example>") {
			t.Errorf("the sender is %s", mails[i])
		}
	}
	if to := strings.Join(was.commands("To:"), "\n") + strings.Join(was.commands(" <"), "\n"); !strings.Contains(to, "ana@xn--bcher-kva.example") {
		t.Errorf("the headers say %s", to)
	}
}

// TestAnAddressThatTheServerCannotTakeIsRefused: by Takes, before there is an order, and by Send.
func TestAnAddressThatTheServerCannotTakeIsRefused(t *testing.T) {
	server, was := serverWith(t, "8BITMIME")
	m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live = server })
	for address, want := range map[string]fault.Code{
		"josé@example.com": fault.Invalid, "ana@bücher.example": "", "ana@example.com": "", "nobody": fault.Invalid,
	} {
		if err := m.Takes(t.Context(), address); fault.CodeOf(err) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	l := letter("a")
	l.To = "josé@example.com"
	wantCode(t, "a mail to it", m.Send(t.Context(), l), fault.Invalid)
	if rcpt := was.commands("RCPT TO:"); len(rcpt) != 0 {
		t.Errorf("the server was told %q", rcpt)
	}
	if n := len(was.commands("EHLO")); n != 1 {
		t.Errorf("%d connections were opened, want one for all", n)
	}
}

func TestAServerWithSMTPUTF8TakesEveryAddress(t *testing.T) {
	m := mailer(t, mustReceive(t), nil)
	if err := m.Takes(t.Context(), "josé@example.com"); err != nil {
		t.Error(err)
	}
}

func TestWhetherAServerTakesAnAddressIsNotKnownWhileItIsAway(t *testing.T) {
	l, _ := listen(t, "127.0.0.1:0")
	server := plainSMTP(t, l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live = server })
	wantCode(t, "a server that is away", m.Takes(t.Context(), "josé@example.com"), fault.Unavailable)
	if err := m.Takes(t.Context(), "ana@example.com"); err != nil {
		t.Errorf("an address that every server takes: %v", err)
	}
}

func TestASenderThatNotEveryServerTakesIsRefused(t *testing.T) {
	for _, from := range []string{"José <josé@example.com>", "orders", ""} {
		if _, err := partner.NewMail(partner.MailConfig{Test: partner.SMTP{Host: "localhost", Port: 25}, From: from}); err == nil {
			t.Errorf("%q is taken", from)
		}
	}
}

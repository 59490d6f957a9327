package partner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
)

func TestRefusalsHaveTheRightCode(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string]string
		want    fault.Code
	}{
		{"no such mailbox", map[string]string{"RCPT": "550 5.1.1 no such user"}, fault.Invalid},
		{"no mail from us", map[string]string{"RCPT": "550 5.7.1 relaying denied"}, fault.Unavailable},
		{"no password", map[string]string{"RCPT": "530 5.7.0 authentication required"}, fault.Unavailable},
		{"we are on a list", map[string]string{"END": "554 5.7.1 listed"}, fault.Unavailable},
		{"no such mailbox, without a word", map[string]string{"RCPT": "550 no"}, fault.Invalid},
		{"recipient not now", map[string]string{"RCPT": "450 4.2.1 greylisted"}, fault.Unavailable},
		{"mailbox busy", map[string]string{"RCPT": "421 come back"}, fault.Unavailable},
		{"content refused", map[string]string{"END": "554 5.6.0 no"}, fault.Invalid},
		{"content not now", map[string]string{"END": "451 4.3.0 disk full"}, fault.Unavailable},
		{"no data now", map[string]string{"DATA": "451 not now"}, fault.Unavailable},
		{"our sender refused", map[string]string{"MAIL": "550 5.7.1 who are you"}, fault.Unavailable},
		{"our greeting refused", map[string]string{"EHLO": "550 no", "HELO": "550 no"}, fault.Unavailable},
		{"closing down", map[string]string{"MAIL": "421 bye"}, fault.Unavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := tcpServer(t, script(c.answers))
			m := mailer(t, mustReceive(t), func(mc *partner.MailConfig) { mc.Live = server })
			for range 2 { // the second over a kept connection, where it is kept
				err := m.Send(t.Context(), letter("a"))
				wantCode(t, c.name, err, c.want)
				if public := fault.ProblemOf(err).Detail; strings.Contains(public, "ada@") || strings.Contains(public, "5.") {
					t.Errorf("the public message tells too much: %s", public)
				}
			}
		})
	}
}

func TestARefusedRecipientIsNamedAndDoesNotCostTheConnection(t *testing.T) {
	box := mustReceive(t)
	l, connections := listen(t, "127.0.0.1:0")
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return picky{}, nil }))
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	m := mailer(t, box, func(c *partner.MailConfig) { c.Live = plainSMTP(t, l.Addr().String()) })
	for range 3 {
		err := m.Send(t.Context(), letter("a"))
		wantCode(t, "an address that is refused", err, fault.Invalid)
		if e, ok := errors.AsType[*fault.Error](err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != "email" {
			t.Errorf("the fault names %v", err)
		}
		good := letter("b")
		good.To = "good@example.com"
		if err := m.Send(t.Context(), good); err != nil {
			t.Error(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("six mails took %d connections", n)
	}
}

func TestASlowServerCostsItsTimeoutAndNoMore(t *testing.T) {
	hang := func(word string) func(net.Conn) { return script(map[string]string{word: "hang"}) }
	for name, serve := range map[string]func(net.Conn){
		"says nothing":      func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"hangs at hello":    hang("EHLO"),
		"hangs at sender":   hang("MAIL"),
		"hangs at receiver": hang("RCPT"),
		"hangs at data":     hang("DATA"),
		"hangs at the end":  hang("END"),
		"drips": func(c net.Conn) {
			for range 1000 {
				if _, err := fmt.Fprint(c, "220-wait\r\n"); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := tcpServer(t, serve)
			m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live, c.Timeout = server, 300*time.Millisecond })
			start := time.Now()
			wantCode(t, name, m.Send(t.Context(), letter("a")), fault.Unavailable)
			if took := time.Since(start); took < 250*time.Millisecond || took > 3*time.Second {
				t.Errorf("a mail that may take 300 ms took %v", took)
			}
		})
	}
}

func TestAMailEndsWithItsContext(t *testing.T) {
	for _, word := range []string{"EHLO", "RCPT", "END"} {
		server := tcpServer(t, script(map[string]string{word: "hang"}))
		m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live, c.Timeout = server, time.Minute })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		start := time.Now()
		wantCode(t, "hanging at "+word, m.Send(ctx, letter("a")), fault.Unavailable)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("hanging at %s, a mail that was given up after 100 ms took %v", word, took)
		}
	}
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	l, _ := listen(t, "127.0.0.1:0")
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live = plainSMTP(t, address) })
	wantCode(t, "nothing listens", m.Send(t.Context(), letter("a")), fault.Unavailable)
}

func TestWhatCannotBeAMailIsNotSent(t *testing.T) {
	box := mustReceive(t)
	m := mailer(t, box, nil)
	for _, to := range []string{"", "nobody", "a@b.c, d@e.f", "A <a@b.c>", "a@b.c\r\nRCPT TO:<x@y.z>", "a@b.c>\r\nDATA"} {
		l := letter("a")
		l.To = to
		wantCode(t, "to "+to, m.Send(t.Context(), l), fault.Invalid)
	}
	for _, id := range []string{"", "a@b", "a>\r\nBcc: x@y.z", "a b", strings.Repeat("a", 300)} {
		wantCode(t, "ID "+id, m.Send(t.Context(), letter(id)), fault.Internal)
	}
	if _, total := box.List(mailbox.Filter{}); total != 0 {
		t.Errorf("%d mails were sent", total)
	}
}

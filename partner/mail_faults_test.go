package partner_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"acme.example/webshop/fault"
	"acme.example/webshop/partner"
	"acme.example/webshop/partner/mailbox"
)

func mustReceive(t *testing.T) *mailbox.Mailbox {
	t.Helper()
	box, _ := receiver(t)
	return box
}

// tcpServer answers each connection with a function.
func tcpServer(t *testing.T, serve func(net.Conn)) partner.SMTP {
	t.Helper()
	l, _ := listen(t, "127.0.0.1:0")
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return plainSMTP(t, l.Addr().String())
}

// silentServer takes connections and says nothing.
func silentServer(t *testing.T) partner.SMTP {
	return tcpServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
}

// script answers each command by the first word of it; a command without an answer gets 250, and an answer that is
// "hang" none.
func script(answers map[string]string) func(net.Conn) {
	return func(c net.Conn) {
		fmt.Fprint(c, "220 script\r\n")
		content := false
		for lines := bufio.NewScanner(c); lines.Scan(); {
			word, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " ")
			switch {
			case content && lines.Text() != ".":
				continue
			case content:
				word, content = "END", false
			}
			answer, ok := answers[word]
			if !ok {
				answer = map[string]string{"DATA": "354 go on"}[word]
			}
			if answer == "hang" {
				_, _ = io.Copy(io.Discard, c)
				return
			}
			if answer == "" {
				answer = "250 ok"
			}
			content = strings.HasPrefix(answer, "354")
			fmt.Fprint(c, answer+"\r\n")
		}
	}
}

func TestRefusalsHaveTheRightCode(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string]string
		want    fault.Code
	}{
		{"no such mailbox", map[string]string{"RCPT": "550 5.1.1 no such user"}, fault.Invalid},
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

// picky refuses all addresses but those that begin with "good".
type picky struct{}

func (picky) Mail(string, *smtp.MailOptions) error { return nil }
func (picky) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "good") {
		return nil
	}
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
}
func (picky) Data(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }
func (picky) Reset()                 {}
func (picky) Logout() error          { return nil }

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

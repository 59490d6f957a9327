package partner_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
)

// counted counts the connections of a listener.
type counted struct {
	net.Listener
	n *atomic.Int64
}

func (c counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.n.Add(1)
	}
	return conn, err
}

func listen(t *testing.T, address string) (net.Listener, *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	n := &atomic.Int64{}
	return counted{l, n}, n
}

// receiver opens a mailbox and counts its connections.
func receiver(t *testing.T) (*mailbox.Mailbox, *atomic.Int64) {
	t.Helper()
	l, n := listen(t, "127.0.0.1:0")
	box, err := mailbox.New(mailbox.Config{Listener: l})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return box, n
}

func plainSMTP(t *testing.T, address string) partner.SMTP {
	t.Helper()
	s, err := partner.PlainSMTP(address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mailer sends to the receiver, with a changed configuration.
func mailer(t *testing.T, box *mailbox.Mailbox, change func(*partner.MailConfig)) *partner.Mail {
	t.Helper()
	c := partner.MailConfig{
		Test: plainSMTP(t, box.Addr()), From: "ACME Potted Plants <orders@acme.example>",
		PreviewBase: "http://127.0.0.1:8081", Timeout: 5 * time.Second,
	}
	if change != nil {
		change(&c)
	}
	m, err := partner.NewMail(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func letter(id string) email.Message {
	return email.Message{
		ID: id, To: "ada@example.com", ToName: "Ada Lovelace", Subject: "Hello", Text: "As text.\n", HTML: "<p>As HTML.</p>",
	}
}

func parsed(t *testing.T, box *mailbox.Mailbox, id string) (mailbox.Mail, *enmime.Envelope) {
	t.Helper()
	found, err := box.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	e, err := enmime.NewParser(enmime.DisableCharacterDetection(true)).ReadEnvelope(bytes.NewReader(found.Raw))
	if err != nil {
		t.Fatal(err)
	}
	return found, e
}

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

// silentServer accepts connections and never answers.
func silentServer(t *testing.T) partner.SMTP {
	return tcpServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
}

// script answers each command by its first word: 250 by default, and "hang" means no answer.
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

// picky refuses all addresses except those that begin with "good".
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

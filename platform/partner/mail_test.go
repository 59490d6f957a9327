package partner_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
)

func TestAMailArrivesWithItsHeadersAndBothForms(t *testing.T) {
	box, _ := receiver(t)
	l := letter("0193-a.email.OrderCreated")
	l.ReplyTo = "help@acme.example"
	if err := mailer(t, box, nil).Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	_, e := parsed(t, box, "0193-a.email.OrderCreated")
	for name, want := range map[string]string{
		"Message-Id": "<0193-a.email.OrderCreated@acme.example>", "From": `"ACME Potted Plants" <orders@acme.example>`,
		"To": `Ada Lovelace <ada@example.com>`, "Subject": "Hello", "Reply-To": "<help@acme.example>", "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
	} {
		if got := e.GetHeader(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if at, err := e.Date(); err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("Date: %v, %v", at, err)
	}
	if e.Root.ContentType != "multipart/alternative" || e.Text != "As text.\r\n" || e.HTML != "<p>As HTML.</p>" || len(e.Errors) > 0 {
		t.Errorf("%s with %q and %q; %v", e.Root.ContentType, e.Text, e.HTML, e.Errors)
	}
}

func TestMailsOfTestOrdersStayHere(t *testing.T) {
	here, _ := receiver(t)
	world, _ := receiver(t)
	m := mailer(t, here, func(c *partner.MailConfig) { c.Live = plainSMTP(t, world.Addr()) })
	for id, test := range map[string]bool{"real": false, "test": true} {
		l := letter(id)
		l.Test = test
		if err := m.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	for id, box := range map[string]*mailbox.Mailbox{"real": world, "test": here} {
		if all, _ := box.List(mailbox.Filter{}); len(all) != 1 || all[0].ID != id {
			t.Errorf("the receiver of %s mails holds %v", id, all)
		}
	}
	if real, test := m.Preview("a", false), m.Preview("a", true); real != "" || test != "http://127.0.0.1:8081/mail/a" {
		t.Errorf("previews are %q and, for a test, %q", real, test)
	}
	if got := mailer(t, here, nil).Preview("a", false); got != "http://127.0.0.1:8081/mail/a" {
		t.Errorf("without a mail server, the preview is %q", got)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	box, connections := receiver(t)
	m := mailer(t, box, nil)
	for i := range 20 {
		if err := m.Send(t.Context(), letter(fmt.Sprintf("m-%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("20 mails, one after the other, took %d connections", n)
	}
}

func TestManyAtOnceShareTheConnections(t *testing.T) {
	box, connections := receiver(t)
	m := mailer(t, box, func(c *partner.MailConfig) { c.Connections = 4 })
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if err := m.Send(t.Context(), letter(fmt.Sprintf("m-%d", i))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, total := box.List(mailbox.Filter{}); total != 200 || connections.Load() > 4 {
		t.Errorf("%d mails arrived over %d connections", total, connections.Load())
	}
}

func TestABrokenConnectionIsReplaced(t *testing.T) {
	t.Run("noticed while the server is down", func(t *testing.T) { restart(t, true) })
	t.Run("noticed when it is back", func(t *testing.T) { restart(t, false) })
}

// restart sends a mail before and two after a restart of the server, and optionally one in between.
func restart(t *testing.T, meanwhile bool) {
	box, _ := receiver(t)
	m := mailer(t, box, nil)
	if err := m.Send(t.Context(), letter("before")); err != nil {
		t.Fatal(err)
	}
	address := box.Addr()
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	if meanwhile {
		wantCode(t, "while the server is down", m.Send(t.Context(), letter("meanwhile")), fault.Unavailable)
	}
	again, _ := listen(t, address)
	second, err := mailbox.New(mailbox.Config{Listener: again})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	for _, id := range []string{"after", "later"} {
		if err := m.Send(t.Context(), letter(id)); err != nil {
			t.Errorf("when the server is back: %v", err)
		}
	}
}

func TestAClosedSenderSendsNothing(t *testing.T) {
	box, _ := receiver(t)
	m := mailer(t, box, nil)
	m.Close()
	wantCode(t, "after Close", m.Send(t.Context(), letter("a")), fault.Unavailable)
}

func TestNewMailNamesWhatIsWrong(t *testing.T) {
	good := partner.SMTP{Host: "mail.example", Port: 587}
	for want, c := range map[string]partner.MailConfig{
		"sender":     {Test: good, From: "nobody"},
		"TLS policy": {Test: good, From: "a@b.c", Live: partner.SMTP{Host: "x", Port: 1, TLS: "maybe"}},
		"port":       {Test: good, From: "a@b.c", Live: partner.SMTP{Host: "x"}},
		"test mails": {From: "a@b.c"},
		"hostname":   {Test: partner.SMTP{Port: 25}, From: "a@b.c"},
	} {
		if _, err := partner.NewMail(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for _, address := range []string{"", "mail.example", "mail.example:smtp"} {
		if s, err := partner.PlainSMTP(address); err == nil {
			t.Errorf("PlainSMTP(%q) = %v", address, s)
		}
	}
}

func TestWaitingForAConnectionEnds(t *testing.T) {
	silent := silentServer(t)
	m := mailer(t, mustReceive(t), func(c *partner.MailConfig) { c.Live, c.Connections = silent, 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var all sync.WaitGroup
	start := time.Now()
	for range 5 {
		all.Go(func() { wantCode(t, "a busy server", m.Send(ctx, letter("a")), fault.Unavailable) })
	}
	all.Wait()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("five mails, bounded to 200 ms, took %v", took)
	}
}

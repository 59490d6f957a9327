package partner_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// away is a mail server that can be down, within the process, so that it has the test's clock.
type away struct {
	down  atomic.Bool
	dials atomic.Int64
	hangs atomic.Bool // accepts connections, and never answers
}

func (a *away) dial(context.Context, string, string) (net.Conn, error) {
	a.dials.Add(1)
	if a.down.Load() {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	serve := script(nil)
	if a.hangs.Load() {
		serve = script(map[string]string{"EHLO": "hang"})
	}
	go func() {
		defer there.Close()
		serve(there)
	}()
	return here, nil
}

func (a *away) mailer(t *testing.T, connections int) *partner.Mail {
	m, err := partner.NewMail(partner.MailConfig{
		Test: partner.SMTP{Host: "mail.test", Port: 25, TLS: partner.TLSNone}, Dial: a.dial, From: "orders@acme.example", Connections: connections,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// TestAMailServerThatIsAwayIsLeftAlone: the retries of thousands of mails in an outage are not as many calls, and when
// the server is back, so are the mails.
func TestAMailServerThatIsAwayIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &away{}
		m := server.mailer(t, 8)
		server.down.Store(true)
		for range 600 { // ten minutes
			for range 5 {
				wantCode(t, "in the outage", m.Send(t.Context(), letter("a")), fault.Unavailable)
			}
			time.Sleep(time.Second)
		}
		if n := server.dials.Load(); n < 60 || n > 150 {
			t.Errorf("%d calls in ten minutes, of 3,000 mails", n)
		}
		if v := m.Health()[0].Vitals(); !v.Failing {
			t.Errorf("it does not count as failing: %+v", v)
		}
		server.down.Store(false)
		time.Sleep(10 * time.Second)
		for i := range 100 {
			if err := m.Send(t.Context(), letter(fmt.Sprint("b", i))); err != nil {
				t.Fatal("when it is back: ", err)
			}
		}
	})
}

// TestAMailServerThatHangsIsLeftAlone, although it answers so few mails in a minute.
func TestAMailServerThatHangsIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &away{}
		server.hangs.Store(true)
		m := server.mailer(t, 8)
		for range 60 { // ten minutes
			for range 40 {
				go func() { _ = m.Send(t.Context(), letter("a")) }()
			}
			time.Sleep(10 * time.Second)
		}
		time.Sleep(time.Minute)
		if n := server.dials.Load(); n > 200 {
			t.Errorf("%d calls in ten minutes, of 2,400 mails", n)
		}
	})
}

// TestAnAnswerAboutOneMailIsNoOutage: anyone can order with addresses that the server refuses for now, which must not
// hold up the mails of others.
func TestAnAnswerAboutOneMailIsNoOutage(t *testing.T) {
	for _, c := range []struct {
		word, answer string
		away         bool
	}{
		{"RCPT", "450 4.2.1 greylisted", false}, {"RCPT", "451 4.3.0 try later", false}, {"RCPT", "550 5.7.1 not from you", false},
		{"END", "451 4.3.0 not now", false}, {"RCPT", "421 bye", true}, {"MAIL", "451 not now", true}, {"EHLO", "421 bye", true},
	} {
		server := tcpServer(t, script(map[string]string{c.word: c.answer, "HELO": c.answer}))
		m := mailer(t, mustReceive(t), func(mc *partner.MailConfig) { mc.Live = server })
		called := 0
		for range 15 {
			if err := m.Send(t.Context(), letter("a")); err == nil {
				t.Errorf("%s %s: taken", c.word, c.answer)
			} else if !strings.Contains(err.Error(), "not called") {
				called++
			}
		}
		if c.away != (called < 15) {
			t.Errorf("%s %s: %d of 15 mails were tried, away: %t", c.word, c.answer, called, c.away)
		}
	}
}

// TestAQuestionToAMailServerThatIsAwayIsNotAsked: customers with such addresses do not wait for it one after another.
func TestAQuestionToAMailServerThatIsAwayIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &away{}
		server.down.Store(true)
		m := server.mailer(t, 8)
		for range 50 {
			wantCode(t, "a question", m.Takes(t.Context(), "jürgen@example.com"), fault.Unavailable)
		}
		if n := server.dials.Load(); n != 10 {
			t.Errorf("it was called %d times", n)
		}
	})
}

// TestWaitingForAConnectionIsNoFailure of the mail or the server.
func TestWaitingForAConnectionIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &away{}
		server.hangs.Store(true)
		m := server.mailer(t, 1)
		ended := make(chan error)
		go func() { ended <- m.Send(t.Context(), letter("a")) }()
		synctest.Wait()
		begun := time.Now()
		for range 20 {
			go func() { ended <- m.Send(t.Context(), letter("b")) }()
		}
		for range 20 {
			if err := <-ended; !errors.Is(err, fault.ErrNotBegun) || fault.Permanent(err) || time.Since(begun) != 5*time.Second {
				t.Errorf("a mail that waited ends after %s with %v", time.Since(begun), err)
			}
		}
		if v := m.Health()[0].Vitals(); v.Failing || v.Failed > 1 { // the one that hangs
			t.Errorf("the server counts as failing: %+v", v)
		}
		if err := <-ended; errors.Is(err, fault.ErrNotBegun) || fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("the one that was begun: %v", err)
		}
	})
}

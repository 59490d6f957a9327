package mailbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

func TestBoundsOfTheReceiver(t *testing.T) {
	m := open(t, 0)
	err := smtp.SendMail(m.Addr(), nil, "a@b.c", []string{"d@e.f"}, []byte(strings.Repeat("x", 70)+strings.Repeat("\r\n"+strings.Repeat("x", 70), 20000)))
	if e, ok := errors.AsType[*textproto.Error](err); !ok || e.Code != 552 {
		t.Errorf("a mail of 1.4 MB: %v", err)
	}
	many := make([]string, maxRecipients+1)
	for i := range many {
		many[i] = fmt.Sprintf("c%d@example.com", i)
	}
	if err := smtp.SendMail(m.Addr(), nil, "a@b.c", many, []byte(simple("a", "x"))); err == nil {
		t.Error("a mail to too many was taken")
	}
	if _, total := m.List(Filter{}); total != 0 {
		t.Errorf("%d mails are held", total)
	}
}

func TestCloseEndsConnectionsAndCanBeRepeated(t *testing.T) {
	m, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", m.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, net.ErrClosed) || (err != nil && strings.Contains(err.Error(), "timeout")) {
		t.Errorf("the connection outlives the mailbox: %v", err)
	}
	if _, err := New(Config{Addr: "256.0.0.1:x"}); err == nil {
		t.Error("a mailbox without an address was opened")
	}
}

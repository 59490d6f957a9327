package mailbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/fault"
)

// open opens a mailbox whose clock goes on by a minute with each mail.
func open(t *testing.T, keep int) *Mailbox {
	t.Helper()
	var mu sync.Mutex
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	m, err := New(Config{Keep: keep, Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Minute)
		return now
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// deliver sends raw mail as a program would.
func deliver(t *testing.T, m *Mailbox, raw string, to ...string) {
	t.Helper()
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	if err := smtp.SendMail(m.Addr(), nil, "from@acme.example", to, []byte(raw)); err != nil {
		t.Fatal(err)
	}
}

func simple(id, subject string) string {
	return "Message-ID: <" + id + "@acme.example>\nFrom: Shop <shop@acme.example>\nTo: Ada <ada@example.com>\nSubject: " + subject +
		"\nContent-Type: text/html; charset=utf-8\n\n<p>Hello <a href=\"https://shop.example/1\">you</a></p>\n"
}

func TestReceivedMailsAreListedNewestFirst(t *testing.T) {
	m := open(t, 0)
	deliver(t, m, simple("a", "=?utf-8?q?=C2=A1Gracias!?="), "ada@example.com")
	deliver(t, m, simple("b", "Second"), "ada@example.com", "eve@example.com")
	mails, total := m.List(Filter{})
	var got []string
	for _, s := range mails {
		got = append(got, s.ID+" "+s.ToName+"<"+s.To+"> "+s.Subject+" "+s.ReceivedAt.Format("15:04"))
	}
	want := "b <eve@example.com> Second 09:03, b Ada<ada@example.com> Second 09:02, a Ada<ada@example.com> ¡Gracias! 09:01"
	if strings.Join(got, ", ") != want || total != 3 {
		t.Errorf("%d mails: %s\nwant %s", total, strings.Join(got, ", "), want)
	}
}

func TestListFiltersAndPages(t *testing.T) {
	m := open(t, 0)
	for i := range 10 {
		deliver(t, m, simple(fmt.Sprint(i), fmt.Sprintf("Order %d", i%2)), fmt.Sprintf("c%d@example.com", i%5))
	}
	for _, c := range []struct {
		filter Filter
		ids    string
		total  int
	}{
		{Filter{Limit: 3}, "987", 10}, {Filter{Skip: 8}, "10", 10}, {Filter{Skip: 20}, "", 10},
		{Filter{To: "C1@EXAMPLE.com"}, "61", 2}, {Filter{To: "c"}, "", 0}, {Filter{Query: "order 1"}, "97531", 5},
		{Filter{Query: "C2@"}, "72", 2}, {Filter{Query: "order 1", Skip: 1, Limit: 2}, "75", 5}, {Filter{Query: "nothing"}, "", 0},
	} {
		mails, total := m.List(c.filter)
		ids := ""
		for _, s := range mails {
			ids += s.ID
		}
		if ids != c.ids || total != c.total {
			t.Errorf("%+v lists %s of %d, want %s of %d", c.filter, ids, total, c.ids, c.total)
		}
	}
}

func TestTheSameMailIsHeldOnce(t *testing.T) {
	m := open(t, 0)
	for range 3 {
		deliver(t, m, simple("a", "Once"), "ada@example.com")
	}
	deliver(t, m, simple("a", "Once"), "eve@example.com")
	mails, total := m.List(Filter{To: "ada@example.com"})
	if total != 1 || mails[0].Copies != 3 {
		t.Errorf("%d mails: %+v", total, mails)
	}
	if _, total := m.List(Filter{}); total != 2 {
		t.Errorf("another recipient's mail is not held: %d", total)
	}
}

func TestTheOldestAreForgotten(t *testing.T) {
	m := open(t, 3)
	for i := range 10 {
		deliver(t, m, simple(fmt.Sprint(i), "x"), "ada@example.com")
	}
	mails, total := m.List(Filter{})
	if total != 3 || mails[0].ID != "9" || mails[2].ID != "7" || len(m.byID) != 3 {
		t.Errorf("%d mails are held, %d known by ID: %+v", total, len(m.byID), mails)
	}
	if _, err := m.Find("6"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a forgotten mail: %v", err)
	}
	raw := []byte(simple("big", "x") + strings.Repeat("x", 900<<10))
	for i := range 100 {
		m.config.Keep = 1000
		m.keep(append([]byte("X-Number: "+fmt.Sprint(i)+"\r\n"), raw...), []string{fmt.Sprintf("c%d@example.com", i)})
	}
	sum := 0
	for _, s := range m.mails {
		sum += len(s.raw)
	}
	if sum != m.bytes || sum > maxKeptBytes || len(m.mails) < 60 {
		t.Errorf("%d mails of %d bytes are held, counted as %d", len(m.mails), sum, m.bytes)
	}
}

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

func TestWhatIsHardToReadIsKept(t *testing.T) {
	m := open(t, 0)
	for _, raw := range []string{
		"no headers at all", "Subject: =?x-unknown?q?a?=\n\nx", "Message-ID: broken\nTo: <<>>\n\nx",
		"Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\ncut of", "Content-Type: ;;;\n\nx", "\n",
	} {
		deliver(t, m, raw, "ada@example.com")
	}
	mails, total := m.List(Filter{})
	if total != 6 {
		t.Fatalf("%d mails are held", total)
	}
	for _, s := range mails {
		found, err := m.Find(s.ID)
		if err != nil || s.ID == "" || found.Links == nil {
			t.Errorf("%q: %+v, %v", s.ID, found, err)
		}
	}
}

func TestFindReadsTheMail(t *testing.T) {
	m := open(t, 0)
	deliver(t, m, simple("a", "Hi"), "ada@example.com")
	deliver(t, m, "Message-ID: <b@x>\n\nSee https://shop.example/2?a=b&c, or <https://shop.example/3>.\n", "ada@example.com")
	a, err := m.Find("a")
	if err != nil || !strings.Contains(a.HTML, "<p>Hello") || !strings.Contains(a.Text, "Hello") || strings.Join(a.Links, " ") != "https://shop.example/1" {
		t.Errorf("%+v, %v", a, err)
	}
	b, err := m.Find("b")
	if err != nil || b.HTML != "" || len(b.Links) != 2 || b.Links[1] != "https://shop.example/3" {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestManyClientsAndReaders(t *testing.T) {
	m := open(t, 50)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for n := range 10 {
				deliver(t, m, simple(fmt.Sprintf("%d-%d", i, n), "x"), "ada@example.com")
				mails, _ := m.List(Filter{Limit: 5})
				for _, s := range mails {
					if _, err := m.Find(s.ID); err != nil && fault.CodeOf(err) != fault.NotFound {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if _, total := m.List(Filter{}); total != 50 {
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

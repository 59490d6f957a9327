package mailbox

import (
	"fmt"
	"net/smtp"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

// open opens a mailbox whose clock advances by a minute with each mail.
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
		sum += s.size()
	}
	if sum != m.bytes || sum > defaultKeepBytes || len(m.mails) < 8 {
		t.Errorf("%d mails of %d bytes are held, counted as %d", len(m.mails), sum, m.bytes)
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

package mailbox

import (
	"strings"
	"testing"
)

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

package app_test

import (
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// TestALostLinkIsMailedAgain to the order's own address only; the answer says nothing about an address.
func TestALostLinkIsMailedAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Lost Link", "email", "lost.link@example.com"))
	other := s.create(realOrder("Lost Link", "email", "lost.link@example.com", "products", "LB001", "totalPrice", 15000))
	s.create(realOrder("Someone Else", "email", "else@example.com"))
	s.eventually("the mails are there", func() bool {
		return len(s.mails("lost.link@example.com")) == 4 && len(s.mails("else@example.com")) == 2
	})
	unknown := s.call("POST", s.PublicURL+"/findOrder", map[string]any{"email": "nobody@example.com"}).want(202)
	known := s.call("POST", s.PublicURL+"/findOrder", map[string]any{"email": "LOST.link@example.com"}).want(202)
	if string(unknown.body) != string(known.body) {
		t.Errorf("an unknown address is answered %s, a known one %s", unknown.body, known.body)
	}
	s.eventually("the links are mailed", func() bool { return len(s.mails("lost.link@example.com")) == 6 })
	opened := map[string]bool{}
	for _, m := range s.mails("lost.link@example.com")[:2] {
		var seen struct{ OrderID int64 }
		s.call("GET", s.PublicURL+"/trackOrder?key="+s.keyOfMail(m), nil).want(200).into(&seen)
		opened[strings.TrimSpace(m.Subject)] = seen.OrderID == made.OrderID || seen.OrderID == other.OrderID
	}
	if len(opened) != 2 {
		t.Errorf("opened %v", opened)
	}
	s.call("POST", s.PublicURL+"/findOrder", map[string]any{"email": "lost.link@example.com"}).want(202) // again, too early
	s.call("POST", s.PublicURL+"/findOrder", map[string]any{"email": "else@example.com", "orderId": made.OrderID}).want(202)
	s.call("POST", s.PublicURL+"/findOrder", map[string]any{"email": "third@example.com"}).want(202)
	s.call("POST", s.PublicURL+"/findOrder", map[string]any{"email": "no address"}).problem(fault.Invalid)
	if n, m := len(s.mails("lost.link@example.com")), len(s.mails("else@example.com")); n != 6 || m != 2 {
		t.Errorf("%d and %d mails; asking too early, or for another's order, sends nothing", n, m)
	}
}

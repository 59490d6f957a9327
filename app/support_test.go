package app_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// keyOfMail returns the tracking key in a mail.
func (s *shop) keyOfMail(m mail) string {
	s.Helper()
	for _, link := range m.Links {
		if u, err := url.Parse(link); err == nil && u.Path == "/order" {
			return url.QueryEscape(u.Query().Get("key"))
		}
	}
	s.Fatalf("mail %s has no link to its order: %v", m.ID, m.Links)
	return ""
}

// TestTheSupportDesk: a mail is seen and sent again, links are renewed, notes are kept, and all of it stands in the order's history.
func TestTheSupportDesk(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Lost Mail", "email", "lost@example.com"))
	id := made.OrderID
	s.eventually("it is stocked and the mails are there", func() bool { return len(s.mails("lost@example.com")) == 2 })
	var thanks struct{ EventID, Subscriber string }
	var page struct {
		Moments []struct{ Kind, Title, Text, EventID, Subscriber string }
	}
	history := func() []string {
		s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, id), nil).want(200).into(&page)
		var actions []string
		for _, m := range page.Moments {
			if m.Subscriber == "email.OrderCreated" && m.Kind == "receipt" {
				thanks.EventID, thanks.Subscriber = m.EventID, m.Subscriber
			}
			if m.Kind == "action" {
				actions = append(actions, m.Title+" "+m.Text)
			}
		}
		return actions
	}
	history()
	first := s.mails("lost@example.com")[1]
	address := fmt.Sprintf("%s/mails/%s/%s", s.PrivateURL, thanks.EventID, thanks.Subscriber)
	var seen struct{ Subject, Text, To string }
	s.call("GET", fmt.Sprintf("%s?orderId=%d", address, id), nil).want(200).into(&seen)
	if seen.Subject != first.Subject || seen.To != "lost@example.com" || !strings.Contains(seen.Text, "Lost Mail") {
		t.Errorf("seen %+v; it was %q", seen, first.Subject)
	}
	s.call("POST", address+"/again", map[string]any{"orderId": id}).want(200)
	if again := s.mails("lost@example.com"); len(again) != 3 || again[0].Subject != first.Subject || again[0].ID == first.ID {
		t.Errorf("sent again: %+v", again)
	}
	s.call("POST", s.PrivateURL+"/notes", map[string]any{"orderId": id, "note": "Calls back on Monday"}).want(204)
	s.call("POST", s.PrivateURL+"/notes", map[string]any{"orderId": id, "note": "  "}).problem(fault.Invalid)

	old, delivery := trackingKey(made), s.deliveryKey(s.mails("lost@example.com"))
	s.call("POST", s.PrivateURL+"/renewLink", map[string]any{"orderId": id}).want(200)
	for _, path := range []string{"/trackOrder?key=" + old, "/trackOrder?key=" + s.keyOfMail(first), "/deliveryTimes?order=" + url.QueryEscape(delivery)} {
		s.call("GET", s.PublicURL+path, nil).problem(fault.LinkReplaced)
	}
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": old}).problem(fault.LinkReplaced)
	newest := s.mails("lost@example.com")[0]
	s.call("GET", s.PublicURL+"/trackOrder?key="+s.keyOfMail(newest), nil).want(200)
	var link struct{ URL string }
	s.call("POST", s.PrivateURL+"/orderLink", map[string]any{"orderId": id}).want(200).into(&link)
	_, key, _ := strings.Cut(link.URL, "key=")
	s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200)

	actions := history()
	for _, want := range []string{"mail-again by local, email.OrderCreated", "note by local: Calls back on Monday", "renew-link by local", "copy-link by local"} {
		if !slices.Contains(actions, want) {
			t.Errorf("the history lacks %q: %q", want, actions)
		}
	}
	s.call("POST", address+"/again", map[string]any{"orderId": 4711}).problem(fault.NotFound)
	s.call("POST", s.PrivateURL+"/renewLink", map[string]any{"orderId": 4711}).problem(fault.NotFound)
}

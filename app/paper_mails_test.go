package app_test

import (
	"bytes"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
)

// TestInvoicesAreMailedAndReminded: a company gets its invoice as a PDF once, and a person who has paid gets no receipt by mail. The
// company, which has paid a part, is reminded of the rest 7 and 21 days after the invoice was due. It gets the credit note by mail, too.
func TestInvoicesAreMailedAndReminded(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		var ahead atomic.Int64
		later := func(days int64) { ahead.Add(days * int64(24*time.Hour)) }
		clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		s := startInGermany(t, engine, func(c *app.Config) { *c = c.WithClock(clock) })
		s.lays("books: { paymentDays: 14, reminders: [7, 21] }")
		abroad := realOrder("Anna", "market", "DE", "products", "PT001", "customerType", "EU", "details", map[string]string{"vatNumber": "ATU12345678"}, "email", "office@example.at")
		_, made := s.buy(abroad)
		_, person := s.buy(realOrder("Zoë", "market", "DE", "products", "PT001", "email", "zoe@example.com"))
		s.arrives(made.OrderID, "STOCKED")
		s.arrives(person.OrderID, "STOCKED")

		invoice := s.paperMail("office@example.at", "paper.DE-", 1)[0]
		number := strings.TrimPrefix(invoice.ID, "paper.")
		if !strings.Contains(invoice.Subject, number) || !strings.Contains(invoice.Text, number) || !strings.Contains(invoice.HTML, "100") {
			t.Errorf("%+v", invoice)
		}
		file := s.call("GET", s.PrivateURL+"/mail/"+invoice.ID+"/files/"+number+".pdf", nil).want(200)
		if !bytes.HasPrefix(file.body, []byte("%PDF-")) {
			t.Errorf("the attached file begins with %.20q", file.body)
		}
		s.call("GET", s.PrivateURL+"/mail/"+invoice.ID+"/files/other.pdf", nil).want(404)

		s.call("POST", s.PrivateURL+"/books/payments", map[string]any{"number": number, "amount": 4000, "day": clock().UTC().Format(time.DateOnly), "reference": "a part"}).want(200)
		later(14 + 7)
		first := s.paperMail("office@example.at", "reminder."+number, 1)[0]
		if !strings.Contains(first.Text, "60") || !strings.HasSuffix(first.ID, ".1") {
			t.Errorf("%+v", first)
		}
		later(14)
		all := s.paperMail("office@example.at", "reminder."+number, 2)
		if !slices.ContainsFunc(all, func(m mail) bool { return strings.HasSuffix(m.ID, ".2") }) {
			t.Errorf("%+v", all)
		}
		s.paperMail("office@example.at", "paper.DE-", 1)
		s.paperMail("zoe@example.com", "paper.", 0)
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": made.OrderID, "reason": "operator"}).want(200)
		s.paperMail("office@example.at", "paper.DE-"+clock().UTC().Format("2006")+"-C", 1)
	})
}

// paperMail waits until so many mails came to an address whose ID begins so.
func (s *shop) paperMail(to, prefix string, want int) (found []mail) {
	s.Helper()
	s.eventually(prefix+" is mailed to "+to, func() bool {
		found = slices.DeleteFunc(s.mails(to), func(m mail) bool { return !strings.HasPrefix(m.ID, prefix) })
		return len(found) >= want
	})
	if len(found) != want {
		s.Errorf("%d mails %s to %s, want %d", len(found), prefix, to, want)
	}
	return found
}

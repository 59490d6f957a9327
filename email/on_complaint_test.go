package email

import (
	"errors"
	"strings"
	"testing"

	"acme.example/webshop/event"
)

// TestACustomerIsToldWhatWasDecided, in both forms, with the words of the shop's staff as they are, which no event has.
func TestACustomerIsToldWhatWasDecided(t *testing.T) {
	for outcome, c := range map[string]struct {
		e          event.ComplaintAnswered
		us, mexico string
	}{
		"refunded":        {event.ComplaintAnswered{Amount: 123450}, "We give you back all of it: $1,234.50", "Te devolvemos todo: "},
		"partly-refunded": {event.ComplaintAnswered{Amount: 1500}, "We give you $15.00 back", "Te devolvemos "},
		"replaced":        {event.ComplaintAnswered{Replacement: 4712}, "as order 4712", "como pedido 4712"},
		"refused":         {event.ComplaintAnswered{}, "We cannot give money back", "No podemos devolverte dinero"},
	} {
		for market, want := range map[string]string{"US": c.us, "MX": c.mexico} {
			s, o := service(t)
			s.Orders = &orders{answer: "We are <b>sorry</b>.\nAnn"}
			e := c.e
			e.OrderID, e.Name, e.Email, e.Market, e.Complaint, e.Outcome, e.Currency = 4711, "Zoë", "zoe@example.com", market, 1, outcome, "USD"
			if err := s.OnComplaintAnswered(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			m := o.sent[0]
			if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
				t.Errorf("%s, %s: %s", outcome, market, m.Text)
			}
			if !strings.Contains(m.Text, "We are <b>sorry</b>.\nAnn") || !strings.Contains(m.HTML, "&lt;b&gt;sorry&lt;/b&gt;") {
				t.Errorf("%s, %s: the answer is missing: %s", outcome, market, m.Text)
			}
		}
	}
	s, o := service(t)
	s.Orders = &orders{err: errors.New("down")}
	if err := s.OnComplaintAnswered(t.Context(), event.ComplaintAnswered{OrderID: 4711, Name: "Zoë", Email: "zoe@example.com", Market: "US", Complaint: 1, Outcome: "refused"}); err == nil || len(o.sent) != 0 {
		t.Errorf("%v, and %d sent without the answer", err, len(o.sent))
	}
}

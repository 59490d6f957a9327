package app_test

import (
	"acme.example/webshop/app"
	"fmt"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// TestACorrectionReachesTheVanAndLaterMails: a booked order gets another recipient and telephone number, and the delivery company hears of them
// as a change of the same consignment, and another mail address, to which all later mails go. What is refused changes nothing.
func TestACorrectionReachesTheVanAndLaterMails(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine)
		made := s.create(realOrder("Wrong", "email", "wrong@example.com", "market", "US", "postalCode", "10001"))
		s.arrives(made.OrderID, "STOCKED")
		s.eventually("two mails", func() bool { return len(s.mails("wrong@example.com")) == 2 })
		times := s.freeTimes(s.deliveryKey(s.mails("wrong@example.com")))
		slot := times[len(times)-1]
		s.call("POST", s.PrivateURL+"/bookDelivery", map[string]any{"orderId": made.OrderID, "deliveryTime": slot}).want(200)
		s.arrives(made.OrderID, "DELIVERY_BOOKED")
		s.eventually("the third mail", func() bool { return len(s.mails("wrong@example.com")) == 3 })
		correct := func(customer map[string]any) answer {
			return s.call("POST", s.PrivateURL+"/correctOrder", map[string]any{"orderId": made.OrderID, "customer": customer, "reason": "the customer called"})
		}
		for field, customer := range map[string]map[string]any{
			"email": {"email": "nobody", "city": "Elsewhere"}, "phone": {"phone": "no number"}, "postalCode": {"address": map[string]any{"postalCode": "1"}},
		} {
			if p := correct(customer).refuses(fault.Invalid); len(p.Errors) != 1 || p.Errors[0].Name != field {
				t.Errorf("%s: %+v", field, p)
			}
		}
		address := map[string]any{"postalCode": "10001", "recipientName": "Nora", "giftMessage": "Happy birthday"}
		for range 2 { // the same again changes nothing
			correct(map[string]any{"email": "right@example.com", "phone": "(212) 555-0199", "address": address}).want(200)
		}
		s.eventually("the delivery company is told", func() bool { return s.delivery(made.OrderID, "change") != nil })
		told, at := s.delivery(made.OrderID, "change"), s.delivery(made.OrderID, "consignment")["time"]
		for field, want := range map[string]any{
			"name": "Wrong", "email": "right@example.com", "phone": "+12125550199", "recipientName": "Nora", "giftMessage": "Happy birthday", "time": at, "version": 2.0,
		} {
			if told[field] != want {
				t.Errorf("the delivery company was told that %s is %v, want %v", field, told[field], want)
			}
		}
		s.call("POST", s.PrivateURL+"/moveDelivery", map[string]any{"orderId": made.OrderID, "deliveryTime": times[len(times)-2]}).want(200)
		s.eventually("the new address has the new time", func() bool { return len(s.mails("right@example.com")) == 1 })
		if old := s.mails("wrong@example.com"); len(old) != 3 {
			t.Errorf("the old address had %d mails", len(old))
		}
		o := s.order(made.OrderID)
		o.wantTypes(t, "OrderCreated", "OrderPlaced", "StockCreated", "OrderDeliverable", "DeliveryBooked", "OrderCorrected", "DeliveryRescheduled")
		if kept := o.History[5].Data; !strings.Contains(kept, `"corrected":["email","phone","recipientName","giftMessage"]`) {
			t.Errorf("the event is %s", kept)
		}
		clean(t, s.audited())
		s.sentAsItWas(made.OrderID)
	})
}

// sentAsItWas: the first mail of the corrected order is read as it was written, and sent again so, to the corrected address; the order's
// page tells what was corrected.
func (s *shop) sentAsItWas(id int64) {
	s.Helper()
	var page struct {
		Corrections []struct {
			By, Why string
			Fields  []struct{ Field, Was, Is string }
		}
		Moments []struct{ Kind, EventID, Subscriber string }
	}
	s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, id), nil).want(200).into(&page)
	if c := page.Corrections; len(c) != 1 || c[0].By != "local" || c[0].Why != "the customer called" || c[0].Fields[0].Was != "wrong@example.com" || c[0].Fields[0].Is != "right@example.com" {
		s.Errorf("the page tells of the corrections %+v", c)
	}
	i := slices.IndexFunc(page.Moments, func(m struct{ Kind, EventID, Subscriber string }) bool {
		return m.Kind == "receipt" && m.Subscriber == "email.DeliveryBooked"
	})
	address := fmt.Sprintf("%s/mails/%s/%s", s.PrivateURL, page.Moments[i].EventID, page.Moments[i].Subscriber)
	var was struct{ To, Text string }
	s.call("GET", fmt.Sprintf("%s?orderId=%d", address, id), nil).want(200).into(&was)
	if was.To != "wrong@example.com" || strings.Contains(was.Text, "Happy birthday") {
		s.Errorf("the mail was %+v", was)
	}
	s.call("POST", address+"/again", map[string]any{"orderId": id}).want(200)
	if again := s.mails("right@example.com"); len(again) != 2 || strings.Contains(again[0].Text, "Happy birthday") || !strings.Contains(again[0].Text, "Your delivery is booked") {
		s.Errorf("sent again is %+v", again[0])
	}
	if old := s.mails("wrong@example.com"); len(old) != 3 {
		s.Errorf("the old address had %d mails", len(old))
	}
}

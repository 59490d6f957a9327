package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

var wholeLife = []string{"OrderCreated", "OrderPlaced", "StockCreated", "OrderDeliverable", "DeliveryBooked"}

// TestATestOrderGoesTheWholeWayByItself is the flow of the design: ten subscribers, five events, three mails.
func TestATestOrderGoesTheWholeWayByItself(t *testing.T) {
	s := start(t)
	c := s.create(realOrder("Testa", "testId", 352, "products", "BB001,BA002", "totalPrice", 1234, "email", "testa@example.com"))
	if c.Status != "SUCCESS" || c.RedirectURL != "/success" || c.TotalPrice != 1234 || c.Amount != 1234 || c.Currency != "USD" {
		t.Errorf("answer %+v", c)
	}
	o := s.arrives(c.OrderID, "DELIVERY_BOOKED")
	if diff := cmp.Diff(wholeLife, o.types()); diff != "" {
		t.Error(diff)
	}
	if o.TotalPrice != 1234 || o.OrderedProducts != "BB001,BA002" || o.DeliveryTime == "" || o.TestID != 352 || o.OrgNumber != 0.0 {
		t.Errorf("order %+v", o)
	}
	var subscribers []string
	for _, e := range o.History {
		for _, r := range e.Receipts {
			subscribers = append(subscribers, r.Subscriber)
		}
	}
	if len(subscribers) != 10 {
		t.Errorf("receipts of %v", subscribers)
	}
	if mails := s.mails("testa@example.com"); len(mails) != 3 {
		t.Errorf("%d mails, want 3", len(mails))
	}
}

// TestACustomerBuysAPlant follows a real order with what its customer gets: the answer, and the links in the mails.
func TestACustomerBuysAPlant(t *testing.T) {
	for name, c := range map[string]struct {
		draft    draft
		amount   int64
		currency string
		delivery string // the words of the second mail's subject
	}{
		"B2C US": {realOrder("Ann", "email", "ann@example.com"), 30000, "USD", "delivery"},
		"B2C MX": {realOrder("Añejo", "email", "mx@example.com", "market", "MX"), 600000, "MXN", "entrega"},
		"B2B US": {realOrder("Firm", "email", "firm@example.com", "customerType", "B2B", "orgNumber", "0123456789"), 30000, "USD", "delivery"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, trusting(t, "0123456789"))
			made := s.create(c.draft)
			if made.TotalPrice != 30000 || made.Amount != c.amount || made.Currency != c.currency {
				t.Errorf("answer %+v", made)
			}
			s.arrives(made.OrderID, "STOCKED")
			to := c.draft["email"].(string)
			mails := s.mails(to)
			if len(mails) != 2 || !slices.ContainsFunc(mails, func(m mail) bool { return strings.Contains(strings.ToLower(m.Subject), c.delivery) }) {
				t.Fatalf("mails %+v", mails)
			}
			key := s.deliveryKey(mails)
			booking := s.bookFirst(key)
			o := s.arrives(made.OrderID, "DELIVERY_BOOKED")
			if o.DeliveryTime != booking["deliveryTime"] || o.Currency != c.currency {
				t.Errorf("order %+v, booking %v", o, booking)
			}
			if mails = s.mails(to); len(mails) != 3 {
				t.Errorf("%d mails, want 3", len(mails))
			}
			var again map[string]any
			s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": key, "deliveryTime": o.DeliveryTime}).want(200).into(&again)
			if diff := cmp.Diff(booking, again); diff != "" {
				t.Errorf("booked again: %s", diff)
			}
		})
	}
}

// deliveryKey returns the key in the delivery link of the mails.
func (s *shop) deliveryKey(mails []mail) string {
	s.Helper()
	for _, m := range mails {
		for _, link := range m.Links {
			if u, err := url.Parse(link); err == nil && u.Path == "/delivery" {
				return u.Query().Get("order")
			}
		}
	}
	s.Fatalf("no mail has a delivery link: %+v", mails)
	return ""
}

// bookFirst books the first free delivery time for the key's order.
func (s *shop) bookFirst(key string) map[string]any {
	s.Helper()
	var booking map[string]any
	s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": key, "deliveryTime": s.freeTimes(key)[0]}).want(200).into(&booking)
	return booking
}

func (s *shop) freeTimes(key string) []string {
	s.Helper()
	var times struct{ DeliveryOptions []string }
	s.call("GET", s.PublicURL+"/deliveryTimes?order="+url.QueryEscape(key), nil).want(200).into(&times)
	if len(times.DeliveryOptions) == 0 {
		s.Fatal("there are no delivery times")
	}
	return times.DeliveryOptions
}

func TestTheTrackingLinkShowsTheOrder(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Tracked"))
	s.arrives(made.OrderID, "STOCKED")
	link, err := url.Parse(made.TrackingURL)
	if err != nil || !strings.HasPrefix(made.TrackingURL, s.PublicURL+"/order?key=") {
		t.Fatalf("tracking link %q, %v", made.TrackingURL, err)
	}
	var seen struct {
		OrderID             int64
		Status, DeliveryURL string
		Steps               []struct{ Event, Time string }
	}
	s.call("GET", s.PublicURL+"/trackOrder?"+link.RawQuery, nil).want(200).into(&seen)
	if seen.OrderID != made.OrderID || seen.Status != "STOCKED" || len(seen.Steps) != 4 || !strings.HasPrefix(seen.DeliveryURL, s.PublicURL+"/delivery?order=") {
		t.Errorf("tracked: %+v", seen)
	}
	for _, key := range []string{"", "1", link.Query().Get("key") + "x", s.deliveryKey(s.mails("someone@example.com"))} {
		a := s.call("GET", s.PublicURL+"/trackOrder?key="+url.QueryEscape(key), nil)
		if a.status != 401 && (key != "" || a.status != 400) {
			t.Errorf("the key %q was answered %d: %s", key, a.status, a.body)
		}
	}
}

func TestAnOrderNumberOpensNothing(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Private"))
	s.arrives(made.OrderID, "STOCKED")
	var times struct{ DeliveryOptions []string }
	s.call("GET", s.PublicURL+"/deliveryTimes?market=US", nil).want(200).into(&times)
	book := func(id any, key string) answer {
		body := map[string]any{"orderId": id, "deliveryTime": times.DeliveryOptions[0]}
		if key != "" {
			body["key"] = key
		}
		return s.call("POST", s.PublicURL+"/bookDelivery", body)
	}
	book(made.OrderID, "").problem(fault.Unauthorized)
	book("1", "").problem(fault.Unauthorized)
	key := s.deliveryKey(s.mails("someone@example.com"))
	book(made.OrderID+1, key).problem(fault.Unauthorized)
	book(made.OrderID, key).want(200)
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

func TestTheOrderGoesOnAfterARestart(t *testing.T) {
	s := start(t)
	s.turn("stockist", map[string]any{"failureRate": 1})
	made := s.create(realOrder("Patient", "testId", 7))
	s.eventually("the stockist failed", func() bool { return s.receipt(made.OrderID, "stock.OrderPlaced").Attempts > 0 })
	s = s.restart() // the simulated stockist loses its knobs
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

type receipt struct {
	Event, State, LastError string
	Attempts                int
}

// receipt returns a subscriber's receipt for the order, or the zero receipt.
func (s *shop) receipt(id int64, subscriber string) receipt {
	s.Helper()
	for _, e := range s.order(id).History {
		for _, r := range e.Receipts {
			if r.Subscriber == subscriber {
				return receipt{Event: e.ID, State: r.State, LastError: r.LastError, Attempts: r.Attempts}
			}
		}
	}
	return receipt{}
}

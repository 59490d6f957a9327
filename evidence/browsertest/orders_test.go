//go:build browser

package browsertest

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"acme.example/webshop/platform/access"
	"acme.example/webshop/ref"
)

// order is an order in GraphQL.
type order struct {
	OrderID, Amount                                                                   int64
	CustomerName, CustomerType, CustomerMarket, OrderedProducts, DeliveryTime, Status string
	Organization                                                                      string
	Terms                                                                             struct{ Details map[string]string }
}

// order returns an order by its number.
func (s *shop) order(id int64) order {
	s.Helper()
	var got struct{ GetOrder order }
	s.graphql(fmt.Sprintf("{ getOrder(id: %d) { orderId amount customerName customerType customerMarket orderedProducts deliveryTime status organization terms } }", id), &got)
	return got.GetOrder
}

// arrives waits until an order has a status.
func (s *shop) arrives(id int64, status string) order {
	s.Helper()
	var o order
	eventually(s.T, fmt.Sprintf("order %d is %s", id, status), func() bool { o = s.order(id); return o.Status == status })
	return o
}

// created is the answer of createOrder.
type created struct {
	OrderID     int64
	TrackingURL string
}

// create makes an order without a browser.
func (s *shop) create(name, market string) created {
	s.Helper()
	var made created
	s.call("POST", s.PublicURL+"/createOrder", map[string]any{
		"name": name, "email": mailOf(name), "phone": "+1 212 555 0100", "street": "Thisway 1", "city": "Thatplace",
		"customerType": "B2C", "market": market, "products": "BB001,LB001", "totalPrice": 30000,
	}, &made)
	return made
}

// stocked makes an order, and waits until its delivery time can be picked.
func (s *shop) stocked(name, market string) created {
	s.Helper()
	made := s.create(name, market)
	s.arrives(made.OrderID, "STOCKED")
	return made
}

// mailOf returns a customer's address.
func mailOf(name string) string {
	fits := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}
	return strings.ToLower(strings.Join(strings.Fields(strings.Map(fits, name)), ".")) + "@example.com"
}

// deliveryKey returns the key of the mail's delivery link, signed at a time.
func (s *shop) deliveryKey(id int64, at time.Time) string {
	s.Helper()
	ring, err := access.NewKeyring(time.Hour, func() time.Time { return at }, []byte(secret))
	if err != nil {
		s.Fatal(err)
	}
	return url.QueryEscape(ring.Key(access.Deliver, s.ref(id)))
}

// ref returns the reference of an order.
func (s *shop) ref(id int64) ref.Order {
	s.Helper()
	var got struct {
		Data struct{ GetOrder struct{ Ref ref.Order } }
	}
	s.call("POST", s.PrivateURL+"/database", map[string]string{"query": fmt.Sprintf("{ getOrder(id: %d) { ref } }", id)}, &got)
	return got.Data.GetOrder.Ref
}

// deliveryPage returns the address of an order's delivery page, without the host.
func (s *shop) deliveryPage(id int64) string {
	s.Helper()
	return "/delivery?order=" + s.deliveryKey(id, time.Now())
}

// trackingPage returns the address of an order's own page, without the host.
func (s *shop) trackingPage(made created) string {
	return strings.TrimPrefix(made.TrackingURL, s.PublicURL)
}

// times lists the free delivery times of a market.
func (s *shop) times(market string) []string {
	s.Helper()
	var free struct{ DeliveryOptions []string }
	s.call("GET", s.PublicURL+"/deliveryTimes?market="+market, nil, &free)
	return free.DeliveryOptions
}

// book books a time as an operator does.
func (s *shop) book(id int64, at string) {
	s.Helper()
	s.call("POST", s.PrivateURL+"/bookDelivery", map[string]any{"orderId": id, "deliveryTime": at}, &struct{}{})
}

// mails counts the mails to an address.
func (s *shop) mails(to string) int {
	s.Helper()
	var list struct{ Total int }
	s.call("GET", s.PrivateURL+"/mail?format=json&to="+url.QueryEscape(to), nil, &list)
	return list.Total
}

// wantOneOrder wants all the tries to have made one order: one charge, one refill, and the two mails of one order.
func (s *shop) wantOneOrder(email string) {
	s.Helper()
	s.wantOneOrderAndMails(email, 2)
}

func (s *shop) wantOneOrderAndMails(email string, want int) {
	s.Helper()
	eventually(s.T, "the order is stocked and its mails are there", func() bool { return s.done("stockist") >= 1 && s.mails(email) >= want })
	charges := s.done("payments-us") + s.done("payments-mx")
	if refills, mails := s.done("stockist"), s.mails(email); charges != 1 || refills != 1 || mails != want {
		s.Errorf("%d charges, %d refills, %d mails; one order has 1, 1, %d", charges, refills, mails, want)
	}
}

// trackingKey returns the key of an order's own page.
func (s *shop) trackingKey(id int64) string {
	s.Helper()
	ring, err := access.NewKeyring(time.Hour, time.Now, []byte(secret))
	if err != nil {
		s.Fatal(err)
	}
	return url.QueryEscape(ring.Key(access.Track, s.ref(id)))
}

// soldOut makes the stockist fail, so that orders stay PLACED.
func (s *shop) soldOut() {
	s.Helper()
	s.turn("stockist", map[string]any{"failureRate": 1})
}

// restock fixes the stockist, and requests an order's plants as an operator does.
func (s *shop) restock(id int64) {
	s.Helper()
	s.turn("stockist", map[string]any{})
	s.call("POST", s.PrivateURL+"/stock", map[string]int64{"orderId": id}, new(string))
}

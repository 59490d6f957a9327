package app_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// ask sends GraphQL in one of the forms that clients of the seed use, and returns the data and the errors' codes.
func (s *shop) ask(form, query string) (data map[string]any, codes []string) {
	s.Helper()
	body, kind, _ := strings.Cut(form, " as ")
	if kind == "" {
		kind = "application/json"
	}
	var content any = query
	if body == "wrapped" {
		content = map[string]any{"query": query}
	}
	var got struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	s.call("POST", s.PrivateURL+"/database", content, "Content-Type", kind).into(&got)
	for _, e := range got.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return got.Data, codes
}

var forms = []string{
	"bare as text/plain;charset=UTF-8", "bare as application/json", "bare as application/graphql", "bare as application/x-www-form-urlencoded",
	"wrapped as application/json", "wrapped as text/plain;charset=UTF-8", "wrapped as application/x-www-form-urlencoded", "wrapped as application/graphql",
}

// TestTheExamplesOfTheSeed, with the listeners of the design. Their order numbers do not exist, which the answers say.
func TestTheExamplesOfTheSeed(t *testing.T) {
	t.Parallel()
	s := start(t)
	var made created
	s.call("POST", s.PublicURL+"/createOrder", exampleCreateOrder, "Content-Type", "text/plain").want(200).into(&made)
	o := s.arrives(made.OrderID, "DELIVERY_BOOKED")
	if o.TotalPrice != 30000 || o.OrderedProducts != "BB001,BL001" || o.TestID != 352 || o.OrgNumber != 0.0 {
		t.Errorf("order %+v", o)
	}
	var placed struct{ OrderID int64 }
	s.call("POST", s.PrivateURL+"/placeOrder", examplePlaceOrder, "Content-Type", "text/plain", "Prefer", "return=representation").want(200).into(&placed)
	if o = s.arrives(placed.OrderID, "DELIVERY_BOOKED"); o.CustomerMarket != "MX" || o.TotalPrice != 32500 || o.Amount != 650000 || o.TestID != 321321321 {
		t.Errorf("order %+v", o)
	}
	before := s.footprint()
	for _, form := range forms {
		data, codes := s.ask(form, exampleGetAllTestOrders)
		if rows, is := data["getAllTestOrders"].([]any); !is || len(rows) != 0 || len(codes) != 0 {
			t.Errorf("%s: getAllTestOrders answers %v, %v", form, data, codes)
		}
		if data, codes := s.ask(form, exampleGetOrder); data["getOrder"].(map[string]any)["status"] != nil || len(codes) != 0 {
			t.Errorf("%s: getOrder answers %v, %v", form, data, codes)
		}
		for _, query := range []string{exampleUpdateOrderStatus, exampleAddDeliveryData} {
			if _, codes := s.ask(form, query); len(codes) != 1 || codes[0] != string(fault.NotFound) {
				t.Errorf("%s: %s: %v", form, query, codes)
			}
		}
	}
	s.call("POST", s.PrivateURL+"/bookDelivery", exampleBookDelivery).refuses(fault.NotFound)
	s.call("POST", s.PublicURL+"/bookDelivery", exampleBookDelivery).refuses(fault.Unauthorized)
	s.call("POST", s.PrivateURL+"/finance", exampleFinance).refuses(fault.NotFound)
	s.call("POST", s.PrivateURL+"/stock", exampleStock).refuses(fault.NotFound)
	s.untouched(before)
}

// TestTheSeedsExampleOfPlaceOrderInGraphQL is apart, because its mail address is "email" and its telephone "phone".
func TestTheSeedsExampleOfPlaceOrderInGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	var got struct{ PlaceOrder struct{ OrderID int64 } }
	s.graphql(exampleGraphQLPlaceOrder, &got)
	if o := s.arrives(got.PlaceOrder.OrderID, "DELIVERY_BOOKED"); o.TotalPrice != 12300 || o.TestID != 666 || o.CustomerEmail != "email" {
		t.Errorf("order %+v", o)
	}
}

// TestTheExamplesOfTheSeedWithOrdersThatExist, in each form of GraphQL requests.
func TestTheExamplesOfTheSeedWithOrdersThatExist(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Ann", "email", "ann@example.com", "testId", 797130))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	id := strconv.FormatInt(made.OrderID, 10)
	for _, form := range forms {
		data, codes := s.ask(form, exampleGetAllTestOrders)
		if rows, is := data["getAllTestOrders"].([]any); !is || len(rows) != 1 || rows[0].(map[string]any)["customerName"] != "Ann" {
			t.Errorf("%s: getAllTestOrders answers %v, %v", form, data, codes)
		}
		data, codes = s.ask(form, strings.Replace(exampleGetOrder, "86757", id, 1))
		if found, is := data["getOrder"].(map[string]any); !is || found["status"] != "DELIVERY_BOOKED" {
			t.Errorf("%s: getOrder answers %v, %v", form, data, codes)
		}
		data, codes = s.ask(form, strings.Replace(exampleUpdateOrderStatus, "9535446", id, 1))
		if found, is := data["updateOrderStatus"].(map[string]any); !is || fmt.Sprint(found["orderId"]) != id {
			t.Errorf("%s: updateOrderStatus answers %v, %v", form, data, codes)
		}
	}
	s.call("POST", s.PrivateURL+"/stock", strings.Replace(exampleStock, "12345678", id, 1)).want(200)
	finance := strings.Replace(exampleFinance, "12345678", id, 1)
	s.call("POST", s.PrivateURL+"/finance", finance).refuses(fault.Invalid, "detail.totalPrice")
	s.call("POST", s.PrivateURL+"/finance", strings.Replace(finance, "10000", "30000", 1)).want(200)
	if n := s.charges("books"); n != 1 {
		t.Errorf("booked %d times", n)
	}
	if n := s.charges("stockist"); n != 1 {
		t.Errorf("asked the stockist %d times", n)
	}
}

// TestBookingAsTheSeedDoes: the private listener accepts the bare number, as number or text, over REST and GraphQL.
func TestBookingAsTheSeedDoes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, book := range map[string]func(s *shop, id int64, time string) string{
		"number":  func(s *shop, id int64, time string) string { return s.bookAs(strconv.FormatInt(id, 10), id, time) },
		"text":    func(s *shop, id int64, time string) string { return s.bookAs(strconv.Quote(fmt.Sprint(id)), id, time) },
		"GraphQL": (*shop).bookByGraphQL,
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			made := s.create(realOrder(name, "email", "book@example.com"))
			s.arrives(made.OrderID, "STOCKED")
			var times struct{ DeliveryOptions []string }
			s.call("GET", s.PublicURL+"/deliveryTimes", nil).want(200).into(&times)
			if told := book(s, made.OrderID, times.DeliveryOptions[0]); told != times.DeliveryOptions[0] {
				t.Errorf("booked %q, wanted %q", told, times.DeliveryOptions[0])
			}
			if o := s.arrives(made.OrderID, "DELIVERY_BOOKED"); o.DeliveryTime != times.DeliveryOptions[0] {
				t.Errorf("order %+v", o)
			}
		})
	}
}

func (s *shop) bookAs(orderID string, id int64, time string) string {
	s.Helper()
	var booking map[string]any
	s.call("POST", s.PrivateURL+"/bookDelivery", fmt.Sprintf(`{"orderId": %s, "deliveryTime": %q}`, orderID, time)).want(200).into(&booking)
	if len(booking) != 7 || booking["orderId"] != float64(id) || booking["email"] != "book@example.com" || booking["city"] != "Thatplace" {
		s.Errorf("the booking is %v", booking)
	}
	return booking["deliveryTime"].(string)
}

func (s *shop) bookByGraphQL(id int64, time string) string {
	s.Helper()
	data, codes := s.ask("bare", fmt.Sprintf("mutation {\naddDeliveryDataToOrder(deliveryData: {orderId: %d, deliveryTime: %q})\n}", id, time))
	if len(codes) > 0 {
		s.Fatalf("addDeliveryDataToOrder: %v", codes)
	}
	if told := data["addDeliveryDataToOrder"]; told != "OK" {
		s.Errorf("addDeliveryDataToOrder answers %v", told)
	}
	return time
}

// TestTheSeedsExampleOfEmail: the answer has the mail's address in the viewer; time is the same as deliveryTime.
func TestTheSeedsExampleOfEmail(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, body := range []string{exampleEmail, strings.Replace(exampleEmail, "deliveryTime", "time", 1)} {
		var preview string
		s.call("POST", s.PrivateURL+"/email", body, "Content-Type", "text/plain").want(200).into(&preview)
		if !strings.HasPrefix(preview, s.PrivateURL+"/mail/") {
			t.Fatalf("preview %q", preview)
		}
		var m mail
		s.call("GET", preview+"?format=json", nil).want(200).into(&m)
		if m.To != "someone@somewhere.com" || !strings.Contains(m.Subject, "142124") || !strings.Contains(m.Text, "ThatWay 1") {
			t.Errorf("mail %+v", m)
		}
		page := s.call("GET", preview, nil, "Accept", "text/html").want(200)
		if !strings.Contains(string(page.body), "142124") || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
			t.Errorf("a person sees %s", page.body)
		}
	}
	if n := s.mailCount(); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
}

// TestDeliveryTimesAsTheSeedAnswersThem: texts of milliseconds, in order, all in the future.
func TestDeliveryTimesAsTheSeedAnswersThem(t *testing.T) {
	t.Parallel()
	s := start(t)
	var told map[string]json.RawMessage
	s.call("GET", s.PublicURL+"/deliveryTimes", nil).want(200).into(&told)
	var times []string
	if err := json.Unmarshal(told["deliveryOptions"], &times); err != nil || len(times) == 0 {
		t.Fatalf("answered %v, %v", told, err)
	}
	for i, text := range times {
		if ms, err := strconv.ParseInt(text, 10, 64); err != nil || ms%60_000 != 0 || i > 0 && len(text) == len(times[i-1]) && text <= times[i-1] {
			t.Errorf("time %d is %q, %v", i, text, err)
		}
	}
}

package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// variables of a query, as JSON.
type variables map[string]any

// data sends a query as a client of the seed does, and returns the data; there must be no error.
func (s *shop) data(query string, with variables) map[string]any {
	s.Helper()
	var got struct {
		Data   map[string]any
		Errors json.RawMessage
	}
	s.call("POST", s.PrivateURL+"/database", map[string]any{"query": query, "variables": with}).want(200).into(&got)
	if got.Errors != nil || got.Data == nil {
		s.Fatalf("%s with %v: errors %s", query, with, got.Errors)
	}
	return got.Data
}

// written is an operation of the seed's README, written in one way.
type written struct {
	query string
	with  variables
}

// seedAsks is how clients of the seed write an operation: with values in its text as in the README, or with variables of
// the seed's types.
var seedAsks = map[string]struct {
	placeOrder       func(testID int) written
	getOrder         func(id int64) written
	getAllTestOrders func(testID int) written
	update           func(id int64, status string) written
	book             func(id int64, time string) written
}{
	"literals": {
		placeOrder: func(testID int) written {
			return written{strings.Replace(exampleGraphQLPlaceOrder, "666", strconv.Itoa(testID), 1), nil}
		},
		getOrder: func(id int64) written {
			return written{strings.Replace(exampleGetOrder, "86757", fmt.Sprint(id), 1), nil}
		},
		getAllTestOrders: func(testID int) written {
			return written{strings.Replace(exampleGetAllTestOrders, "797130", strconv.Itoa(testID), 1), nil}
		},
		update: func(id int64, status string) written {
			return written{strings.NewReplacer("9535446", fmt.Sprint(id), "DELIVERY_BOOKED", status).Replace(exampleUpdateOrderStatus), nil}
		},
		book: func(id int64, time string) written {
			return written{strings.NewReplacer("86757", fmt.Sprint(id), "16000000001", time).Replace(exampleAddDeliveryData), nil}
		},
	},
	"variables": {
		placeOrder: func(testID int) written {
			return written{`mutation Place($name: String, $email: String, $phone: String, $street: String, $city: String, $customerType: String,
				$market: String, $products: String, $totalPrice: Int, $orgNumber: Int, $testId: Int) {
				placeOrder(name: $name, email: $email, phone: $phone, street: $street, city: $city, customerType: $customerType, market: $market,
					products: $products, totalPrice: $totalPrice, orgNumber: $orgNumber, testId: $testId) { orderId } }`,
				variables{"name": "name", "email": "email", "phone": "phone", "street": "street", "city": "city", "customerType": "B2C",
					"market": "US", "products": "BB001,BA002", "totalPrice": 12300, "orgNumber": 0, "testId": testID}}
		},
		getOrder: func(id int64) written {
			return written{strings.NewReplacer("query", "query One($id: Int)", "86757", "$id").Replace(exampleGetOrder), variables{"id": id}}
		},
		getAllTestOrders: func(testID int) written {
			return written{strings.NewReplacer("query", "query All($test: Int)", "797130", "$test").Replace(exampleGetAllTestOrders), variables{"test": testID}}
		},
		update: func(id int64, status string) written {
			return written{"mutation Move($id: Int, $status: Status) { updateOrderStatus(id: $id, status: $status) { orderId } }", variables{"id": id, "status": status}}
		},
		book: func(id int64, time string) written {
			return written{"mutation Book($data: DeliveryDataInput!) { addDeliveryDataToOrder(deliveryData: $data) }",
				variables{"data": variables{"orderId": id, "deliveryTime": time}}}
		},
	},
}

// TestTheSeedsGraphQL: each query and mutation of its README, as its clients write and read them.
func TestTheSeedsGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, ask := range seedAsks {
		testID := 7000 + len(name)
		t.Run(name+" of a test", func(t *testing.T) {
			s := s.in(t)
			id := int64(s.seedSay(ask.placeOrder(testID)).(map[string]any)["orderId"].(float64))
			s.arrives(id, "DELIVERY_BOOKED")
			row := s.seedOrder(id, testID)
			s.seedSays(ask.getAllTestOrders(testID), []any{row})
			s.seedSays(ask.getAllTestOrders(4711), []any{})
			delete(row, "orgNumber") // the README's getOrder does not select it
			s.seedSays(ask.getOrder(id), row)
			s.seedSays(ask.update(id, "DELIVERY_BOOKED"), map[string]any{"orderId": float64(id)})
		})
		t.Run(name+" of a booking", func(t *testing.T) {
			s := s.in(t)
			made, time := s.create(realOrder("Booker "+name)), s.anyTime()
			s.arrives(made.OrderID, "STOCKED")
			s.seedSays(ask.update(made.OrderID, "STOCKED"), map[string]any{"orderId": float64(made.OrderID)})
			s.seedSays(ask.book(made.OrderID, time), "OK")
			if o := s.arrives(made.OrderID, "DELIVERY_BOOKED"); o.DeliveryTime != time {
				t.Errorf("order %+v", o)
			}
		})
	}
}

// seedSay returns the answer of an operation with one field.
func (s *shop) seedSay(what written) any {
	s.Helper()
	for _, value := range s.data(what.query, what.with) {
		return value
	}
	return nil
}

func (s *shop) seedSays(what written, want any) {
	s.Helper()
	if diff := cmp.Diff(want, s.seedSay(what)); diff != "" {
		s.Errorf("%s: %s", what.query, diff)
	}
}

// seedOrder returns the order of the README's placeOrder, with all fields of its queries, as decoded JSON.
func (s *shop) seedOrder(id int64, testID int) map[string]any {
	s.Helper()
	return map[string]any{
		"orderId": float64(id), "customerName": "name", "customerEmail": "email", "customerPhone": "phone", "customerStreet": "street",
		"customerCity": "city", "customerType": "B2C", "customerMarket": "US", "orderedProducts": "BB001,BA002", "totalPrice": 12300.0,
		"deliveryTime": s.order(id).DeliveryTime, "status": "DELIVERY_BOOKED", "orgNumber": 0.0, "testId": float64(testID),
	}
}

// anyTime returns an available time, as the seed's page requests it.
func (s *shop) anyTime() string {
	s.Helper()
	var times struct{ DeliveryOptions []string }
	s.call("GET", s.PublicURL+"/deliveryTimes", nil).want(200).into(&times)
	return times.DeliveryOptions[0]
}

// TestTheSeedsQueryThatIsDeprecated needs no argument and returns a text.
func TestTheSeedsQueryThatIsDeprecated(t *testing.T) {
	t.Parallel()
	told, is := start(t).data("{ getOrderLegacy }", nil)["getOrderLegacy"].(string)
	if !is || !strings.Contains(told, "deprecated") || !strings.Contains(told, "getOrder") {
		t.Errorf("answered %q", told)
	}
}

// TestAnUnknownOrderIsAnObjectOfNulls in getOrder, whatever is selected; storedOrder, and changes of it, return an error.
func TestAnUnknownOrderIsAnObjectOfNulls(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	const fields = orderFields + ` organization amount deliveryDate { deliveryDate } createdAt statusAt cancelReason paymentReference
		refundReference rules terms reviews { step } ledger { kind }`
	for query, with := range map[string]variables{
		"{ getOrder(id: 86757) { FIELDS } }": nil, "{ getOrder { FIELDS } }": nil, "{ getOrder(id: null) { FIELDS } }": nil,
		"{ getOrder(id: 0) { FIELDS } }": nil, "{ getOrder(id: -1) { FIELDS } }": nil, "{ getOrder(id: 2147483647) { FIELDS } }": nil,
		"query($id: Int) { getOrder(id: $id) { FIELDS } }": {"id": nil}, "query($id: Int!) { getOrder(id: $id) { FIELDS } }": {"id": 4711},
	} {
		found, is := s.data(strings.Replace(query, "FIELDS", fields, 1), with)["getOrder"].(map[string]any)
		if !is || len(found) != 30 {
			t.Errorf("%s: %d fields of %v", query, len(found), found)
		}
		for field, value := range maps.All(found) {
			if value != nil {
				t.Errorf("%s: %s is %v", query, field, value)
			}
		}
	}
	for _, query := range []string{exampleUpdateOrderStatus, exampleAddDeliveryData} {
		if e := s.one(s.errors(query, nil)); e.Extensions.Code != string(fault.NotFound) || !strings.Contains(e.Message, "there is no order") {
			t.Errorf("%s: %+v", query, e)
		}
	}
	s.untouched(before)
}

// TestADeliveryTimeIsNullBeforeItIsBooked, and then both of the seed's fields have it.
func TestADeliveryTimeIsNullBeforeItIsBooked(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create(realOrder("Waiting"))
	s.arrives(made.OrderID, "STOCKED")
	booked := func() any {
		return s.data("query($id: Int) { getOrder(id: $id) { deliveryTime deliveryDate { deliveryDate } } }", variables{"id": made.OrderID})["getOrder"]
	}
	if diff := cmp.Diff(any(map[string]any{"deliveryTime": nil, "deliveryDate": nil}), booked()); diff != "" {
		t.Error(diff)
	}
	time := s.anyTime()
	s.data(fmt.Sprintf("mutation { addDeliveryDataToOrder(deliveryData: {orderId: %d, deliveryTime: %q}) }", made.OrderID, time), nil)
	if diff := cmp.Diff(any(map[string]any{"deliveryTime": time, "deliveryDate": map[string]any{"deliveryDate": time}}), booked()); diff != "" {
		t.Error(diff)
	}
}

// TestArgumentsThatTheSeedDidNotNeed: a query without them is valid, and the error names those that the shop needs.
func TestArgumentsThatTheSeedDidNotNeed(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	for query, want := range map[string][]string{
		"mutation { placeOrder { orderId } }":                                                       {"name", "email", "phone", "street", "city", "customerType", "market", "products", "totalPrice"},
		strings.Replace(exampleGraphQLPlaceOrder, "totalPrice: 12300,", "", 1):                      {"totalPrice"},
		strings.Replace(exampleGraphQLPlaceOrder, `market: "US"`, "market: null", 1):                {"market"},
		"mutation { updateOrderStatus { orderId } }":                                                {"id", "status"},
		"mutation($s: Status) { updateOrderStatus(id: 1, status: $s) { orderId } }":                 {"status"},
		"mutation($n: String) { placeOrder(name: $n, orgNumber: null, totalPrice: 1) { orderId } }": {"name", "email", "phone", "street", "city", "customerType", "market", "products"},
	} {
		e := s.one(s.errors(query, nil))
		var named []string
		for _, f := range e.Extensions.Errors {
			named = append(named, f.Name)
		}
		if diff := cmp.Diff(want, named); diff != "" || e.Extensions.Code != string(fault.Invalid) {
			t.Errorf("%s: %s is about other fields: %s", query, e.Extensions.Code, diff)
		}
	}
	s.untouched(before)
}

// TestWhatIsNoQueryIsAnswered200 with errors, as by the seed, in each form of a query.
func TestWhatIsNoQueryIsAnswered200(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, query := range []string{"{ getOrder(id: 1) { password } }", "query {", `{ getOrder(id: "x") { orderId } }`} {
		for _, body := range []any{query, map[string]any{"query": query}} {
			var got struct{ Errors []graphqlError }
			if s.call("POST", s.PrivateURL+"/database", body).want(200).into(&got); len(got.Errors) == 0 {
				t.Errorf("%v is not refused", body)
			}
		}
	}
}

// TestPricesOfGraphQLAreTheCatalogs, in every market, like the seed's; with a currency they are in it.
func TestPricesOfGraphQLAreTheCatalogs(t *testing.T) {
	t.Parallel()
	s := start(t)
	const mutation = `mutation($price: Int, $test: Int, $currency: String) { placeOrder(name: "Ana", email: "ana@example.com", phone: "123", street: "CalleN",
		city: "Ciudad", customerType: "B2C", market: "MX", products: "BB001", totalPrice: $price, testId: $test, currency: $currency) {
		totalPrice amount currency exchangeRate } }`
	want := func(dollars, pesos float64) map[string]any {
		return map[string]any{"placeOrder": map[string]any{"totalPrice": dollars, "amount": pesos, "currency": "MXN", "exchangeRate": "20"}}
	}
	street := 0
	ask := func() string { street++; return strings.Replace(mutation, "CalleN", fmt.Sprint("Calle ", street), 1) }
	before := s.footprint()
	for field, with := range map[string]variables{
		"currency": {"price": 15000, "currency": "EUR"}, "totalPrice": {"price": 300000},
	} {
		e := s.one(s.errors(ask(), with))
		if e.Extensions.Code != string(fault.Invalid) || e.Extensions.Status != 400 || e.Extensions.Errors[0].Name != field {
			t.Errorf("%+v, want a problem of %s", e, field)
		}
	}
	s.untouched(before)
	for name, c := range map[string]struct {
		with variables
		want map[string]any
	}{
		"cents":            {variables{"price": 15000}, want(15000, 300000)},
		"cents, said so":   {variables{"price": 15000, "currency": "USD"}, want(15000, 300000)},
		"pesos":            {variables{"price": 300000, "currency": "MXN"}, want(15000, 300000)},
		"cents of a test":  {variables{"price": 123, "test": 9}, want(123, 2460)},
		"no currency":      {variables{"price": 15000, "currency": nil}, want(15000, 300000)},
		"pesos of a test":  {variables{"price": 2460, "test": 9, "currency": "MXN"}, want(123, 2460)},
		"an empty one":     {variables{"price": 15000, "currency": ""}, want(15000, 300000)},
		"nothing, of test": {variables{"price": 0, "test": 9}, want(0, 0)},
	} {
		if diff := cmp.Diff(c.want, s.data(ask(), c.with)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

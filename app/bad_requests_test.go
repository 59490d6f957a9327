package app_test

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

const (
	linkSecret    = "a-secret-of-this-test-that-signs-links"
	webhookSecret = "a-secret-of-this-test-that-signs-callbacks"
	screenSecret  = "a-secret-of-this-test-of-the-fraud-check"
)

// knownSecrets lets a test sign keys and callbacks, also for orders that do not exist.
func knownSecrets(c *app.Config) {
	c.LinkSecret, c.StockistSecret, c.ScreeningSecret = []app.Secret{linkSecret}, []app.Secret{webhookSecret}, []app.Secret{screenSecret}
}

// keyTo returns a key to an existing order.
func (s *shop) keyTo(scope access.Scope, id int64) string {
	s.Helper()
	return keyTo(s.T, scope, s.order(id).Ref)
}

// keyTo returns a key to an order, which need not exist.
func keyTo(t *testing.T, scope access.Scope, o ref.Order) string {
	t.Helper()
	keys, err := access.NewKeyring(time.Hour, time.Now, []byte(linkSecret))
	if err != nil {
		t.Fatal(err)
	}
	return keys.Key(scope, o)
}

// callback sends the stockist's callback about the plants of an order, or the fraud check's decision.
func (s *shop) callback(body string) answer {
	s.Helper()
	path, secret := "/callbacks/stockist", webhookSecret
	if strings.Contains(body, `"check.`) {
		path, secret = "/callbacks/screening", screenSecret
	}
	return s.call("POST", s.PublicURL+path, body, signed(s.T, secret, body)...)
}

const noOrder = 4711

// privateRoutes are the bodies that name an order, each with its field.
var privateRoutes = map[string]struct{ path, body, field string }{
	"placeOrder":             {"/placeOrder", `{"detail":{"orderId":%s}}`, "detail.orderId"},
	"updateOrderStatus":      {"/updateOrderStatus", `{"orderId":%s,"status":"PLACED"}`, "orderId"},
	"updateOrderStatus, by":  {"/updateOrderStatus", `{"detail-type":"StockCreated","detail":{"orderId":%s}}`, "detail.orderId"},
	"updateOrderStatus, for": {"/updateOrderStatus", `{"detail":{"orderId":%s,"status":"CANCELLED"}}`, "detail.orderId"},
	"stock":                  {"/stock", `{"orderId":%s}`, "orderId"},
	"approve":                {"/approve", `{"orderId":%s}`, "orderId"},
	"refuse":                 {"/refuse", `{"orderId":%s,"step":"fraud"}`, "orderId"},
	"finance":                {"/finance", `{"detail-type":"OrderCreated","detail":{"orderId":%s,"totalPrice":10000}}`, "detail.orderId"},
	"bookDelivery":           {"/bookDelivery", `{"orderId":%s,"deliveryTime":"16000000000"}`, "orderId"},
}

func TestUnknownOrdersAreToldSo(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	before := s.footprint()
	for _, r := range privateRoutes {
		s.call("POST", s.PrivateURL+r.path, fmt.Sprintf(r.body, "4711")).refuses(fault.NotFound)
	}
	s.call("POST", s.PrivateURL+"/bookDelivery", `{"orderId":"4711","deliveryTime":"16000000000"}`).refuses(fault.NotFound)
	for _, query := range []string{
		"mutation { updateOrderStatus(id: 4711, status: PLACED) { orderId } }",
		`mutation { addDeliveryDataToOrder(deliveryData: {orderId: 4711, deliveryTime: "16000000000"}) }`,
	} {
		if code, message := s.refused(query); code != string(fault.NotFound) || !strings.Contains(message, "there is no order") {
			t.Errorf("%s: %s, %q", query, code, message)
		}
	}
	deliver, track := keyTo(t, access.Deliver, ref.Of(noOrder, "")), keyTo(t, access.Track, ref.Of(noOrder, ""))
	s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": deliver, "deliveryTime": "16000000000"}).refuses(fault.NotFound)
	s.call("GET", s.PublicURL+"/deliveryTimes?order="+deliver, nil).refuses(fault.NotFound)
	s.call("GET", s.PublicURL+"/trackOrder?key="+track, nil).refuses(fault.NotFound)
	s.callback(`{"type":"stock.created","data":{"orderId":4711}}`).refuses(fault.NotFound)
	s.callback(`{"type":"check.passed","data":{"orderId":4711}}`).refuses(fault.NotFound)
	for _, path := range []string{"/deadletters/0190/email.OrderCreated", "/mail/0190?format=json", "/partners/nobody/knobs"} {
		s.call("GET", s.PrivateURL+path, nil).refuses(fault.NotFound)
	}
	s.call("POST", s.PrivateURL+"/deadletters/0190/email.OrderCreated/replay", nil).refuses(fault.Conflict)
	s.call("POST", s.PrivateURL+"/deadletters/0190/email.OrderCreated/discard", `{"reason":"x"}`).refuses(fault.Conflict)
	s.untouched(before)
}

// TestNumbersThatAreNoOrdersNumber: out of range, or not a whole number.
func TestNumbersThatAreNoOrdersNumber(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	routes := maps.Clone(privateRoutes)
	routes["email"] = struct{ path, body, field string }{
		"/email", `{"transaction":"OrderDeliverable","orderId":%s,"name":"N","email":"n@example.com"}`, "orderId",
	}
	for name, r := range routes {
		for _, id := range []string{`0`, `-1`, `1.5`, `9223372036854775808`, `1e300`, `"x"`, `""`, `true`, `[]`, `{}`} {
			t.Run(name+" "+id, func(t *testing.T) {
				s.in(t).call("POST", s.PrivateURL+r.path, fmt.Sprintf(r.body, id)).refuses(fault.Invalid, r.field)
			})
		}
		if name != "bookDelivery" { // accepts any number, and does not find the order
			s.call("POST", s.PrivateURL+r.path, fmt.Sprintf(r.body, "2147483648")).refuses(fault.Invalid, r.field)
		}
	}
	s.untouched(before)
}

func TestKeysThatOpenNothing(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Locked"))
	s.arrives(made.OrderID, "STOCKED")
	before := s.footprint()
	right, track := s.keyTo(access.Deliver, made.OrderID), s.keyTo(access.Track, made.OrderID)
	for name, key := range map[string]string{
		"number": "1", "negative": "-1", "empty parts": "..", "of the tracking": track, "cut": right[:len(right)-1], "longer": right + "A",
		"another order": strings.Replace(right, "1-", "2-", 1), "in capitals": strings.ToUpper(right), "injection": "1' OR '1'='1",
		"a space within": right[:4] + " " + right[4:], "NUL": right + "\x00", "emoji": "🌵",
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": key, "deliveryTime": "16000000000"}).refuses(fault.Unauthorized)
			s.call("POST", s.PublicURL+"/bookDelivery", map[string]any{"orderId": made.OrderID, "key": key, "deliveryTime": "16000000000"}).refuses(fault.Unauthorized)
			s.call("GET", s.PublicURL+"/deliveryTimes?order="+url.QueryEscape(key), nil).refuses(fault.Unauthorized)
			if key != track {
				s.call("GET", s.PublicURL+"/trackOrder?key="+url.QueryEscape(key), nil).refuses(fault.Unauthorized)
			}
		})
	}
	s.call("GET", s.PublicURL+"/trackOrder?key="+url.QueryEscape(right), nil).refuses(fault.Unauthorized)
	s.untouched(before)
}

func TestBadDeliveryTimesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Waiting"))
	s.arrives(made.OrderID, "STOCKED")
	key := s.keyTo(access.Deliver, made.OrderID)
	free := s.freeTimes(key)
	first, err := strconv.ParseInt(free[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{
		`""`, `" "`, `"x"`, `"-1"`, `"0"`, `"1.5"`, `"1e12"`, `"99999999999999999"`, `"9223372036854775807"`, `"16000000000"`, free[0], `null`, `true`, `[]`,
		fmt.Sprintf(`"%d"`, first+1), fmt.Sprintf(`"%d"`, first-1), fmt.Sprintf(`"%d"`, first+3_600_000), fmt.Sprintf(`" %d"`, first),
		fmt.Sprintf(`"%d"`, first+366*86_400_000), fmt.Sprintf(`"%d"`, time.Now().UnixMilli()), fmt.Sprintf(`"0x%x"`, first),
	} {
		t.Run(value, func(t *testing.T) {
			s := s.in(t)
			s.call("POST", s.PublicURL+"/bookDelivery", fmt.Sprintf(`{"orderId":%q,"deliveryTime":%s}`, key, value)).refuses(fault.Invalid, "deliveryTime")
			s.call("POST", s.PrivateURL+"/bookDelivery", fmt.Sprintf(`{"orderId":%d,"deliveryTime":%s}`, made.OrderID, value)).refuses(fault.Invalid, "deliveryTime")
		})
	}
	s.call("POST", s.PublicURL+"/bookDelivery", fmt.Sprintf(`{"orderId":%q}`, key)).refuses(fault.Invalid, "deliveryTime")
	if o := s.order(made.OrderID); o.DeliveryTime != "" || o.Status != "STOCKED" || len(o.History) != 4 {
		t.Errorf("order %+v", o)
	}
	if again := s.freeTimes(key); len(again) != len(free) {
		t.Errorf("%d free times, there were %d", len(again), len(free))
	}
}

// TestATimeIsSetOnce: the next booking is refused with the booked time, and changes nothing.
func TestATimeIsSetOnce(t *testing.T) {
	t.Parallel()
	s := start(t, knownSecrets)
	made := s.create(realOrder("Once"))
	s.arrives(made.OrderID, "STOCKED")
	key := s.keyTo(access.Deliver, made.OrderID)
	free := s.freeTimes(key)
	s.bookFirst(key)
	booked := s.arrives(made.OrderID, "DELIVERY_BOOKED")
	before := s.footprint()
	another := map[string]any{"orderId": key, "deliveryTime": free[1]}
	if p := s.call("POST", s.PublicURL+"/bookDelivery", another).refuses(fault.AlreadyBooked); !strings.Contains(p.Detail, free[0]) {
		t.Errorf("the refusal does not tell the time: %q", p.Detail)
	}
	if code, _ := s.refused(fmt.Sprintf("mutation { addDeliveryDataToOrder(deliveryData: {orderId: %d, deliveryTime: %q}) }", made.OrderID, free[1])); code != "already-booked" {
		t.Errorf("GraphQL: %s", code)
	}
	if o := s.order(made.OrderID); o.DeliveryTime != booked.DeliveryTime || len(o.History) != 5 {
		t.Errorf("order %+v", o)
	}
	s.untouched(before)
}

func TestBadMailRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	request := func(field string, value any) map[string]any {
		r := map[string]any{
			"transaction": "DeliveryBooked", "orderId": 142124, "name": "Someone", "email": "someone@example.com", "deliveryTime": "1200",
		}
		if r[field] = value; value == nil {
			delete(r, field)
		}
		return r
	}
	for field, values := range map[string][]any{
		"transaction":  {nil, "", "OrderPlaced", "deliveryBooked", 5},
		"name":         {nil, "", " ", strings.Repeat("x", 201), "x\r\nBcc: evil@example.com", 5},
		"email":        {nil, "", "plain", "a@example.com, b@example.com", "a@example.com\r\nBcc: evil@example.com", strings.Repeat("a", 250) + "@example.com", 5},
		"phone":        {"1\n2", strings.Repeat("1", 33), 5},
		"street":       {"1\x00", strings.Repeat("1", 201), 5},
		"city":         {"1\r", strings.Repeat("1", 101), 5},
		"deliveryTime": {nil, "x", "-1", "99999999999999999", 1200},
		"market":       {"BR", 5},
		"currency":     {"XYZ", "USDX", 5},
		"products":     {"BB001\n", strings.Repeat("1", 42901)},
		"totalPrice":   {-1, 1 << 31, "1"},
		"testId":       {-1, 1 << 31, "1"},
	} {
		for _, value := range values {
			t.Run(fmt.Sprintf("%s is %.20q", field, fmt.Sprint(value)), func(t *testing.T) {
				s.in(t).call("POST", s.PrivateURL+"/email", request(field, value)).refuses(fault.Invalid, field)
			})
		}
	}
	s.untouched(before)
}

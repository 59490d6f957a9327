package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/systemtest"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
)

const stageToken = "the token of this test's stage"

// atStage makes a shop serve the seed's routes under a stage's prefix.
func atStage(c *app.Config) {
	knownSecrets(c)
	c.PrivateToken, c.Stage, c.StageToken, c.TestOrders = token, "dev", stageToken, "on"
}

func stageKey(headers ...string) []string {
	return append([]string{"X-Api-Key", stageToken}, headers...)
}

// at calls a route under the stage's prefix.
func (s *shop) at(path string, body any, headers ...string) answer {
	s.Helper()
	return s.call("POST", s.PublicURL+"/dev"+path, body, headers...)
}

// TestTheSeedsRoutesUnderAStage: its clients use one host and a stage. An order is made and booked through them.
func TestTheSeedsRoutesUnderAStage(t *testing.T) {
	t.Parallel()
	for name, shows := range map[string][]string{"a key of a gateway": {"X-Api-Key", stageToken}, "a bearer": {"Authorization", "Bearer " + stageToken}} {
		t.Run(name, func(t *testing.T) {
			s := start(t, atStage)
			for _, path := range []string{"/createOrder", "/bookDelivery", "/deliveryTimes"} {
				if a := s.call("OPTIONS", s.PublicURL+"/dev"+path, nil).want(200); string(a.body) != `"OK"` {
					t.Errorf("OPTIONS %s: %s", path, a.body)
				}
			}
			var times struct{ DeliveryOptions []string }
			s.call("GET", s.PublicURL+"/dev/deliveryTimes", nil).want(200).into(&times)
			var made created
			s.at("/createOrder", realOrder("Front end"), "Content-Type", "text/plain").want(200).into(&made)
			s.arrives(made.OrderID, "STOCKED")
			s.at("/stock", `{"orderId":1}`, shows...).want(200)
			s.at("/finance", `{"detail-type":"OrderCreated","detail":{"orderId":1,"totalPrice":30000}}`, shows...).want(200)
			s.at("/email", `{"transaction":"OrderCreated","orderId":1,"name":"Someone","email":"by.hand@example.com"}`, shows...).want(200)
			if n := len(s.mails("by.hand@example.com")); n != 1 {
				t.Errorf("%d mails", n)
			}
			a := s.at("/database", `{"query":"{ getOrder(id: 1) { orderId status } }"}`, shows...).want(200)
			if !strings.Contains(string(a.body), `"status":"STOCKED"`) {
				t.Errorf("GraphQL answers %s", a.body)
			}
			s.at("/bookDelivery", fmt.Sprintf(`{"orderId":1,"deliveryTime":%q}`, times.DeliveryOptions[0]), shows...).want(200)
			s.arrives(made.OrderID, "DELIVERY_BOOKED")
			s.at("/updateOrderStatus", `{"orderId":1,"status":"DELIVERY_BOOKED"}`, shows...).want(200)
			s.at("/placeOrder", map[string]any{"detail": realOrder("By hand")}, shows...).want(200)
			s.arrives(2, "STOCKED")
			s.at("/database", `mutation { addDeliveryDataToOrder(deliveryData: {orderId: 2, deliveryTime: "`+times.DeliveryOptions[1]+`"}) }`, shows...).want(200)
			s.arrives(2, "DELIVERY_BOOKED")
			for _, want := range []string{"stage: ask-stockist 1", "stage: mail-by-hand 1", "stage: place 0", "stage: book-delivery 1"} {
				if done := s.done(); !slices.ContainsFunc(done, func(d string) bool { return strings.HasPrefix(d, want) }) {
					t.Errorf("what was done is not kept as %q: %q", want, done)
				}
			}
		})
	}
}

// TestTheSystemTestKnowsOneHost: it uses the stage for both base URLs.
func TestTheSystemTestKnowsOneHost(t *testing.T) {
	t.Parallel()
	s := start(t, atStage)
	got, err := systemtest.Run(t.Context(), systemtest.Config{
		PublicURL: s.PublicURL + "/dev", PrivateURL: s.PublicURL + "/dev", Token: stageToken, Orders: 20, Timeout: time.Minute, Out: io.Discard,
	})
	if err != nil {
		t.Errorf("%+v: %v", got, err)
	}
}

// TestTheStagesTokenOpensNothingElse: not the private listener, not the routes without the prefix, and no mutation that
// the seed does not have.
func TestTheStagesTokenOpensNothingElse(t *testing.T) {
	t.Parallel()
	s := start(t, atStage)
	s.arrives(s.create(realOrder("Untouched")).OrderID, "STOCKED")
	before := s.footprint()
	bearer := []string{"Authorization", "Bearer " + stageToken, "X-Api-Key", stageToken}
	for _, path := range []string{"/placeOrder", "/updateOrderStatus", "/bookDelivery", "/cancelOrder", "/approve", "/database", "/rules/rollback", "/deadletters/replay", "/ledger/corrections"} {
		s.call("POST", s.PrivateURL+path, `{"orderId":1}`, append(bearer, as(fmt.Sprintf("198.51.100.%d", len(path)))...)...).refuses(fault.Unauthorized)
	}
	for _, path := range []string{"/placeOrder", "/updateOrderStatus", "/stock", "/finance", "/email", "/database", "/alerts", "/metrics", "/console"} {
		s.call("POST", s.PublicURL+path, `{"orderId":1}`, bearer...).refuses(fault.NotFound)
	}
	for _, path := range []string{
		"/", "/cancelOrder", "/quote", "/trackOrder", "/approve", "/refuse", "/reviews", "/ledger", "/ledger/corrections", "/rules", "/rules/rollback", "/deadletters/replay", "/alerts",
		"/metrics", "/console", "/console/api/now", "/mail", "/partners", "/partners/payments-us/knobs", "/debug/pprof/", "/login", "/placeOrder/", "/database/x", "/../stock/../alerts",
	} {
		for _, method := range []string{"GET", "POST", "PUT"} {
			s.call(method, s.PublicURL+"/dev"+path, `{"orderId":1}`, bearer...).refuses(fault.NotFound)
		}
	}
	s.call("GET", s.PublicURL+"/dev/database?query={__typename}", nil, bearer...).refuses(fault.NotAllowed)
	for _, mutation := range []string{
		`mutation { decideReview(id: 1, step: "approval", passed: true, by: "", note: "") { orderId } }`,
		`mutation { replayDeadLetters(subscriber: "email.OrderCreated") }`, `mutation { discardDeadLetter(receipt: {eventId: "a", subscriber: "b"}, reason: "c") }`,
	} {
		a := s.at("/database", map[string]any{"query": mutation}, stageKey()...)
		if !strings.Contains(string(a.body), `"errors"`) || strings.Contains(string(a.body), `"data":{`) && !strings.Contains(string(a.body), "null") {
			t.Errorf("%s: %s", mutation, a.body)
		}
	}
	s.untouched(before)
	firm := s.create(realOrder("Firm", "customerType", "B2B", "orgNumber", "123456"))
	s.arrives(firm.OrderID, "IN_REVIEW")
	s.at("/placeOrder", `{"detail":{"orderId":2}}`, stageKey()...).refuses(fault.Forbidden)
	s.at("/updateOrderStatus", `{"orderId":2,"status":"PLACED"}`, stageKey()...).refuses(fault.Forbidden)
	s.at("/database", `mutation { updateOrderStatus(id: 2, status: PLACED) { status } }`, stageKey()...)
	if o := s.order(firm.OrderID); o.Status != "IN_REVIEW" {
		t.Errorf("an order in review became %s", o.Status)
	}
}

// TestTheInnerRoutesOfAStageTakeItsToken, sent in one of two ways; no other token of the shop, and no session, opens
// them.
func TestTheInnerRoutesOfAStageTakeItsToken(t *testing.T) {
	t.Parallel()
	s := start(t, atStage, func(c *app.Config) {
		c.Operator, c.TestToken = []app.Secret{"ann=" + anns}, "the token of test orders"
	})
	s.arrives(s.create(realOrder("Untouched")).OrderID, "STOCKED")
	before := s.footprint()
	for i, c := range [][]string{
		nil, {"X-Api-Key", ""}, {"X-Api-Key", "Bearer " + stageToken}, {"X-Api-Key", stageToken + "x"}, {"X-Api-Key", stageToken[:20]}, {"Authorization", stageToken},
		{"Authorization", "Basic " + stageToken}, {"Authorization", "Bearer " + token}, {"X-Api-Key", token}, {"X-Api-Key", anns},
		{"X-Api-Key", "the token of test orders"}, {"X-Api-Key", "wrong", "Authorization", "Bearer " + stageToken}, {"Cookie", "webshop_session=stage~zzzzzz~a~b"}, {"X-Test-Token", stageToken},
	} {
		for j, path := range []string{"/placeOrder", "/updateOrderStatus", "/stock", "/finance", "/email", "/database", "/bookDelivery"} {
			from := as(fmt.Sprintf("198.51.%d.%d", i, j))
			a := s.at(path, `{"orderId":1,"status":"PLACED","deliveryTime":"16000000000","detail":{"orderId":1}}`, append(slices.Clone(c), from...)...)
			if a.refuses(fault.Unauthorized); path != "/bookDelivery" && a.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s: WWW-Authenticate is %q", path, a.header.Get("WWW-Authenticate"))
			}
		}
	}
	s.untouched(before)
	if refused := s.figures().series[`webshop_logins_refused_total{reason="wrong-token"}`]; refused == "0" || refused == "" {
		t.Error("wrong tokens are not counted")
	}
	s.at("/stock", `{"orderId":1}`, "X-Api-Key", stageToken, "Authorization", "AWS4-HMAC-SHA256 Credential=x").want(200)
	s.at("/stock", `{"orderId":4711}`, stageKey()...).refuses(fault.NotFound)
}

// TestGuessingTheStagesTokenIsSlowedDown; a caller who has used the right one is accepted nevertheless.
func TestGuessingTheStagesTokenIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := start(t, atStage)
	s.at("/stock", `{"orderId":4711}`, stageKey(as("203.0.113.9")...)...).refuses(fault.NotFound)
	last, n := answer{}, 0
	for ; last.status != http.StatusTooManyRequests && n < 100; n++ {
		last = s.at("/stock", `{"orderId":4711}`, append([]string{"X-Api-Key", fmt.Sprintf("guess %d", n)}, as("203.0.113.9")...)...)
	}
	if last.refuses(fault.TooMany); n > 50 || last.header.Get("Retry-After") == "" {
		t.Errorf("%d guesses; Retry-After is %q", n, last.header.Get("Retry-After"))
	}
	s.at("/stock", `{"orderId":4711}`, stageKey(as("203.0.113.9")...)...).refuses(fault.NotFound)
	s.call("POST", s.PrivateURL+"/stock", `{"orderId":4711}`).refuses(fault.NotFound) // operators are not affected
}

// TestABookingUnderAStage: by the bare number with the token, by a key with it or without.
func TestABookingUnderAStage(t *testing.T) {
	t.Parallel()
	s := start(t, atStage)
	var keys []string
	for i := range 3 {
		made := s.create(realOrder(fmt.Sprint("Booker ", i), "email", fmt.Sprintf("booker.%d@example.com", i), "street", fmt.Sprint("Way ", i)))
		s.arrives(made.OrderID, "STOCKED")
		keys = append(keys, s.keyTo(access.Deliver, made.OrderID))
	}
	at := s.freeTimes(keys[0])[0]
	book := func(order string, headers ...string) answer {
		s.Helper()
		return s.at("/bookDelivery", fmt.Sprintf(`{"orderId":%s,"deliveryTime":%q}`, order, at), headers...)
	}
	book("1").refuses(fault.Unauthorized)
	book(`"1"`).refuses(fault.Unauthorized)
	book("1", "X-Api-Key", "a wrong token of a stranger").refuses(fault.Unauthorized)
	book(`"`+keys[0]+`"`, "X-Api-Key", "a wrong token of a stranger").refuses(fault.Unauthorized)
	book(`"nonsense"`, stageKey()...).refuses(fault.Invalid, "orderId")
	book("4711", stageKey()...).refuses(fault.NotFound)
	for id := range int64(3) {
		if o := s.order(id + 1); o.DeliveryTime != "" {
			t.Fatalf("order %d is booked", id+1)
		}
	}
	book("1", stageKey()...).want(200)
	book(`"` + keys[1] + `"`).want(200)
	book(`"`+keys[2]+`"`, stageKey()...).want(200)
	for id := range int64(3) {
		s.arrives(id+1, "DELIVERY_BOOKED")
	}
}

// TestAStageIsAsBoundedAsTheListener: bodies, rates (spreading over both addresses gains nothing), methods, and metrics.
func TestAStageIsAsBoundedAsTheListener(t *testing.T) {
	t.Parallel()
	s := start(t, atStage, func(c *app.Config) { c.RateLimit, c.CORSOrigin = 0.5, []string{shopOrigin} })
	before := s.footprint()
	for _, path := range []string{"/createOrder", "/placeOrder", "/database"} {
		s.at(path, strings.Repeat(" ", 70_000), stageKey()...).refuses(fault.TooLarge)
		s.at(path, "{\"name\":\"\xff\"}", stageKey()...).refuses(fault.Malformed)
		a := s.call("PUT", s.PublicURL+"/dev"+path, nil, stageKey()...)
		if a.refuses(fault.NotAllowed); !strings.Contains(a.header.Get("Allow"), "POST") {
			t.Errorf("%s: Allow is %q", path, a.header.Get("Allow"))
		}
	}
	s.at("/createOrder", "{").refuses(fault.Malformed)
	s.at("/placeOrder", "{", stageKey()...).refuses(fault.Malformed)
	s.at("/database", "{", "X-Api-Key", "a wrong token of a stranger").refuses(fault.Unauthorized)
	s.at("/placeOrder", "{", "Origin", evilOrigin, "X-Api-Key", stageToken).refuses(fault.Forbidden)
	s.at("/createOrder", "{", "Sec-Fetch-Site", "cross-site").refuses(fault.Forbidden)
	for header, allowed := range map[string]string{"content-type": shopOrigin, "x-api-key": "", "authorization": ""} { // a page may not send the token
		a := s.call("OPTIONS", s.PublicURL+"/dev/placeOrder", nil, "Origin", shopOrigin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", header)
		if a.want(200).cors() != allowed {
			t.Errorf("the preflight about %s: %v", header, a.header)
		}
	}
	paths, last, n := []string{"/createOrder", "/dev/createOrder", "/dev/bookDelivery", "/dev/stock"}, answer{}, 0
	for ; last.status != http.StatusTooManyRequests && n < 50; n++ {
		last = s.call("POST", s.PublicURL+paths[n%len(paths)], "{}", stageKey(as("203.0.113.7")...)...)
	}
	if last.refuses(fault.TooMany); n > 20 {
		t.Errorf("%d were let in", n)
	}
	s.untouched(before)
	counted := string(s.call("GET", s.PrivateURL+"/metrics", nil).want(200).body)
	for _, want := range []string{`route="/createOrder",status="400"`, `route="/dev/placeOrder",status="400"`, `route="/dev/database",status="401"`} {
		if !strings.Contains(counted, want) {
			t.Errorf("%s is not counted", want)
		}
	}
}

// TestAStageWithoutATokenServesTheOuterRoutes only; a token that a client sends nevertheless is ignored.
func TestAStageWithoutATokenServesTheOuterRoutes(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.Stage = "v1" })
	under := s.PublicURL + "/v1"
	s.call("POST", under+"/createOrder", realOrder("Outer"), "X-Api-Key", "any").want(200)
	s.call("GET", under+"/deliveryTimes", nil).want(200)
	s.call("POST", under+"/bookDelivery", `{"orderId":1,"deliveryTime":"1"}`, "X-Api-Key", "any").refuses(fault.Unauthorized)
	s.arrives(1, "STOCKED")
	before := s.footprint()
	for _, path := range []string{"/placeOrder", "/updateOrderStatus", "/stock", "/finance", "/email", "/database"} {
		s.call("POST", under+path, `{"orderId":1}`).refuses(fault.NotFound)
		s.call("POST", under+path, `{"orderId":1}`, "X-Api-Key", "").refuses(fault.NotFound)
	}
	s.untouched(before)
	plain := start(t)
	plain.call("POST", plain.PublicURL+"/v1/createOrder", realOrder("Nowhere")).refuses(fault.NotFound)
}

// TestAStageThatIsNotSafeDoesNotStart, and says why.
func TestAStageThatIsNotSafeDoesNotStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*app.Config)
		says   string
	}{
		"a token without a stage": {func(c *app.Config) { c.Stage = "" }, "--stage-token opens routes under --stage"},
		"a short token":           {func(c *app.Config) { c.StageToken = "fifteen bytes.." }, "--stage-token must have at least 16 bytes"},
		"a path":                  {func(c *app.Config) { c.Stage = "dev/v1" }, "--stage must be a name"},
		"a slash":                 {func(c *app.Config) { c.Stage = "/dev" }, "--stage must be a name"},
		"a pattern":               {func(c *app.Config) { c.Stage = "{dev}" }, "--stage must be a name"},
		"the callbacks":           {func(c *app.Config) { c.Stage = "callbacks" }, "--stage must be a name"},
		"the private token":       {func(c *app.Config) { c.PrivateToken = stageToken }, "equals --private-token"},
		"the test token":          {func(c *app.Config) { c.TestToken = stageToken }, "equals --test-token"},
		"an operator's":           {func(c *app.Config) { c.Operator = []app.Secret{"ann:read=" + stageToken} }, "equals --operator ann"},
		"a partner's":             {func(c *app.Config) { c.CarrierToken = stageToken }, "equals --carrier-token"},
		"its name":                {func(c *app.Config) { c.Operator = []app.Secret{"stage=" + anns} }, "is reserved"},
	} {
		t.Run(name, func(t *testing.T) {
			config := config(t)
			atStage(&config)
			c.change(&config)
			if _, err := app.Start(t.Context(), config, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), stageToken) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	s := start(t, func(c *app.Config) { c.PublicURL = "http://shop.example" }) // makes a token and keeps it
	s.stop()
	s.config.Stage, s.config.StageToken = "dev", s.token
	if _, err := app.Start(t.Context(), s.config, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "--stage-token is the private token") {
		t.Errorf("the token in the data folder: %v", err)
	}
}

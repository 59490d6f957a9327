package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/partner/mailbox"
)

// TestAnOrderGoesItsWholeWay through the functions, each called as AWS calls it; and no event is near the limits.
func TestAnOrderGoesItsWholeWay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.order("Testa", 352)
	var types []string
	for _, e := range s.settle() {
		types = append(types, e.DetailType)
		if len(e.Detail) > mostBytes/10 {
			t.Errorf("%s has %d bytes", e.DetailType, len(e.Detail))
		}
	}
	if is := s.status(id); is != "DELIVERY_BOOKED" || len(types) != 5 {
		t.Errorf("the order is %s after %v", is, types)
	}
}

// TestEventsMayComeTwiceLateAndInAnyOrder: the receipts ensure one effect.
func TestEventsMayComeTwiceLateAndInAnyOrder(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.order("Testa", 352)
	delivered := s.settle()
	_, mails := s.mails.List(mailbox.Filter{})
	for i := len(delivered) - 1; i >= 0; i-- { // the last first, and each for the second time
		s.deliver(delivered[i])
	}
	if again := s.bridge.take(); len(again) > 0 {
		t.Errorf("what came twice caused events: %+v", again)
	}
	_, now := s.mails.List(mailbox.Filter{})
	if is := s.status(id); is != "DELIVERY_BOOKED" || now != mails || mails != 3 {
		t.Errorf("the order is %s; %d mails, and %d before", is, now, mails)
	}
}

// TestAWholeEventIsTakenAsItIs: as a rule without a transformer passes it on, with its payload.
func TestAWholeEventIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first, second := s.order("One", 0), s.order("Two", 0)
	for i, e := range s.bridge.take() {
		whole := map[string]any{"detail-type": e.DetailType, "source": e.Source, "detail": json.RawMessage(e.Detail)}
		if i == 1 {
			whole = map[string]any{"subscriber": "order.OrderCreated", "event": whole}
		}
		if err := s.invoke("placeOrder", whole, nil); err != nil {
			t.Error(err)
		}
	}
	if s.status(first) != "PLACED" || s.status(second) != "PLACED" {
		t.Errorf("%s, %s", s.status(first), s.status(second))
	}
}

// TestWhatIsNoCallOfOurs is an error that Lambda sees, and nothing hangs or dies.
func TestWhatIsNoCallOfOurs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, payload := range []string{`{}`, `null`, `"text"`, `[]`, `{"subscriber":"email.OrderCreated"}`, `{"detail":{}}`,
		`{"subscriber":"order.OrderCreated","event":{"detail":{"id":"x","subject":"none"}}}`, `{"Records":[{}]}`, `{"httpMethod":1}`,
		`{"subscriber":"nobody.OrderCreated","event":{"detail":{"id":"x","subject":"1","data":{}}}}`} {
		if got, err := s.function("placeOrder").Invoke(t.Context(), json.RawMessage(payload)); err == nil {
			t.Errorf("%s is answered with %v", payload, got)
		}
	}
	unknown := `{"subscriber":"order.OrderCreated","event":{"detail":{"id":"0198c5f0-0000-7000-8000-000000000000","subject":"1"}}}`
	if _, err := s.function("placeOrder").Invoke(t.Context(), json.RawMessage(unknown)); err != nil {
		t.Errorf("an event that is not in the journal comes again and again: %v", err)
	}
}

// TestTheRelayPublishesWhatWasLeft: the instance that took the order could not publish.
func TestTheRelayPublishesWhatWasLeft(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.bridge.answer = func(w http.ResponseWriter, _ int, _ []entry) ([]entry, bool) {
		w.WriteHeader(http.StatusForbidden)
		return nil, true
	}
	id := s.order("Left", 352)
	s.bridge.mu.Lock()
	s.bridge.answer = nil
	s.bridge.mu.Unlock()
	s.function("relay")
	done := make(chan error, 1)
	go func() { done <- s.invokeRelay() }() // it goes on while something is pending
	for delivered := 0; ; {
		delivered += len(s.settle())
		select {
		case err := <-done:
			if is := s.status(id); err != nil || is != "DELIVERY_BOOKED" || delivered < 5 { // on a slow machine a lease may end, and an event comes twice
				t.Errorf("the order is %s after %d events: %v", is, delivered, err)
			}
			var told map[string]any
			if err := json.Unmarshal([]byte(s.metrics.String()), &told); err != nil || told["DeadLetters"] != 0.0 || told["OverdueOrders"] != 0.0 {
				t.Errorf("metrics %s: %v", s.metrics.String(), err)
			}
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *stage) invokeRelay() error {
	return s.invoke("relay", map[string]any{"schedule": "relay"}, nil)
}

// TestDeadLettersAreParked in each form in which AWS keeps them, if their receipt is still pending.
func TestDeadLettersAreParked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.order("Dead", 0)
	created := s.bridge.take()[0]
	var d detail
	if err := json.Unmarshal([]byte(created.Detail), &d); err != nil {
		t.Fatal(err)
	}
	call := func(subscriber string) map[string]any {
		return map[string]any{"subscriber": subscriber, "event": map[string]any{"detail": map[string]any{"id": d.ID, "subject": d.Subject}}}
	}
	record := func(subscriber, errorType string) map[string]any {
		return map[string]any{
			"version": "1.0", "requestContext": map[string]any{"condition": "RetriesExhausted"}, "requestPayload": call(subscriber),
			"responsePayload": map[string]any{"errorType": errorType, "errorMessage": "of Ann, ann@example.com"},
		}
	}
	message := func(id string, body any, attributes map[string]any) map[string]any {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return map[string]any{"messageId": id, "eventSource": "aws:sqs", "body": string(text), "messageAttributes": attributes}
	}
	raw := map[string]any{"detail-type": created.DetailType, "source": created.Source, "detail": json.RawMessage(created.Detail)}
	rule := map[string]any{
		"RULE_ARN":   map[string]any{"dataType": "String", "stringValue": "arn:aws:events:eu-west-1:1:rule/shop/stack-email-OrderCreated"},
		"ERROR_CODE": map[string]any{"dataType": "String", "stringValue": "NO_PERMISSIONS"},
	}
	var out struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	batch := []any{
		message("away", record("order.OrderCreated", "notStored"), nil),
		message("rule", raw, rule), message("no one's", raw, nil), message("none", "text", nil),
	}
	if err := s.invoke("relay", map[string]any{"Records": batch}, &out); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(out.BatchItemFailures) != "[{no one's} {none}]" {
		t.Errorf("come again: %v", out.BatchItemFailures)
	}
	if got := s.deadLetters(); got != "email.OrderCreated: not delivered: NO_PERMISSIONS" {
		t.Errorf("dead letters %q", got)
	}
	if err := s.invoke("relay", map[string]any{"Records": []any{message("dead", record("order.OrderCreated", "Runtime.ExitError"), nil)}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := s.deadLetters(); !strings.Contains(got, "order.OrderCreated: not delivered: Runtime.ExitError") {
		t.Errorf("dead letters %q", got)
	}
	if status, body := s.call("database", "GET", "/alerts", "", private); status != 200 || !strings.Contains(body, "dead-letter") {
		t.Errorf("alerts: %d %s", status, body)
	}
	s.replayAll(d.ID)
	s.deliver(created) // what the relay would publish
	if is := s.status(id); is != "PLACED" {
		t.Errorf("the order is %s", is)
	}
	done := message("done", record("order.OrderCreated", "Runtime.ExitError"), nil)
	if err := s.invoke("relay", map[string]any{"Records": []any{done}}, nil); err != nil || s.deadLetters() != "" {
		t.Errorf("what was done is parked: %q, %v", s.deadLetters(), err)
	}
}

// deadLetters lists them, with their reasons.
func (s *stage) deadLetters() string {
	s.Helper()
	status, body := s.call("database", "GET", "/deadletters", "", private)
	var got struct {
		DeadLetters []struct{ Subscriber, LastError string }
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 {
		s.Fatalf("dead letters: %d %s", status, body)
	}
	var all []string
	for _, l := range got.DeadLetters {
		all = append(all, l.Subscriber+": "+l.LastError)
	}
	return strings.Join(all, "; ")
}

func (s *stage) replayAll(eventID string) {
	s.Helper()
	for _, subscriber := range []string{"email.OrderCreated", "order.OrderCreated"} {
		if status, body := s.call("database", "POST", "/deadletters/"+eventID+"/"+subscriber+"/replay", "", private); status != 204 {
			s.Fatalf("replay: %d %s", status, body)
		}
	}
}

// TestAnEventIsNotAnsweredWhileItsOutcomeIsNotStored, so that Lambda sends it again.
func TestAnEventIsNotAnsweredWhileItsOutcomeIsNotStored(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t)
	s := newStageOn(t, server.Database(t))
	id := s.order("Away", 0)
	created := s.bridge.take()[0]
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	for _, sub := range event.Subscriptions {
		call, ok := ruled(t, sub, created)
		if f, _ := functions.Hears(sub.Subscriber); ok {
			if _, wrong := errors.AsType[notStored](s.invoke(f.Name, call, nil)); !wrong {
				t.Errorf("%s is answered", sub.Subscriber)
			}
		}
	}
	if status, body := s.call("createOrder", "POST", "/createOrder", orderOf("Refused", 0)); status != 503 || !strings.Contains(body, "unavailable") {
		t.Errorf("an order is answered %d %s", status, body)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	s.deliver(created)
	if is := s.status(id); is != "PLACED" {
		t.Errorf("the order is %s", is)
	}
}

// TestAnInstanceHasFewConnections: one, whatever it does; relay has two.
func TestAnInstanceHasFewConnections(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.order("Few", 352)
	s.settle()
	if err := s.invokeRelay(); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), s.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var connections int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'webshop'`).Scan(&connections); err != nil {
		t.Fatal(err)
	}
	if most := len(s.all) + 1; connections > most || connections < 5 {
		t.Errorf("%d functions have %d connections", len(s.all), connections)
	}
}

// TestListeners: a caller without a token is no operator, whatever the gateway says; and a function has only its own
// routes.
func TestListeners(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		function, method, path string
		change                 func(map[string]any)
		status                 int
	}{
		{"database", "GET", "/deadletters", func(e map[string]any) {
			private(e)
			e["headers"] = map[string]string{"Host": "localhost"}
		}, 401},
		{"database", "GET", "/deadletters", private, 200},
		{"database", "GET", "/deadletters", func(map[string]any) {}, 404}, // the public API
		{"database", "GET", "/console", private, 404},
		{"database", "GET", "/metrics", private, 404},
		{"createOrder", "GET", "/createOrder", func(map[string]any) {}, 405},
		{"createOrder", "POST", "/findOrder", func(map[string]any) {}, 404},
		{"deliveryTimes", "GET", "/deliveryTimes?market=MX", func(map[string]any) {}, 200},
		{"shop", "GET", "/readyz", func(map[string]any) {}, 204},
		{"shop", "GET", "/catalog", func(map[string]any) {}, 200},
		{"shop", "GET", "/trackOrder/live", func(map[string]any) {}, 404},
		{"stock", "POST", "/callbacks/stockist", func(map[string]any) {}, 400},
	} {
		if status, body := s.call(c.function, c.method, c.path, "", c.change); status != c.status {
			t.Errorf("%s %s %s: %d %s, not %d", c.function, c.method, c.path, status, body, c.status)
		}
	}
	s.asked = "https://pages.example"
	if _, _ = s.call("deliveryTimes", "GET", "/deliveryTimes", "", func(map[string]any) {}); s.allowed != "https://pages.example" {
		t.Errorf("pages of another site are allowed: %q", s.allowed)
	}
	status, body := s.call("createOrder", "POST", "/createOrder", "eyJuYW1lIjoiQW5uIn0=", func(e map[string]any) { e["isBase64Encoded"] = true })
	if status != 400 || !strings.Contains(body, "market") {
		t.Errorf("a body in base 64: %d %s", status, body)
	}
}

// TestRulesComeIntoForce in a warm instance when an operator activates them.
func TestRulesComeIntoForce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.order("Before", 0)
	status, body := s.call("database", "GET", "/rules/versions/1", "", private)
	var first struct{ Text string }
	if err := json.Unmarshal([]byte(body), &first); err != nil || status != 200 {
		t.Fatalf("rules: %d %s", status, body)
	}
	changed, err := json.Marshal(map[string]any{"text": strings.ReplaceAll(first.Text, "price: 15000", "price: 16000"), "note": "dearer", "expect": 1})
	if err != nil {
		t.Fatal(err)
	}
	if status, body := s.call("database", "POST", "/rules/activate", string(changed), private); status != 200 {
		t.Fatalf("activate: %d %s", status, body)
	}
	for i := range 100 { // within half a second
		if status, body = s.call("createOrder", "POST", "/createOrder", orderOf(fmt.Sprint("After ", i), 0)); status != 200 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if status != 400 || !strings.Contains(body, "must be 16000") {
		t.Errorf("an order at the old price: %d %s", status, body)
	}
}

// TestMigrateAnswersCloudFormation: the result is sent to the call's address, whatever it is.
func TestMigrateAnswersCloudFormation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	told := make(chan map[string]any, 1)
	s.bridge.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var got map[string]any
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		told <- got
	})
	resource := map[string]any{"RequestType": "Create", "ResponseURL": s.bridge.URL, "StackId": "s", "RequestId": "r", "LogicalResourceId": "Tables"}
	for _, c := range []struct{ database, kind, status string }{
		{s.database, "Create", "SUCCESS"}, {"postgres://nobody@127.0.0.1:1/none?connect_timeout=1", "Update", "FAILED"},
		{"postgres://nobody@127.0.0.1:1/none", "Delete", "SUCCESS"},
	} {
		resource["RequestType"], s.database, s.all = c.kind, c.database, map[string]*Function{}
		_ = s.invoke("migrate", resource, nil) // CloudFormation gets the result by the answer
		if got := <-told; got["Status"] != c.status {
			t.Errorf("%s: %v", c.kind, got)
		}
	}
}

// TestMigrateIsToldOfASnapshot: Aurora does not show that a database is an older copy. An operator marks it, and the next
// order skips numbers.
func TestMigrateIsToldOfASnapshot(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var told struct{ FirstNumber int64 }
	before := s.order("Before", 1)
	for _, wrong := range []map[string]any{{"restored": "true"}, {"restore": true}, {"restored": 1}} {
		if err := s.invoke("migrate", wrong, &told); err == nil {
			t.Errorf("%v is taken for a wish", wrong)
		}
	}
	if err := s.invoke("migrate", map[string]any{"restored": true}, &told); err != nil || told.FirstNumber < 1_000_000 {
		t.Errorf("the next order is %d, %v", told.FirstNumber, err)
	}
	if next := s.order("Next", 1); next != told.FirstNumber || before >= next {
		t.Errorf("the next order is %d after %d, want %d", next, before, told.FirstNumber)
	}
}

// TestALoginWithIAM: a token for the user and the host of the address, new each time.
func TestALoginWithIAM(t *testing.T) {
	s := &stage{T: t, bridge: newEventBridge(t)}
	make, err := login("postgres://webshop@proxy.example:5433/shop?sslmode=verify-full", s.env)
	if err != nil {
		t.Fatal(err)
	}
	token, err := make(t.Context())
	if err != nil || !strings.HasPrefix(token, "proxy.example:5433?Action=connect&DBUser=webshop&X-Amz-Algorithm=AWS4-HMAC-SHA256") ||
		!strings.Contains(token, "X-Amz-Security-Token=token") || strings.Contains(token, "https://") {
		t.Errorf("token %s, %v", token, err)
	}
	none, err := login("postgres://webshop@proxy.example/shop", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none(t.Context()); err == nil {
		t.Error("a token without credentials")
	}
	for _, address := range []string{"", "postgres://proxy.example/shop", "postgres://a:pass%zzword@h/x"} {
		if _, err := login(address, s.env); err == nil || strings.Contains(err.Error(), "pass%zz") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestWhatAFunctionNeeds is named if it is missing.
func TestWhatAFunctionNeeds(t *testing.T) {
	s := &stage{T: t, bridge: newEventBridge(t), partners: newEventBridge(t).Server}
	for name, change := range map[string]func(*Config){
		"WEBSHOP_FUNCTION":     func(c *Config) { c.Function = "bake" },
		"WEBSHOP_EVENT_BUS":    func(c *Config) { c.EventBus = "" },
		"WEBSHOP_DATABASE_URL": func(c *Config) { c.DatabaseURL = "" },
		"--public-url":         func(c *Config) { c.PublicURL = "" },
		"--link-secret":        func(c *Config) { c.LinkSecret = nil },
	} {
		c := s.minimal("createOrder")
		change(&c)
		if _, err := New(t.Context(), c, s.env, nil, discard); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestThePlainBinaryLinksNoSDK of AWS, nor does the template's generator.
func TestThePlainBinaryLinksNoSDK(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../../cmd/webshop", "./functions").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "github.com/aws/") || !strings.Contains(string(out), "acme.example/webshop/app") {
		t.Error("cmd/webshop links an SDK of AWS")
	}
}

// TestNothingIsLeftOfAnInvocation: its events are published before it is answered, since the instance is frozen then.
func TestNothingIsLeftOfAnInvocation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.order("Published", 0)
	if n := len(s.bridge.take()); n != 1 {
		t.Errorf("%d events are published when the order is answered", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.function("createOrder").Invoke(ctx, json.RawMessage(`{}`)); err == nil {
		t.Error("a call that is over is answered")
	}
}

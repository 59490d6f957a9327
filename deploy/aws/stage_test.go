package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/event"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/partner/mailbox"
	"acme.example/webshop/platform/partner/simulator"
)

// Secrets that are long enough for all signatures in the tests.
const (
	secret          = "a secret of the tests that is long enough"
	screeningSecret = "the fraud check's secret, of the tests"
)

// eventBridgeServer implements EventBridge's protocol as the SDK uses it, and keeps the events.
type eventBridgeServer struct {
	*httptest.Server
	mu      sync.Mutex
	entries []entry
	calls   int
	// answer may replace the answer of a call: it answers, and returns the accepted entries.
	answer func(w http.ResponseWriter, call int, entries []entry) (taken []entry, answered bool)
}

// entry is an entry of PutEvents as it is on the wire.
type entry struct {
	EventBusName, Source, DetailType, Detail string
	Time                                     float64
}

func newEventBridge(t *testing.T) *eventBridgeServer {
	t.Helper()
	s := &eventBridgeServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.put))
	t.Cleanup(s.Close)
	return s
}

func (s *eventBridgeServer) put(w http.ResponseWriter, r *http.Request) {
	var in struct{ Entries []entry }
	body, err := io.ReadAll(r.Body)
	signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=")
	if err != nil || json.Unmarshal(body, &in) != nil || r.Header.Get("X-Amz-Target") != "AWSEvents.PutEvents" || !signed {
		http.Error(w, "not PutEvents", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.answer != nil {
		if taken, answered := s.answer(w, s.calls, in.Entries); answered {
			s.entries = append(s.entries, taken...)
			return
		}
	}
	s.entries = append(s.entries, in.Entries...)
	results(w, make([]string, len(in.Entries)))
}

// results answers PutEvents: "" for an accepted entry, otherwise its error.
func results(w http.ResponseWriter, codes []string) {
	out := struct {
		FailedEntryCount int
		Entries          []map[string]string
	}{}
	for i, code := range codes {
		if code != "" {
			out.FailedEntryCount++
			out.Entries = append(out.Entries, map[string]string{"ErrorCode": code, "ErrorMessage": "of the test"})
			continue
		}
		out.Entries = append(out.Entries, map[string]string{"EventId": strconv.Itoa(i)})
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(out)
}

// take returns what was published since the last call.
func (s *eventBridgeServer) take() []entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.entries
	s.entries = nil
	return all
}

// stage is the shop's functions on a real PostgreSQL, with an EventBridge that delivers nothing by itself.
type stage struct {
	*testing.T
	bridge   *eventBridgeServer
	partners *httptest.Server
	mails    *mailbox.Mailbox
	database string
	seedBus  string
	metrics  strings.Builder
	mu       sync.Mutex
	all      map[string]*Function
	asked    string // the site whose page calls; "" is no page
	allowed  string // the site that may read the last answer
}

func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageOn(t, pgtest.Database(t))
}

func newStageOn(t *testing.T, database string) *stage {
	t.Helper()
	s := &stage{T: t, bridge: newEventBridge(t), database: database, all: map[string]*Function{}}
	simulated, err := simulator.New(simulator.Config{StockistSecret: []byte(secret), ScreeningSecret: []byte(screeningSecret), Callback: http.DefaultClient, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulated.Close)
	mux := http.NewServeMux()
	mux.Handle("/", simulated.Handler())
	mux.Handle("/partners/", simulated.Knobs())
	s.partners = httptest.NewServer(mux)
	t.Cleanup(s.partners.Close)
	if s.mails, err = mailbox.New(mailbox.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.mails.Close() })
	if _, err := s.make("migrate").Invoke(t.Context(), json.RawMessage(`{}`)); err != nil {
		t.Fatal(err)
	}
	return s
}

// env is the environment that Lambda gives a function.
func (s *stage) env(name string) string {
	return map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_ENDPOINT_URL_EVENTBRIDGE": s.bridge.URL,
	}[name]
}

// minimal is the configuration of a function that calls no one.
func (s *stage) minimal(name string) Config {
	s.mails, s.database = &mailbox.Mailbox{}, "postgres://nobody@127.0.0.1:1/none"
	return s.configWith(name, "127.0.0.1:1")
}

func (s *stage) config(name string) Config { return s.configWith(name, s.mails.Addr()) }

func (s *stage) configWith(name, smtp string) Config {
	return Config{
		Function: name, EventBus: "shop", SeedEventBus: s.seedBus, RelayFor: 20 * time.Second,
		Config: app.Config{
			DatabaseURL: app.Secret(s.database), PublicURL: "https://shop.example", LinkSecret: []app.Secret{secret}, StockistSecret: []app.Secret{secret}, ScreeningSecret: []app.Secret{screeningSecret},
			LinkValidity: time.Hour, PartnerTimeout: time.Second, SimulatorsURL: s.partners.URL, TestSMTPAddr: smtp,
			MailFrom: "ACME <orders@acme.example>", SMTPTLS: "mandatory", PrivateToken: "operators-token-16", LogLevel: "info",
			CORSOrigin: []string{"https://pages.example"}, TestOrders: "on", Simulate: append([]string{"mail"}, simulator.Names...),
		},
	}
}

// make makes a new instance of a function.
func (s *stage) make(name string) *Function {
	s.Helper()
	f, err := New(s.Context(), s.config(name), s.env, &s.metrics, slog.New(slog.NewTextHandler(testLog{s.T}, nil)))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if err := f.Close(); err != nil {
			s.Error(err)
		}
	})
	return f
}

// function returns the one warm instance of a function.
func (s *stage) function(name string) *Function {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[name] == nil {
		s.all[name] = s.make(name)
	}
	return s.all[name]
}

// invoke calls a function as Lambda does, and reads its answer.
func (s *stage) invoke(name string, in, out any) error {
	s.Helper()
	payload, err := json.Marshal(in)
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.Context(), 30*time.Second)
	defer cancel()
	got, err := s.function(name).Invoke(ctx, payload)
	if err != nil || out == nil {
		return err
	}
	text, err := json.Marshal(got)
	if err != nil {
		s.Fatal(err)
	}
	return json.Unmarshal(text, out)
}

// call calls a function as API Gateway does.
func (s *stage) call(name, method, path, body string, more ...func(map[string]any)) (status int, answer string) {
	s.Helper()
	path, query, _ := strings.Cut(path, "?")
	e := map[string]any{
		"resource": path, "path": path, "httpMethod": method, "body": body,
		"headers":        map[string]string{"Host": "api.example", "Content-Type": "application/json", "Accept-Encoding": "gzip", "Origin": s.asked},
		"requestContext": map[string]any{"identity": map[string]any{"sourceIp": "127.0.0.1"}, "stage": "v1"},
	}
	if name, value, ok := strings.Cut(query, "="); ok {
		e["multiValueQueryStringParameters"] = map[string][]string{name: {value}}
	}
	for _, change := range more {
		change(e)
	}
	var out struct {
		StatusCode        int
		Body              string
		MultiValueHeaders http.Header
	}
	if err := s.invoke(name, e, &out); err != nil {
		s.Fatalf("%s %s: %v", method, path, err)
	}
	s.allowed = out.MultiValueHeaders.Get("Access-Control-Allow-Origin")
	return out.StatusCode, out.Body
}

// private makes a call one of an operator.
func private(e map[string]any) {
	e["stageVariables"] = map[string]string{"listener": "private"}
	e["headers"] = map[string]string{"Authorization": "Bearer operators-token-16"}
}

// deliver delivers an event to its subscribers by the template's rules.
func (s *stage) deliver(e entry) {
	s.Helper()
	for _, sub := range event.Subscriptions {
		if call, ok := ruled(s.T, sub, e); ok {
			f, _ := functions.Hears(sub.Subscriber)
			if err := s.invoke(f.Name, call, nil); err != nil {
				s.Errorf("%s: %v", sub.Subscriber, err)
			}
		}
	}
}

// ruled returns the input that a subscriber's rule makes of an event, if it matches.
func ruled(t *testing.T, sub event.Subscription, e entry) (json.RawMessage, bool) {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
		t.Fatal(err)
	}
	only, one := d[functions.SubscriberAttribute]
	if e.DetailType != string(sub.Type) || e.Source != functions.Source(sub.Type) || one && only != sub.Subscriber {
		return nil, false
	}
	transformer := functions.Transformer(sub)
	text := transformer.InputTemplate
	for name, path := range transformer.InputPathsMap {
		value, _ := d[strings.TrimPrefix(path, "$.detail.")].(string)
		text = strings.ReplaceAll(text, "<"+name+">", value)
	}
	return json.RawMessage(text), true
}

// settle delivers events until no more are published.
func (s *stage) settle() (delivered []entry) {
	s.Helper()
	for published := s.bridge.take(); len(published) > 0; published = s.bridge.take() {
		for _, e := range published {
			s.deliver(e)
		}
		delivered = append(delivered, published...)
	}
	return delivered
}

// order makes an order, and returns its number.
func (s *stage) order(name string, testID int) int64 {
	s.Helper()
	status, body := s.call("createOrder", "POST", "/createOrder", orderOf(name, testID))
	var made struct{ OrderID int64 }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusOK {
		s.Fatalf("createOrder: %d %s", status, body)
	}
	return made.OrderID
}

func orderOf(name string, testID int) string {
	return fmt.Sprintf(`{"name":%q,"email":"ann@example.com","phone":"123456","street":"Street 1","city":"City",
		"customerType":"B2C","market":"US","products":"LB001","totalPrice":15000,"testId":%d}`, name, testID)
}

// status returns an order's status.
func (s *stage) status(id int64) string {
	s.Helper()
	code, body := s.call("database", "POST", "/database", fmt.Sprintf(`{"query":"{getOrder(id:%d){status}}"}`, id), private)
	var got struct {
		Data struct{ GetOrder struct{ Status string } }
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusOK {
		s.Fatalf("getOrder: %d %s", code, body)
	}
	return got.Data.GetOrder.Status
}

var discard = slog.New(slog.DiscardHandler)

type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

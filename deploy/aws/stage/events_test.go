package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPatterns(t *testing.T) {
	const event = `{"source": "acme.webshop.order", "detail-type": "OrderCreated", "detail": {"n": 5, "to": "email.OrderCreated", "tags": ["a", "b"]}}`
	for pattern, want := range map[string]bool{
		`{"source": ["acme.webshop.order"]}`:                                     true,
		`{"source": ["other", "acme.webshop.order"], "detail": {"n": [5]}}`:      true,
		`{"source": ["other"]}`:                                                  false,
		`{"detail": {"n": ["5"]}}`:                                               false,
		`{"detail": {"gone": [{"exists": false}]}}`:                              true,
		`{"detail": {"to": [{"exists": false}]}}`:                                false,
		`{"detail": {"to": [{"prefix": "email."}]}}`:                             true,
		`{"detail": {"tags": ["b"]}}`:                                            true,
		`{"gone": {"deeper": [{"exists": false}]}}`:                              true,
		`{"$or": [{"source": ["other"]}, {"detail": {"n": [5]}}]}`:               true,
		`{"$or": [{"source": ["other"]}, {"detail": {"n": [6]}}]}`:               false,
		`{"source": ["acme.webshop.order"], "$or": [{"detail": {"gone": [1]}}]}`: false,
	} {
		got, err := matches(object(t, pattern), object(t, event))
		if got != want || err != nil {
			t.Errorf("%s: %v, %v", pattern, got, err)
		}
	}
	for _, pattern := range []string{`{"source": "text"}`, `{"source": [{"wildcard": "*"}]}`, `{"$or": {}}`} {
		if _, err := matches(object(t, pattern), object(t, event)); err == nil {
			t.Errorf("%s is understood", pattern)
		}
	}
}

func object(t *testing.T, text string) (m map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTransformer(t *testing.T) {
	const event = `{"id": "1", "detail": {"n": 5, "text": "say \"hi\"", "deep": {"a": [1]}}}`
	for template, want := range map[string]string{
		`{"n": <n>, "quoted": "<n>"}`:              `{"n": 5, "quoted": "5"}`,
		`{"text": <text>, "again": "<text>"}`:      `{"text": "say \"hi\"", "again": "say \"hi\""}`,
		`{"deep": <deep>, "missing": "<missing>"}`: `{"deep": {"a": [1]}, "missing": ""}`,
		`{"rule": "<aws.events.rule-name>"}`:       `{"rule": "the-rule"}`,
	} {
		paths := map[string]string{"n": "$.detail.n", "text": "$.detail.text", "deep": "$.detail.deep", "missing": "$.detail.gone.deeper"}
		got, err := transformer{InputPathsMap: paths, InputTemplate: template}.apply([]byte(event), "the-rule")
		if err != nil || cmp.Diff(object(t, want), object(t, string(got))) != "" {
			t.Errorf("%s: %s, %v", template, got, err)
		}
	}
	if got, err := (transformer{InputTemplate: `{"open": `}).apply([]byte(event), ""); err == nil {
		t.Errorf("no JSON: %s", got)
	}
}

// put sends entries as the SDK does.
func put(t *testing.T, s *Stage, entries []entry, change func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/eventbridge", strings.NewReader(string(encode(map[string]any{"Entries": entries}))))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AWSEvents.PutEvents")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=…")
	if change != nil {
		change(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestPutEvents(t *testing.T) {
	s := pretended(t, nil)
	good := entry{Source: "acme.webshop.order", DetailType: "OrderCreated", Detail: `{"id": "1", "subject": "7"}`, EventBusName: "webshop"}
	large, malformed, nowhere := good, good, good
	large.Detail = `{"x": "` + strings.Repeat("x", maxEventSize) + `"}`
	malformed.Detail, nowhere.EventBusName = "text", "elsewhere"
	for name, c := range map[string]struct {
		entries []entry
		change  func(*http.Request)
		status  int
		says    string
	}{
		"one":         {[]entry{good}, nil, 200, `"FailedEntryCount":0`},
		"one is bad":  {[]entry{good, malformed, nowhere}, nil, 200, `"FailedEntryCount":2`},
		"none":        {nil, nil, 400, "ValidationException"},
		"eleven":      {make([]entry, 11), nil, 400, "ValidationException"},
		"too large":   {[]entry{large}, nil, 400, "ValidationException"},
		"unsigned":    {[]entry{good}, func(r *http.Request) { r.Header.Del("Authorization") }, 400, "MissingAuthenticationToken"},
		"another API": {[]entry{good}, func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSEvents.ListRules") }, 400, "UnknownOperation"},
	} {
		if status, body := put(t, s, c.entries, c.change); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	eventually(t, "both events to reach both subscribers", func() bool { return s.events.Seen.of("deliveries") == 4 })
}

// TestOneSubscriber: an event that is published again for one subscriber reaches no other.
func TestOneSubscriber(t *testing.T) {
	s := pretended(t, nil)
	again := entry{Source: "acme.webshop.order", DetailType: "OrderCreated", Detail: `{"id": "1", "subject": "7", "webshopsubscriber": "email.OrderCreated"}`, EventBusName: "webshop"}
	put(t, s, []entry{again}, nil)
	f := s.functions["EmailFunction"]
	eventually(t, "the call", func() bool { f.stats.mu.Lock(); defer f.stats.mu.Unlock(); return f.stats.Calls == 1 })
	if n := s.events.Seen.of("deliveries"); n != 1 {
		t.Errorf("%d deliveries", n)
	}
}

// TestDeadLettersOfRules: EventBridge cannot deliver an event, and gives up.
func TestDeadLettersOfRules(t *testing.T) {
	s := pretended(t, nil)
	dead := &queue{visibility: 1}
	rule := s.buses["Bus"].rules[0]
	rule.targets[0].dead, rule.targets[0].retries = dead, 2
	s.events.trouble = newTrouble(Trouble{Refused: 1})
	s.events.attempt(rule, rule.targets[0], []byte(`{"detail": {"id": "1", "subject": "7"}}`), now(), 0)
	eventually(t, "the dead letter", func() bool { return dead.depth() == 1 })
	m := dead.receive(1)[0]
	if m.Attributes["RULE_ARN"] != rule.arn || m.Attributes["RETRY_ATTEMPTS"] != "2" || !strings.Contains(m.Body, `"subject": "7"`) {
		t.Errorf("%+v", m)
	}
}

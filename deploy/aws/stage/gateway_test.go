package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const sheet = `{"name": "Ada", "email": "ada@example.com", "phone": "1", "street": "s", "city": "c", "customerType": "B2C", "market": "US", "products": "BB001", "totalPrice": 15000}`

func TestGateway(t *testing.T) {
	s := pretended(t, nil)
	private := s.URL("PrivateApi")
	for name, c := range map[string]struct {
		method, url, body, kind string
		status                  int
		says                    string
	}{
		"an order":               {"POST", s.public + "/createOrder", sheet, "application/json", 200, `"httpMethod":"POST"`},
		"under any content type": {"POST", s.public + "/createOrder", `{}`, "text/plain", 200, ""},
		"a field is missing":     {"POST", s.public + "/createOrder", `{"name": "Ada"}`, "application/json", 400, "/problems/invalid"},
		"a field has no type":    {"POST", s.public + "/createOrder", strings.Replace(sheet, "15000", `"much"`, 1), "application/json", 400, "/problems/invalid"},
		"no JSON":                {"POST", s.public + "/createOrder", `{`, "application/json", 400, "/problems/invalid"},
		"a number or a text":     {"POST", s.public + "/bookDelivery", `{"orderId": 7, "deliveryTime": "1"}`, "application/json", 200, ""},
		"neither":                {"POST", s.public + "/bookDelivery", `{"orderId": true, "deliveryTime": "1"}`, "application/json", 400, ""},
		"a parameter is missing": {"GET", s.public + "/trackOrder", "", "", 400, "[key]"},
		"the parameter is there": {"GET", s.public + "/trackOrder?key=k", "", "", 200, `"queryStringParameters":{"key":"k"}`},
		"a preflight":            {"OPTIONS", s.public + "/createOrder", "", "", 200, `"OK"`},
		"no page":                {"GET", s.public + "/nope", "", "", 404, "<html"},
		"no private route":       {"GET", private + "/nope", "", "", 404, "/problems/not-found"},
		"another method":         {"GET", s.public + "/createOrder", "", "", 404, "/problems/not-found"},
		"a private route":        {"GET", private + "/alerts", "", "", 200, `"stageVariables":{"listener":"private"}`},
		"a path with parameters": {"POST", private + "/deadletters/e1/email.OrderCreated/replay", "", "", 200, `"subscriber":"email.OrderCreated"`},
	} {
		status, body := ask(t, c.method, c.url, c.body, c.kind)
		if unquoted := strings.ReplaceAll(body, `\"`, `"`); status != c.status || !strings.Contains(unquoted, c.says) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

func ask(t *testing.T, method, url, body, kind string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode >= 400 && kind == "application/problem+json" && !json.Valid(text) {
		t.Errorf("%s %s: no JSON: %s", method, url, text)
	}
	return answer.StatusCode, string(text)
}

// TestGatewayAnswersForFunctions if a function does not, or may not be called.
func TestGatewayAnswersForFunctions(t *testing.T) {
	s := pretended(t, func(c *Config) {
		c.Parameters["ThrottleRate"], c.Parameters["ThrottleBurst"] = "1", "2"
		c.Trouble.Doomed = func(f string, _ []byte) bool { return f == "ShopFunction" }
	})
	if status, body := ask(t, "GET", s.public+"/catalog", "", ""); status != 503 || !strings.Contains(body, "/problems/unavailable") {
		t.Errorf("an instance died: %d %s", status, body)
	}
	limiter := s.apis["PublicApi"].limiter
	if limiter.Limit() != 1 || limiter.Burst() != 2 {
		t.Errorf("it lets %v a second through, %d at once", limiter.Limit(), limiter.Burst())
	}
	limiter.SetLimit(0)
	limiter.SetBurst(0)
	if status, body := ask(t, "GET", s.public+"/deliveryTimes", "", ""); status != 429 || !strings.Contains(body, "/problems/too-many-requests") {
		t.Errorf("too many: %d %s", status, body)
	}
}

// TestPrivateNetworks: no one can call the private API from elsewhere.
func TestPrivateNetworks(t *testing.T) {
	s := pretended(t, func(c *Config) {
		c.Parameters = nil
		c.Parameters = map[string]string{"OperatorNetworks": "10.0.0.0/8,192.0.2.0/24"}
	})
	if status, body := ask(t, "GET", s.URL("PrivateApi")+"/alerts", "", ""); status != 403 {
		t.Errorf("%d %s", status, body)
	}
}

func now() time.Time { return time.Now() }

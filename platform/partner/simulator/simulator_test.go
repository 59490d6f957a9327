package simulator_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acme.example/webshop/platform/partner/simulator"
)

var secret = []byte("a secret of at least 24 bytes")

// job is an operation: its address and two different bodies.
type job struct{ partner, path, body, other, refuseKnob string }

func (j job) url() string { return "/" + j.partner + j.path }

var jobs = []job{
	{
		partner: simulator.PaymentsUS, path: "/charges", body: `{"orderId":7,"amount":15000,"currency":"USD"}`,
		other: `{"orderId":7,"amount":15001,"currency":"USD"}`, refuseKnob: "declineRate",
	}, {
		partner: simulator.PaymentsMX, path: "/charges", body: `{"orderId":7,"amount":0,"currency":"MXN"}`,
		other: `{"orderId":7,"amount":0,"currency":"USD"}`, refuseKnob: "declineRate",
	}, {
		partner: simulator.Stockist, path: "/refills", body: `{"orderId":7,"skus":["A","A"],"callbackUrl":"http://shop.test/cb"}`,
		other: `{"orderId":7,"skus":["A"],"callbackUrl":"http://shop.test/cb"}`, refuseKnob: "refuseRate",
	}, {
		partner: simulator.Carrier, path: "/consignments", body: `{"orderId":7,"time":"2026-12-01T09:00:00Z","market":"US","name":"N",` +
			`"email":"e@x.test","phone":"1","street":"S","city":"C"}`,
		other: `{"orderId":7,"time":"2026-12-01T10:00:00Z","name":"N","street":"S","city":"C"}`, refuseKnob: "refuseRate",
	}, {
		partner: simulator.Bookkeeping, path: "/entries", body: `{"orderId":7,"kind":"sale","amount":15000,"currency":"USD"}`,
		other: `{"orderId":8,"kind":"sale","amount":15000,"currency":"USD"}`, refuseKnob: "refuseRate",
	}, {
		partner: simulator.Screening, path: "/checks", body: `{"orderId":7,"amount":15000,"currency":"USD","market":"US","customerType":"B2C",` +
			`"name":"N","email":"e@x.test","callbackUrl":"http://shop.test/cb"}`,
		other: `{"orderId":8,"amount":15000,"currency":"USD","email":"e@x.test","callbackUrl":"http://shop.test/cb"}`, refuseKnob: "refuseRate",
	},
}

func partners(t *testing.T, c simulator.Config) *simulator.Partners {
	t.Helper()
	c.StockistSecret, c.ScreeningSecret = secret, secret
	if c.Source == nil {
		c.Source = rand.NewPCG(1, 2)
	}
	p, err := simulator.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// ask sends a request to a handler; an empty key is left out.
func ask(h http.Handler, method, url, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func post(p *simulator.Partners, url, key, body string) *httptest.ResponseRecorder {
	return ask(p.Handler(), "POST", url, key, body)
}

func turn(t *testing.T, p *simulator.Partners, name, knobs string) {
	t.Helper()
	if w := ask(p.Knobs(), "PUT", "/partners/"+name+"/knobs", "", knobs); w.Code != http.StatusOK {
		t.Fatalf("PUT knobs %s: %d %s", knobs, w.Code, w.Body)
	}
}

func pageOf(t *testing.T, p *simulator.Partners, name, query string) simulator.Page {
	t.Helper()
	w := ask(p.Handler(), "GET", "/"+name+"/records"+query, "", "")
	return decode[simulator.Page](t, w)
}

func records(t *testing.T, p *simulator.Partners, name string) []simulator.Record {
	t.Helper()
	return pageOf(t, p, name, "").Records
}

func stateOf(t *testing.T, p *simulator.Partners, name string) simulator.State {
	t.Helper()
	for _, s := range p.States() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no partner %s", name)
	return simulator.State{}
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (body T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return body
}

// wantProblem wants an answer with a status and a problem document that contains a text.
func wantProblem(t *testing.T, what string, w *httptest.ResponseRecorder, status int, text string) {
	t.Helper()
	contentType := w.Header().Get("Content-Type")
	if w.Code != status || !strings.Contains(w.Body.String(), text) || contentType != "application/problem+json" {
		t.Errorf("%s: %d %s %s; want %d with %q", what, w.Code, contentType, w.Body, status, text)
	}
}

func TestNewRefusesAShortSecret(t *testing.T) {
	if _, err := simulator.New(simulator.Config{StockistSecret: []byte("short"), ScreeningSecret: []byte("short")}); err == nil {
		t.Error("a short secret was taken")
	}
}

func TestTheSameSourceGivesTheSameWorld(t *testing.T) {
	outcomes := func(seed uint64) string {
		p := partners(t, simulator.Config{Source: rand.NewPCG(seed, 0)})
		turn(t, p, simulator.PaymentsUS, `{"declineRate":0.5}`)
		all := ""
		for i := range 64 {
			all += fmt.Sprintf("%d ", post(p, jobs[0].url(), fmt.Sprint("charge:", i), jobs[0].body).Code)
		}
		return all
	}
	first := outcomes(1)
	if !strings.Contains(first, "200") || !strings.Contains(first, "402") {
		t.Errorf("with a rate of one half, all went the same way: %s", first)
	}
	if first != outcomes(1) {
		t.Error("the same source gave other outcomes")
	}
	if first == outcomes(2) {
		t.Error("another source gave the same outcomes")
	}
}

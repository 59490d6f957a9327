package simulated_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

var (
	secret     = []byte("a secret of at least 24 bytes")
	usd        = money.Amount{Minor: 15000, Currency: "USD"}
	thePayment = payments.Request{Key: "charge:7", OrderID: 7, Method: payments.Card, Amount: usd}
)

// world is a set of partners and a way to reach them.
type world struct {
	t         *testing.T
	partners  *simulator.Partners
	base      string
	transport http.RoundTripper
}

// inMemory is a world without sockets, fit for synctest.
func inMemory(t *testing.T) *world {
	partners, err := simulator.New(simulator.Config{StockistSecret: secret, ScreeningSecret: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(partners.Close)
	return &world{t: t, partners: partners, base: "http://partners.test", transport: simulator.Transport(partners.Handler())}
}

// both runs a test through the in-memory transport and through a real server on the loopback.
func both(t *testing.T, test func(*testing.T, *world)) {
	t.Run("in memory", func(t *testing.T) { test(t, inMemory(t)) })
	t.Run("loopback", func(t *testing.T) {
		w := inMemory(t)
		server := httptest.NewServer(w.partners.Handler())
		t.Cleanup(server.Close)
		w.base, w.transport = server.URL, server.Client().Transport
		test(t, w)
	})
}

// provider charges both kinds of orders at once.
func (w *world) provider(name string) simulated.Provider {
	return providerOf(newClient(w.t, w.base+"/"+name, w.transport, partner.Options{}))
}

// turn sets a partner's knobs.
func (w *world) turn(name, knobs string) {
	w.t.Helper()
	answer := httptest.NewRecorder()
	request := httptest.NewRequest("PUT", "/partners/"+name+"/knobs", strings.NewReader(knobs))
	w.partners.Knobs().ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("PUT knobs of %s: %d %s", name, answer.Code, answer.Body)
	}
}

// records asks a partner what it has recorded.
func (w *world) records(name string) []simulator.Record {
	w.t.Helper()
	answer := httptest.NewRecorder()
	w.partners.Handler().ServeHTTP(answer, httptest.NewRequest("GET", "/"+name+"/records", nil))
	var page simulator.Page
	if err := json.Unmarshal(answer.Body.Bytes(), &page); err != nil {
		w.t.Fatalf("records of %s: %v in %s", name, err, answer.Body)
	}
	return page.Records
}

func newClient(t *testing.T, base string, transport http.RoundTripper, o partner.Options) *partner.Client {
	t.Helper()
	c, err := partner.NewClient("the partner", base, transport, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func providerOf(c *partner.Client) simulated.Provider {
	return simulated.Provider{Route: partner.Route{Live: c, Test: c}}
}

// served is a provider that a handler of the test's own stands in for.
func served(t *testing.T, handler http.HandlerFunc) simulated.Provider {
	return providerOf(newClient(t, "http://partner.test", simulator.Transport(handler), partner.Options{}))
}

func wantCode(t *testing.T, what string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

func wantState(t *testing.T, what string, got payments.Outcome, err error, want payments.State) {
	t.Helper()
	if err != nil || got.State != want {
		t.Errorf("%s = %+v, %v; want %s", what, got, err, want)
	}
}

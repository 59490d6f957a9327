package partner_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/delivery"
	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/payments"
	"acme.example/webshop/payments/simulated"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
	"acme.example/webshop/stock"
)

const callbackURL = "http://shop.test/stockCallback"

var (
	secret      = []byte("a secret of at least 24 bytes")
	usd         = money.Amount{Minor: 15000, Currency: "USD"}
	theRefill   = stock.Refill{Key: "refill:7", OrderID: 7, SKUs: []string{"LB001", "EX002"}}
	theSale     = finance.Posting{Key: "sale:7", OrderID: 7, Kind: finance.KindSale, Amount: usd}
	theDelivery = delivery.Consignment{Key: "delivery:7", Booking: delivery.Booking{
		OrderID: 7, Market: "US", Name: `Zoë "Zed" 🌱`, Street: "1 Main St", City: "Springfield",
		Time: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
	}}
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

// both runs a test with the in-memory transport and with a real server on the loopback.
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

// route leads all orders to one partner.
func (w *world) route(name string) partner.Route {
	c := newClient(w.t, w.base+"/"+name, w.transport, partner.Options{})
	return partner.Route{Live: c, Test: c}
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

// records returns what a partner has recorded.
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

// served returns a route to a handler.
func served(t *testing.T, o partner.Options, handler http.HandlerFunc) partner.Route {
	c := newClient(t, "http://partner.test", simulator.Transport(handler), o)
	return partner.Route{Live: c, Test: c}
}

func wantCode(t *testing.T, what string, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

// calls returns all calls of all adapters.
func calls(r partner.Route) map[string]func(ctx context.Context, test bool) error {
	return map[string]func(context.Context, bool) error{
		"Find": func(ctx context.Context, test bool) error {
			_, err := simulated.Provider{Route: r}.Find(ctx, payments.Request{Key: "charge:7", OrderID: 7, Amount: usd, Test: test})
			return err
		},
		"Check": func(ctx context.Context, test bool) error {
			check := theCheck
			check.Test = test
			_, err := partner.Screening{Route: r, CallbackURL: callbackURL}.Check(ctx, check)
			return err
		},
		"Refill": func(ctx context.Context, test bool) error {
			refill := theRefill
			refill.Test = test
			_, err := partner.Stockist{Route: r, CallbackURL: callbackURL}.Refill(ctx, refill)
			return err
		},
		"Consign": func(ctx context.Context, test bool) error {
			d := theDelivery
			if test {
				d.Booking.TestID = 4711
			}
			return partner.Carrier{Route: r}.Consign(ctx, d)
		},
		"Record": func(ctx context.Context, test bool) error {
			s := theSale
			s.Test = test
			return partner.Bookkeeping{Route: r}.Record(ctx, s)
		},
	}
}

// roundTrip is a function as an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestATestOrderNeverReachesARealPartner(t *testing.T) {
	reached := func(where string) *partner.Client {
		fails := func(*http.Request) (*http.Response, error) { return nil, errors.New(where) }
		return newClient(t, "http://"+where, roundTrip(fails), partner.Options{})
	}
	route := partner.Route{Live: reached("real"), Test: reached("simulated")}
	for name, call := range calls(route) {
		for test, want := range map[bool]string{true: "simulated", false: "real"} {
			if err := call(t.Context(), test); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s with test=%v: %v, want it to reach the %s partner", name, test, err, want)
			}
		}
	}
}

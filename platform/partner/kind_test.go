package partner_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/telemetry"
)

// TestAFailingPartnerSaysHowItFailsAndOfWhichOrders, with real failures of calls.
func TestAFailingPartnerSaysHowItFailsAndOfWhichOrders(t *testing.T) {
	t.Parallel()
	answering := func(status int, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	hangUp := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(hangUp.Close)
	secret := httptest.NewUnstartedServer(http.NotFoundHandler())
	secret.Config.ErrorLog = log.New(io.Discard, "", 0)
	secret.StartTLS()
	t.Cleanup(secret.Close)
	for url, want := range map[string]string{
		answering(500, `{"detail":"answered 200"}`): "answered 500",
		answering(401, ""):                          "answered 401, it does not accept the shop's token",
		answering(429, ""):                          "answered 429",
		answering(200, "<html>"):                    "answered, but not as agreed",
		"http://127.0.0.1:1":                        "connection refused",
		"http://nowhere.invalid":                    "its host name is not known",
		secret.URL:                                  "no trusted TLS connection",
		hangUp.URL:                                  "connection broken off",
		silent(t):                                   "no answer in time",
	} {
		timeout := time.Minute // the machine may be slow
		if want == "no answer in time" {
			timeout = time.Second / 5
		}
		c, err := partner.NewClient("books", url, nil, partner.Options{Timeout: timeout})
		if err != nil {
			t.Fatal(err)
		}
		books := partner.Bookkeeping{Route: partner.Route{Live: c, Test: c}}
		for i := range int64(4) {
			_ = books.Record(telemetry.AboutOrder(t.Context(), 1+i%3), theSale) // it fails
		}
		v := c.Health().Vitals()
		slices.Sort(v.Orders)
		if !v.Failing || len(v.Kinds) == 0 || v.Kinds[0] != want || !slices.Equal(v.Orders, []int64{1, 2, 3}) {
			t.Errorf("%s: %+v, want %q", url, v, want)
		}
	}
}

// silent accepts connections and never answers.
func silent(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String()
}

// TestWhatIsAnsweredAgainIsNotAmongTheOrders: a failed order is named only if it has not succeeded since.
func TestWhatIsAnsweredAgainIsNotAmongTheOrders(t *testing.T) {
	t.Parallel()
	status := 500
	route := answeringWith(t, &status)
	books := partner.Bookkeeping{Route: route}
	call := func(order int64) { _ = books.Record(telemetry.AboutOrder(context.Background(), order), theSale) }
	for order := range int64(5) {
		call(order + 1)
	}
	status = 200
	call(2)
	if v := route.Live.Health().Vitals(); !v.Failing || !slices.Equal(v.Orders, []int64{5, 4, 3, 1}) || !strings.HasPrefix(v.Kinds[0], "answered 500") {
		t.Errorf("%+v", v)
	}
}

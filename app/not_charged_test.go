package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestWhatIsCertainlyNotChargedIsNotOrdered: one provider rejects the shop's token, the other one is not running. Nothing
// is stored, and the same request makes one order once that is fixed.
func TestWhatIsCertainlyNotChargedIsNotOrdered(t *testing.T) {
	t.Parallel()
	var mended atomic.Bool
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !mended.Load() {
			fault.Write(w, fault.New(fault.Unauthorized, "this token was revoked"))
			return
		}
		var asked json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&asked) // only charges are answered
		_ = json.NewEncoder(w).Encode(map[string]any{"reference": "ch_1", "status": "succeeded", "request": asked})
	}))
	defer provider.Close()
	s := start(t, func(c *app.Config) { c.PaymentsUSURL, c.PaymentsMXURL = provider.URL, "http://127.0.0.1:1" })
	before := s.footprint()
	for _, d := range []draft{realOrder("Out"), realOrder("Out", "market", "MX")} {
		for range 2 {
			a := s.call("POST", s.PublicURL+"/createOrder", d, "Idempotency-Key", "k")
			a.problem(fault.Unavailable)
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			s.untouched(before)
		}
	}
	mended.Store(true)
	made := s.create(realOrder("Out"), "Idempotency-Key", "k")
	s.arrives(made.OrderID, "STOCKED")
	if again := s.create(realOrder("Out"), "Idempotency-Key", "k"); again.OrderID != made.OrderID {
		t.Errorf("the same request made the orders %d and %d", made.OrderID, again.OrderID)
	}
}

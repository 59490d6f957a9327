package partner_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

func TestRefillTellsReadyLaterAndRefused(t *testing.T) {
	for knobs, want := range map[string]struct {
		ready bool
		code  fault.Code
	}{
		`{}`:                      {true, ""},
		`{"answerLater":3600000}`: {false, ""},
		`{"refuseRate":1}`:        {false, fault.Refused},
		`{"failureRate":1}`:       {false, fault.Unavailable},
	} {
		both(t, func(t *testing.T, w *world) {
			w.turn(simulator.Stockist, knobs)
			stockist := partner.Stockist{Route: w.route(simulator.Stockist), CallbackURL: callbackURL}
			for range 2 { // the second time under the same key
				ready, err := stockist.Refill(t.Context(), theRefill)
				wantCode(t, "Refill with "+knobs, err, want.code)
				if ready != want.ready {
					t.Errorf("Refill with %s: ready %v, want %v", knobs, ready, want.ready)
				}
			}
		})
	}
}

func TestTheStockistsCallbackIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		webhook, err := partner.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		verified := make(chan error, 1)
		shop := simulator.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				err = webhook.Verify(body, r.Header)
			}
			verified <- err
		}))
		partners, err := simulator.New(simulator.Config{StockistSecret: secret, ScreeningSecret: secret, Callback: &http.Client{Transport: shop}})
		if err != nil {
			t.Fatal(err)
		}
		defer partners.Close()
		w := &world{t: t, partners: partners, base: "http://partners.test", transport: simulator.Transport(partners.Handler())}
		w.turn(simulator.Stockist, `{"answerLater":90000}`)
		start := time.Now()
		stockist := partner.Stockist{Route: w.route(simulator.Stockist), CallbackURL: callbackURL}
		if ready, err := stockist.Refill(t.Context(), theRefill); ready || err != nil {
			t.Fatalf("Refill = %v, %v", ready, err)
		}
		if err := <-verified; err != nil {
			t.Errorf("the callback was refused: %v", err)
		}
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("the callback came after %v, want 90s", took)
		}
	})
}

package partner_test

import (
	"net/http"
	"testing"

	"acme.example/webshop/fraud"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

var theCheck = fraud.Check{
	Key: "check:7", OrderID: 7, Amount: money.Amount{Minor: 15000, Currency: "USD"}, Market: "US", CustomerType: "B2C", Name: "N", Email: "e@x.test",
}

func TestACheckTellsPassedRefusedOrLater(t *testing.T) {
	for knobs, want := range map[string]struct {
		outcome fraud.Outcome
		code    fault.Code
	}{
		`{}`:                      {fraud.Passed, ""},
		`{"declineRate":1}`:       {fraud.Refused, ""},
		`{"answerLater":3600000}`: {fraud.Later, ""},
		`{"refuseRate":1}`:        {"", fault.Refused},
		`{"failureRate":1}`:       {"", fault.Unavailable},
	} {
		both(t, func(t *testing.T, w *world) {
			w.turn(simulator.Screening, knobs)
			screening := partner.Screening{Route: w.route(simulator.Screening), CallbackURL: callbackURL}
			for range 2 { // the second time under the same key
				outcome, err := screening.Check(t.Context(), theCheck)
				wantCode(t, "Check with "+knobs, err, want.code)
				if outcome != want.outcome {
					t.Errorf("Check with %s: %q, want %q", knobs, outcome, want.outcome)
				}
			}
		})
	}
}

// TestAnOutcomeThatIsNoneDecidesNothing: a gateway's "200 OK" neither passes nor refuses an order.
func TestAnOutcomeThatIsNoneDecidesNothing(t *testing.T) {
	for _, body := range []string{`{}`, `{"status":"ready"}`, `{"status":""}`, `ok`} {
		route := served(t, partner.Options{}, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		outcome, err := partner.Screening{Route: route, CallbackURL: callbackURL}.Check(t.Context(), theCheck)
		if wantCode(t, body, err, fault.Unavailable); outcome != "" {
			t.Errorf("%s decides %q", body, outcome)
		}
	}
}

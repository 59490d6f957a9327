package simulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"acme.example/webshop/platform/partner/simulator"
)

func refund(key string, amount int, currency string) string {
	return fmt.Sprintf(`{"chargeKey":%q,"amount":%d,"currency":%q}`, key, amount, currency)
}

func TestARefundIsAtMostTheCharge(t *testing.T) {
	p := partners(t, simulator.Config{})
	post(p, "/payments-us/charges", "charge:1", jobs[0].body) // 150.00
	for _, step := range []struct {
		key, body string
		status    int
		refunded  int64
	}{
		{"refund:1", refund("charge:1", 15001, "USD"), 422, 0},
		{"refund:1", refund("charge:1", 100, "MXN"), 422, 0},
		{"refund:1", refund("charge:2", 100, "USD"), 404, 0},
		{"charge:1", refund("charge:1", 100, "USD"), 422, 0}, // the key of another request
		{"refund:1", refund("charge:1", 5000, "USD"), 200, 5000},
		{"refund:1", refund("charge:1", 5000, "USD"), 200, 5000}, // again
		{"refund:1", refund("charge:1", 4000, "USD"), 422, 5000},
		{"refund:2", refund("charge:1", 10001, "USD"), 422, 5000},
		{"refund:2", refund("refund:1", 1, "USD"), 404, 5000}, // a refund is no charge
		{"refund:2", refund("charge:1", 10000, "USD"), 200, 15000},
		{"refund:3", refund("charge:1", 1, "USD"), 422, 15000},
	} {
		if w := post(p, "/payments-us/refunds", step.key, step.body); w.Code != step.status {
			t.Errorf("%s %s: %d %s, want %d", step.key, step.body, w.Code, w.Body, step.status)
		}
		made := decode[simulator.Record](t, ask(p.Handler(), "GET", "/payments-us/charges/charge:1", "", ""))
		if made.Refunded != step.refunded {
			t.Errorf("after %s %s: %d refunded, want %d", step.key, step.body, made.Refunded, step.refunded)
		}
	}
	if n := len(records(t, p, simulator.PaymentsUS)); n != 3 {
		t.Errorf("%d records, want the charge and two refunds", n)
	}
}

func TestADeclinedChargeIsNotRefunded(t *testing.T) {
	p := partners(t, simulator.Config{})
	turn(t, p, simulator.PaymentsUS, `{"declineRate":1}`)
	post(p, "/payments-us/charges", "charge:1", jobs[0].body)
	wantProblem(t, "refund", post(p, "/payments-us/refunds", "refund:1", refund("charge:1", 1, "USD")), 422, "declined")
	w := ask(p.Handler(), "GET", "/payments-us/charges/charge:1", "", "")
	if made := decode[simulator.Record](t, w); w.Code != http.StatusOK || made.Status != "declined" {
		t.Errorf("GET of the declined charge: %d %+v", w.Code, made)
	}
	wantProblem(t, "no charge", ask(p.Handler(), "GET", "/payments-us/charges/none", "", ""), 404, "none")
}

//go:build browser

package browsertest

import (
	"fmt"
	"testing"
)

// TestAnOperatorGivesAPartBack on the order's page, where a chargeback shows too; what cannot be given back is said.
func TestAnOperatorGivesAPartBack(t *testing.T) {
	t.Parallel()
	s := start(t, onPages)
	p, _ := s.ready("en-US")
	p.toPay()
	p.comesBack("pay")
	p.wantPaid("card")
	customers := js[string](p, "location.href")
	p.expect("status of 400")
	p.operate("/console/orders/1")
	p.says("#payments", "by card at payments-us")
	p.pressed("#final-acts", "Give money back")
	p.fill("#ask-reason", "One pot came broken")
	for _, amount := range []string{"1,000,000", "12,5"} {
		p.fill("#ask-amount", amount)
		p.click("#ask-yes")
		p.says("#ask-problem", map[string]string{"1,000,000": "is left of what was paid", "12,5": "12,5 is no amount in USD"}[amount])
	}
	p.fill("#ask-amount", "12.50")
	p.confirms("Give money of order 1 back?")
	p.says("#refunds", "12.50 of payment 1: One pot came broken")
	p.says("#refunds", "done since")
	p.says("#timeline", "Refund asked for")
	p.audit("an order with a refund")
	s.call("POST", s.PrivateURL+"/partners/payments-us/payments", map[string]any{"key": s.chargeKey(1), "action": "dispute"}, &struct{}{})
	p.says("#payments", "Dispute")
	p.audit("an order with a chargeback")
	p.operate("/console")
	p.alerted("chargeback")
	p.goTo(customers)
	p.says("main", "12.50")
}

// chargeKey is the key of an order's first payment at its provider.
func (s *shop) chargeKey(id int64) string {
	s.Helper()
	var o struct{ Ref string }
	s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, id), nil, &o)
	return "charge:" + o.Ref
}

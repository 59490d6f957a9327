//go:build browser

package browsertest

import "testing"

// TestAnOperatorMovesADelivery for the customer and calls it off, on the order's page, which says who did it.
func TestAnOperatorMovesADelivery(t *testing.T) {
	t.Parallel()
	for _, screen := range []screen{desktop, phone} {
		s := start(t)
		made := s.stocked("Restless", "US")
		free := s.times("US")
		p := s.visit(screen, "en-US")
		p.operate("/console/orders/1")
		for i, what := range []string{"Book", "Change"} {
			p.pressed("#acts", what+" the delivery")
			p.says("#ask-body", "The customer gets a mail")
			p.audit("delivery that an operator moves")
			p.chosen("#ask-time", free[4+i])
			p.confirms(what + " the delivery of order 1?")
			p.says("#timeline", map[string]string{"Book": "Delivery booked by hand", "Change": "Delivery changed by hand"}[what])
			p.says("#timeline", " UTC") // the time that was picked
			s.arrives(made.OrderID, "DELIVERY_BOOKED")
			if o := s.order(made.OrderID); o.DeliveryTime != free[4+i] {
				t.Errorf("the delivery is at %s, want %s", o.DeliveryTime, free[4+i])
			}
		}
		p.pressed("#final-acts", "Cancel the order")
		p.chosen("#ask-reason", "customer")
		p.confirms("Cancel order 1?")
		s.arrives(made.OrderID, "CANCELLED")
		p.says("#timeline", "Cancelled by an operator")
		eventually(t, "the van is called off", func() bool { return s.done("carrier") == 3 })
	}
}

package aws

import "testing"

// TestAnOrderGoesItsWholeWay: through the functions, each called as AWS calls it.
func TestAnOrderGoesItsWholeWay(t *testing.T) {
	s := newStage(t)
	id := s.order("Testa", 352)
	s.settle()
	if is := s.status(id); is != "DELIVERY_BOOKED" {
		t.Errorf("the order is %s", is)
	}
}

package app_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestPastTheBoundOrdersAreRefusedAtOnce: a refusal has a time to come back and leaves nothing; what is acknowledged
// arrives.
func TestPastTheBoundOrdersAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.MaxIntake = 4 })
	s.turn("payments-us", map[string]any{"latency": 300})
	var acknowledged, refused atomic.Int64
	var ids sync.Map
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			a := s.call("POST", s.PublicURL+"/createOrder", realOrder(fmt.Sprint("Crowd ", i), "testId", 9))
			switch a.status {
			case http.StatusOK:
				var c created
				a.into(&c)
				ids.Store(c.OrderID, true)
				acknowledged.Add(1)
			default:
				s.comesBack(a)
				refused.Add(1)
			}
		})
	}
	group.Wait()
	if acknowledged.Load() < 4 || refused.Load() == 0 || acknowledged.Load()+refused.Load() != 40 {
		t.Errorf("%d acknowledged, %d refused", acknowledged.Load(), refused.Load())
	}
	ids.Range(func(id, _ any) bool { s.arrives(id.(int64), "DELIVERY_BOOKED"); return true })
	var all struct{ GetAllTestOrders []struct{ OrderID int } }
	s.graphql("{ getAllTestOrders(testId: 9) { orderId } }", &all)
	if n := int64(len(all.GetAllTestOrders)); n != acknowledged.Load() {
		t.Errorf("%d orders are stored, %d were acknowledged", n, acknowledged.Load())
	}
}

// comesBack fails the test unless the answer is a 503 with a time to come back.
func (s *shop) comesBack(a answer) {
	s.Helper()
	a.problem(fault.Unavailable)
	if wait, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || wait < 1 || wait > 3 {
		s.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
}

// TestABacklogHoldsNewOrdersBack: with a large backlog the shop takes no orders, and takes them again when it has caught
// up.
func TestABacklogHoldsNewOrdersBack(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.MaxBacklog, c.PartnerTimeout = 2, 10*time.Second })
	s.turn("stockist", map[string]any{"latency": 3000}) // soon more than 10 orders wait for it
	var last answer
	made := 0
	for i := range 60 {
		if last = s.call("POST", s.PublicURL+"/createOrder", realOrder(fmt.Sprint("Queue ", i), "testId", 9)); last.status != http.StatusOK {
			break
		}
		made++
	}
	s.comesBack(last)
	s.eventually("orders are taken again", func() bool {
		return s.call("POST", s.PublicURL+"/createOrder", realOrder("Patient", "testId", 10)).status == http.StatusOK
	})
	s.eventually("all arrive", func() bool {
		var all struct{ GetAllTestOrders []struct{ Status string } }
		s.graphql("{ getAllTestOrders(testId: 9) { status } }", &all)
		arrived := 0
		for _, o := range all.GetAllTestOrders {
			if o.Status == "DELIVERY_BOOKED" {
				arrived++
			}
		}
		return arrived == made
	})
}

// TestADeadPartnerSlowsNothingThatDoesNotNeedIt: the provider of one market hangs; the other market, and customers who
// pay by invoice, continue at once, and its own customers get an answer at once, without a stored order.
func TestADeadPartnerSlowsNothingThatDoesNotNeedIt(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.MaxIntake = 64 })
	s.turn("payments-us", map[string]any{"latency": 60_000})
	var group sync.WaitGroup
	for i := range 30 {
		group.Go(func() {
			s.call("POST", s.PublicURL+"/createOrder", realOrder(fmt.Sprint("Hanging ", i), "testId", 9))
		})
	}
	for i := range 10 {
		s.create(realOrder(fmt.Sprint("Mexican ", i), "market", "MX", "testId", 10))
		s.create(realOrder(fmt.Sprint("Invoice ", i), "customerType", "B2B", "orgNumber", "123456", "testId", 10))
	}
	group.Wait()
	test := 11
	s.eventually("the provider is known to be away", func() bool {
		test++
		a := s.call("POST", s.PublicURL+"/createOrder", realOrder("Late", "testId", test))
		var p fault.Problem
		a.into(&p)
		return p.Type == "/problems/unavailable" && a.header.Get("Retry-After") != ""
	})
	var none struct{ GetAllTestOrders []any }
	s.graphql(fmt.Sprintf("{ getAllTestOrders(testId: %d) { orderId } }", test), &none)
	if len(none.GetAllTestOrders) != 0 {
		t.Errorf("an order that could not be paid was stored: %v", none)
	}
}

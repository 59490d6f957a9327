package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is customers that make test orders endlessly, and repeat each until it is acknowledged.
type crowd struct {
	*shop
	testID int
	quit   atomic.Bool
	all    sync.WaitGroup
	mu     sync.Mutex
	acked  map[int64]bool
	told   map[string]int // how often each refusal came
}

func (s *shop) crowd(testID int) *crowd {
	c := &crowd{shop: s, testID: testID, acked: map[int64]bool{}, told: map[string]int{}}
	for i := range 8 {
		c.all.Go(func() {
			for n := 0; !c.quit.Load(); n++ {
				c.buy(fmt.Sprintf("%d-%d-%d", testID, i, n))
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	s.Cleanup(c.stop)
	return c
}

func (c *crowd) stop() { c.quit.Store(true); c.all.Wait() }

// buy orders under one key until the order is acknowledged.
func (c *crowd) buy(key string) {
	for end := time.Now().Add(50 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		a, err := c.try(key)
		if err != nil {
			c.Error(err)
			return
		}
		var made created
		if a.status == http.StatusOK {
			a.into(&made)
		}
		if c.note(a, made.OrderID); a.status == http.StatusOK || a.status == http.StatusPaymentRequired {
			return
		}
	}
	c.Errorf("%s was not acknowledged", key)
}

func (c *crowd) try(key string) (answer, error) {
	body := fmt.Sprintf(`{"name":"%s","email":"crowd@example.com","phone":"1","street":"s","city":"c","customerType":"B2C","market":"US",
		"products":"BB001","totalPrice":15000,"testId":%d}`, key, c.testID)
	req, err := http.NewRequest("POST", c.PublicURL+"/createOrder", strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Idempotency-Key", key)
	return c.do(req), nil
}

// note records the answer. A refusal must be a problem with a time to come back, and never an internal error.
func (c *crowd) note(a answer, id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.status == http.StatusOK {
		c.acked[id] = true
		return
	}
	if a.status == http.StatusPaymentRequired { // on a busy machine a charge may time out and never be made
		c.told["402"]++
		return
	}
	problem := strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json")
	if (a.status != 503 && a.status != 409) || !problem || a.header.Get("Retry-After") == "" || strings.Contains(string(a.body), "webshop.db") {
		c.Errorf("answered %d %v: %s", a.status, a.header, a.body)
	}
	c.told[fmt.Sprint(a.status)]++
}

func (c *crowd) count() (acked, refused int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.acked), c.told["503"]
}

// acknowledged returns the orders acknowledged so far.
func (c *crowd) acknowledged() map[int64]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.acked)
}

// allArrive waits until exactly the acknowledged orders have arrived, each charged once.
func (c *crowd) allArrive() {
	c.Helper()
	var got struct {
		GetAllTestOrders []struct {
			OrderID int64
			Status  string
		}
	}
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		c.graphql(fmt.Sprintf(`{ getAllTestOrders(testId: %d) { orderId status } }`, c.testID), &got)
		open := 0
		for _, o := range got.GetAllTestOrders {
			if o.Status != "DELIVERY_BOOKED" && o.Status != "PAYMENT_DECLINED" {
				open++
			}
		}
		if open == 0 {
			break
		}
		if time.Now().After(end) {
			c.Fatalf("%d of %d orders have not arrived: %+v", open, len(got.GetAllTestOrders), got)
		}
	}
	arrived := 0
	for _, o := range got.GetAllTestOrders {
		if booked := o.Status == "DELIVERY_BOOKED"; booked != c.acked[o.OrderID] {
			c.Errorf("order %d is %s; acknowledged: %t", o.OrderID, o.Status, c.acked[o.OrderID])
		} else if booked {
			arrived++
		}
	}
	if arrived != len(c.acked) {
		c.Errorf("%d orders arrived, %d were acknowledged", arrived, len(c.acked))
	}
}

package app_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/fault"
)

// counting configures a new shop that has a number of brackens. Five or fewer count as few.
func counting(t *testing.T, pieces int) func(*app.Config) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	text := strings.Replace(string(app.DefaultShopFile), "sku: LB001", fmt.Sprintf("sku: LB001\n    stock: %d\n    low: 5", pieces), 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *app.Config) { c.ShopFile = file }
}

// bracken is an order of brackens by a customer of its own.
func bracken(customer string, pieces int) draft {
	return realOrder(customer, "email", customer+"@example.com", "street", customer, "products", strings.Repeat(",LB001", pieces)[1:], "totalPrice", 15000*pieces)
}

// count is what the shop tells of the count of brackens.
func (s *shop) count() (c struct{ Received, Taken, Left int64 }) {
	s.Helper()
	var got struct {
		Products []struct{ Received, Taken, Left int64 }
	}
	s.call("GET", s.PrivateURL+"/stock/counts", nil).want(200).into(&got)
	return got.Products[0]
}

// shown is what customers see of the brackens.
func (s *shop) shown() string {
	s.Helper()
	var got struct {
		Products []struct {
			SKU            string
			Available, Few bool
			Left           int64
		}
	}
	s.call("GET", s.PublicURL+"/catalog", nil).want(200).into(&got)
	return fmt.Sprint(got.Products[0])
}

// TestTwentyOfSixtyFourBuyers: 64 customers at once of 20 pieces, on one shop and on two copies of it. 20 have one each, and
// the others are told so before anything is charged.
func TestTwentyOfSixtyFourBuyers(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) []*shop{
		"one process": func(t *testing.T) []*shop { return []*shop{start(t, counting(t, 20))} },
		"two copies": func(t *testing.T) []*shop {
			database, counted := app.Secret(pgtest.Database(t)), counting(t, 20)
			copied := func(c *app.Config) {
				c.DatabaseURL, c.LinkSecret = database, []app.Secret{"the link secret of both copies of the shop"}
			}
			return []*shop{start(t, counted, copied), start(t, counted, copied)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			copies := open(t)
			s := copies[0]
			var all sync.WaitGroup
			var sold atomic.Int64
			var first atomic.Int64
			for n := range 64 {
				all.Go(func() {
					c := copies[n%len(copies)]
					a := c.call("POST", c.PublicURL+"/createOrder", bracken(fmt.Sprintf("buyer%d", n), 1))
					if a.status != 200 {
						a.soldOut("LB001 is sold out")
						return
					}
					var made created
					a.into(&made)
					sold.Add(1)
					first.CompareAndSwap(0, made.OrderID)
				})
			}
			all.Wait()
			if c := s.count(); sold.Load() != 20 || c.Received != 20 || c.Taken != 20 || c.Left != 0 {
				t.Errorf("%d have one; the count is %+v", sold.Load(), c)
			}
			s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": first.Load(), "reason": "operator"}).want(200)
			s.create(bracken("lucky", 1))
			s.call("POST", s.PublicURL+"/createOrder", bracken("late", 1)).soldOut("LB001 is sold out")
			if len(copies) == 1 { // each copy simulates its own partners, and an audit asks those of one copy
				clean(t, s.audited())
			}
		})
	}
}

// soldOut wants the refusal of more pieces than are left.
func (a answer) soldOut(detail string) {
	a.Helper()
	if p := a.want(409).problem(fault.SoldOut, "products"); !strings.Contains(p.Detail+fmt.Sprint(p.Errors), detail) {
		a.Errorf("refused with %+v, want %q", p, detail)
	}
}

// TestACountedPlant is shown as it is, cannot be ordered beyond what is left, and is counted anew when goods come in.
func TestACountedPlant(t *testing.T) {
	t.Parallel()
	s := start(t, counting(t, 7))
	if seen := s.shown(); seen != "{LB001 true false 7}" {
		t.Errorf("of seven, customers see %s", seen)
	}
	s.create(bracken("ann", 4))
	if seen := s.shown(); seen != "{LB001 true true 3}" {
		t.Errorf("of three left, customers see %s", seen)
	}
	s.call("POST", s.PublicURL+"/createOrder", bracken("bob", 4)).soldOut("only 3 left of LB001")
	quote := map[string]any{"market": "US", "customerType": "B2C", "products": "LB001,BB001,LB001,LB001,LB001"}
	s.call("POST", s.PublicURL+"/quote", quote).soldOut("only 3 left of LB001")
	s.create(draft{"name": "test", "email": "email", "phone": "phone", "street": "s", "city": "c", "customerType": "B2C", "market": "US",
		"products": "LB001", "totalPrice": 1, "testId": 7})
	s.create(bracken("cid", 3))
	if seen := s.shown(); seen != "{LB001 false true 0}" {
		t.Errorf("sold out, customers see %s", seen)
	}
	s.eventually("an alert", func() bool {
		var open struct{ Open []struct{ Rule, What string } }
		s.call("GET", s.PrivateURL+"/alerts", nil).into(&open)
		return strings.Contains(fmt.Sprint(open), "stock-low Few pieces are left: LB001 (0)")
	})
	change := map[string]any{"sku": "LB001", "pieces": 10, "received": 7, "reason": "delivery note 4711"}
	s.call("POST", s.PrivateURL+"/stock/counts", change).want(200)
	s.call("POST", s.PrivateURL+"/stock/counts", change).want(409) // sent again
	s.call("POST", s.PrivateURL+"/stock/counts", map[string]any{"sku": "LB002", "pieces": 1, "received": 0, "reason": "r"}).want(404)
	s.call("POST", s.PrivateURL+"/stock/counts", map[string]any{"sku": "LB001", "pieces": -11, "received": 17, "reason": "r"}).problem(fault.Invalid, "pieces")
	s.create(bracken("bob", 4))
	if c := s.count(); c.Received != 17 || c.Taken != 11 {
		t.Errorf("the count is %+v", c)
	}
	if text := string(s.call("GET", s.PrivateURL+"/console/api/actions", nil).body); !strings.Contains(text, `"what":"change-stock"`) || !strings.Contains(text, "LB001 10 delivery note 4711") {
		t.Errorf("the actions are %s", text)
	}
	clean(t, s.audited())
}

// TestAnotherStartDoesNotResetTheCount: what the rules say is where a count begins.
func TestAnotherStartDoesNotResetTheCount(t *testing.T) {
	t.Parallel()
	s := start(t, counting(t, 7))
	s.create(bracken("ann", 2))
	with := func(pieces int) string {
		c := app.Config{}
		counting(t, pieces)(&c)
		text, err := os.ReadFile(c.ShopFile)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s.activate(with(50), 1).want(200)
	if c := s.count(); c.Received != 7 || c.Taken != 2 {
		raw, _ := json.Marshal(c)
		t.Errorf("after rules with another start the count is %s", raw)
	}
	s.activate(string(app.DefaultShopFile), 2).want(200)
	s.create(bracken("bob", 9)) // not counted any more
	s.activate(with(60), 3).want(200)
	if c := s.count(); c.Received != 7 || c.Taken != 2 {
		t.Errorf("counted again, the count is %+v", c)
	}
}

package app_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/event"
	"acme.example/webshop/evidence/systemtest"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/fault"
)

// TestAShopInSixteenProcesses: two copies of each service; the system test passes, and a customer's order is delivered.
// Then each service loses a copy and gets a new one, and everything continues.
func TestAShopInSixteenProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	var first []*member
	for _, name := range []string{"database", "order", "fraud", "approval", "delivery", "stock", "finance", "email"} {
		first = append(first, f.run(name), f.run(name))
	}
	f.systemtest(1)
	f.wholeLife("Ann")
	for i := 0; i < len(first); i += 2 {
		f.run(first[i].config.Services[0])
		f.end(first[i])
	}
	f.systemtest(2)
	f.wholeLife("Bo")
	f.balanced(map[string]int64{"cash:payments-us USD": 60000, "receivable USD": 0, "revenue USD": -120000, "refunds USD": 60000})
	for name, all := range f.of {
		for _, m := range all {
			if m.config.DataDir != "" {
				t.Errorf("%s uses a data folder", name)
			}
		}
	}
}

// systemtest runs the system test, which sees the shop from outside.
func (f *fleet) systemtest(seed uint64) {
	f.Helper()
	if _, err := systemtest.Run(f.Context(), systemtest.Config{
		PublicURL: f.PublicURL, PrivateURL: f.PrivateURL, Token: string(f.token), Orders: 30, Seed: seed, Timeout: patience,
	}); err != nil {
		f.Fatal(err)
	}
}

// wholeLife follows an order to its booked delivery, and another one that is cancelled and refunded.
func (f *fleet) wholeLife(name string) {
	f.Helper()
	address := strings.ToLower(name) + "@example.com"
	made, doomed := f.create(realOrder(name, "email", address)), f.create(realOrder("Not "+name))
	next := f.live(made.TrackingURL)
	f.arrives(made.OrderID, "STOCKED")
	booking := f.bookFirst(f.deliveryKey(f.mails(address)))
	if o := f.arrives(made.OrderID, "DELIVERY_BOOKED"); o.DeliveryTime != booking["deliveryTime"] {
		f.Errorf("order %+v, booking %v", o, booking)
	} else if diff := cmp.Diff(wholeLife, o.types()); diff != "" {
		f.Error(diff)
	}
	for last := ""; !strings.Contains(last, "DELIVERY_BOOKED"); {
		last = next()
	}
	f.arrives(doomed.OrderID, "STOCKED")
	f.call("POST", f.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
	f.arrives(doomed.OrderID, "CANCELLED")
}

// TestEachProcessServesItsOwn: it answers other routes with the services that have them, and has no data folder.
func TestEachProcessServesItsOwn(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	all := map[string]*member{"database": f.run("database")}
	for _, name := range []string{"order", "fraud", "approval", "delivery", "stock", "finance", "email"} {
		all[name] = f.run(name)
	}
	for _, listener := range []struct {
		after string
		base  func(*member) string
	}{{"On the public listeners:", (*member).address}, {"On the private listeners", func(m *member) string { return m.PrivateURL }}} {
		for path, owner := range routes(t, listener.after) {
			if path == anyOther || owner == "every process, about itself" {
				continue
			}
			for name, m := range all {
				a := f.call("GET", listener.base(m)+path, nil)
				said := strings.Contains(string(a.body), "processes that run the service "+owner)
				forConsole := name == "database" && listener.after == "On the private listeners" && (owner == "order" || owner == "stock" || owner == "approval")
				if said != (name != owner && !forConsole) || said && a.want(404).problem(fault.NotFound).Detail == "" {
					t.Errorf("%s of a process with %s: %d %s", path, name, a.status, a.body)
				}
			}
		}
	}
	for name, m := range all {
		f.call("GET", m.address()+"/healthz", nil).want(204)
		f.call("GET", m.address()+"/readyz", nil).want(204)
		f.call("GET", m.PrivateURL+"/alerts", nil).want(200)
		metrics := string(f.call("GET", m.PrivateURL+"/metrics", nil).want(200).body)
		if !strings.Contains(metrics, `webshop_process{services="`+name+`",version="`+app.Version+`"} 1`) {
			t.Errorf("the metrics of %s do not say what it runs", name)
		}
		takesOrders := name == "order"
		if strings.Contains(metrics, "webshop_intake_orders") != takesOrders || strings.Contains(metrics, "webshop_backlog_inside") != (takesOrders || name == "database") {
			t.Errorf("metrics of %s: %s", name, metrics)
		}
	}
}

// TestAShopInTwoProcesses: some services together, with the simulators and mails inside them.
func TestAShopInTwoProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.base.SimulatorsURL, f.base.TestSMTPAddr = "", ""
	f.run("order,database")
	f.run("fraud,approval,delivery,stock,finance,email")
	f.systemtest(3)
}

// TestCopiesOfAWholeShop need PostgreSQL and nothing else: each delivers its events within itself. When one ends, another
// continues with what it has left.
func TestCopiesOfAWholeShop(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.base.NATSURL = nil
	whole := strings.Join(event.ServiceNames(), ",")
	own := func(c *app.Config) { c.DataDir = t.TempDir() }
	first := f.run(whole, own)
	f.run(whole, own)
	f.systemtest(1)
	f.wholeLife("Ann")
	var orders []int64
	for i := range 20 {
		orders = append(orders, f.create(realOrder("Left", "testId", 100+i)).OrderID)
	}
	f.end(first)
	for _, id := range orders {
		f.arrives(id, "DELIVERY_BOOKED")
	}
	f.run(whole, own)
	f.systemtest(2)
}

// TestAWholeShopOnABusOutside: one process with its own file, and NATS outside; events that wait on the bus outlive it.
func TestAWholeShopOnABusOutside(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.NATSURL = []app.Secret{app.Secret(bustest.Server(t))} })
	test := s.create(realOrder("Testa", "testId", 352))
	s.arrives(test.OrderID, "DELIVERY_BOOKED")
	if _, err := os.Stat(s.config.DataDir + "/nats"); !os.IsNotExist(err) {
		t.Errorf("it has a bus of its own: %v", err)
	}
	s = s.restart()
	again := s.create(realOrder("Testb", "testId", 352))
	s.arrives(again.OrderID, "DELIVERY_BOOKED")
}

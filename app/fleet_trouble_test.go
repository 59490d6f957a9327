package app_test

import (
	"context"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/event"
)

// door is a fixed address in front of something that comes and goes: connections are closed at once while nothing is
// behind it.
type door struct {
	address string
	behind  atomic.Pointer[string]
	mu      sync.Mutex
	inside  map[net.Conn]bool
}

func newDoor(t *testing.T) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // ends the loop
	d := &door{address: l.Addr().String(), inside: map[net.Conn]bool{}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.pass(conn)
		}
	}()
	return d
}

// lead leads the door to the host of a URL, or to a socket.
func (d *door) lead(to string) {
	if _, host, is := strings.Cut(to, "://"); is {
		to = host
	}
	d.behind.Store(&to)
}

// databaseBehind puts a door in front of the database of the processes started from now on, and returns it with the
// address to lead it to.
func (f *fleet) databaseBehind() (d *door, socket string) {
	f.Helper()
	d = newDoor(f.T)
	name, folder, found := strings.Cut(strings.TrimPrefix(string(f.base.DatabaseURL), "postgres://postgres@/"), "?host=")
	if !found {
		f.Fatal("the database is not on a socket")
	}
	f.base.DatabaseURL = app.Secret("postgres://postgres@" + d.address + "/" + name + "?sslmode=disable")
	return d, folder + "/.s.PGSQL.5432"
}

// dial connects to a host, or a socket.
func dial(to string) (net.Conn, error) {
	if strings.HasPrefix(to, "/") {
		return net.Dial("unix", to)
	}
	return net.Dial("tcp", to)
}

// shut closes the door, and all connections through it.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.behind.Store(nil)
	for conn := range d.inside {
		_ = conn.Close() // it may have ended by itself
	}
}

// enter records a connection through the door, unless the door was shut or led elsewhere meanwhile.
func (d *door) enter(conn net.Conn, host *string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.behind.Load() != host {
		return false
	}
	d.inside[conn] = true
	return true
}

// leave removes a connection that has ended.
func (d *door) leave(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.inside, conn)
}

// pass copies in both directions until one ends.
func (d *door) pass(conn net.Conn) {
	defer conn.Close()
	host := d.behind.Load()
	if host == nil {
		return
	}
	inside, err := dial(*host)
	if err != nil {
		return
	}
	if !d.enter(inside, host) {
		_ = inside.Close() // nothing was sent on it
		return
	}
	defer d.leave(inside)
	go func() {
		_, _ = io.Copy(inside, conn)
		_ = inside.Close()
	}()
	_, _ = io.Copy(conn, inside)
}

// TestTheDatabaseIsAwayWhileOrdersCome: orders are answered 503 with a time to come back; the processes stay alive, are
// not ready, and recover by themselves. Every acknowledged order arrives, charged once.
func TestTheDatabaseIsAwayWhileOrdersCome(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	way, socket := f.databaseBehind()
	way.lead(socket)
	database := f.run("database")
	orders := f.run("order")
	f.run("delivery,stock,finance,email")
	customers := f.crowd(78)
	f.eventually("orders come in", func() bool { acked, _ := customers.count(); return acked > 20 })
	way.shut()
	f.eventually("not ready", func() bool {
		a := f.call("GET", orders.address()+"/readyz", nil)
		return a.status == 503 && a.header.Get("Retry-After") != ""
	})
	f.call("GET", orders.address()+"/healthz", nil).want(204)
	f.eventually("customers are refused", func() bool { _, refused := customers.count(); return refused > 20 })
	f.eventually("an alert", func() bool {
		return strings.Contains(string(f.call("GET", database.PrivateURL+"/alerts", nil).want(200).body), `"storage"`)
	})

	way.lead(socket)
	f.eventually("ready", func() bool { return f.call("GET", orders.address()+"/readyz", nil).status == 204 })
	before, _ := customers.count()
	f.eventually("orders come in again", func() bool { acked, _ := customers.count(); return acked > before+20 })
	customers.stop()
	customers.allArrive()
	if n := f.charged(); n != len(customers.acked) {
		t.Errorf("%d charges for %d orders", n, len(customers.acked))
	}
}

// TestOrdersGoOnWithoutTheDatabaseService: each process publishes what it commits. Publishing again, the console and the
// shop's alerts wait for the service database.
func TestOrdersGoOnWithoutTheDatabaseService(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	database := f.run("database")
	f.run("order,delivery,fraud,approval")
	f.run("stock,finance,email")
	f.end(database)
	made := f.create(realOrder("Ann", "email", "ann@example.com"))
	f.eventually("she may pick a delivery time", func() bool { return len(f.mails("ann@example.com")) == 2 })
	f.bookFirst(f.deliveryKey(f.mails("ann@example.com")))
	f.run("database")
	f.arrives(made.OrderID, "DELIVERY_BOOKED")
}

// charged counts the simulated provider's charges.
func (f *fleet) charged() (n int) {
	f.Helper()
	for after := 0; ; {
		var page struct {
			Records []struct{ Kind, Status string }
			Next    int
		}
		f.call("GET", f.base.SimulatorsURL+"/payments-us/records?limit=100&after="+strconv.Itoa(after), nil).want(200).into(&page)
		for _, r := range page.Records {
			if r.Kind == "charge" && r.Status == "succeeded" {
				n++
			}
		}
		if len(page.Records) == 0 {
			return n
		}
		after = page.Next
	}
}

// TestAProcessWaitsForWhatItStandsOn: nothing else runs when it starts. It is alive and not ready until the database is
// there; if it is told to stop meanwhile, it stops. It starts without NATS, and connects later.
func TestAProcessWaitsForWhatItStandsOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	nats := newDoor(t)
	direct := f.base
	way, socket := f.databaseBehind()
	early := f.base
	early.Services, early.DataDir = []string{"order"}, ""
	early.NATSURL = []app.Secret{app.Secret("nats://" + nats.address)}
	log := &sharedLog{}
	started := make(chan *app.Shop, 1)
	go func() {
		defer close(started)
		shop, err := app.Start(context.WithoutCancel(t.Context()), early, testLogger(log))
		if err != nil {
			t.Error(err)
			return
		}
		started <- shop
	}()
	listens := regexp.MustCompile(`public=([0-9.:]+)`)
	f.eventually("it listens", func() bool { return listens.MatchString(log.String()) })
	public := "http://" + listens.FindStringSubmatch(log.String())[1]
	f.call("GET", public+"/healthz", nil).want(204)
	a := f.call("GET", public+"/readyz", nil).want(503)
	if a.header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "starting") {
		t.Errorf("%v %s", a.header, a.body)
	}

	cut, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := app.Start(cut, early, testLogger(&sharedLog{})); err == nil {
		t.Error("started without a database")
	}

	says := func(what string) func() bool { return func() bool { return strings.Contains(log.String(), what) } }
	f.eventually("it waits for the database", says(`trying again" services=order what="the database"`))
	f.base = direct
	f.run("database")
	way.lead(socket)
	shop := <-started
	if shop == nil {
		return
	}
	defer func() {
		if err := shop.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	f.call("GET", public+"/readyz", nil).want(204)
	f.eventually("it says that it went on without NATS", says(`continuing without the NATS servers`))
	nats.lead(string(f.base.NATSURL[0]))
	f.eventually("it has found NATS", says(`bus: usable again`))
}

// TestReadinessDependsOnTheDatabaseAlone, in a process of each kind: without NATS each is ready, and orders are taken;
// without the database none is, and says why.
func TestReadinessDependsOnTheDatabaseAlone(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	nats := newDoor(t)
	way, socket := f.databaseBehind()
	way.lead(socket)
	nats.lead(string(f.base.NATSURL[0]))
	f.base.NATSURL = []app.Secret{app.Secret("nats://" + nats.address)}
	all := map[string]*member{"database": f.run("database")}
	for _, name := range event.ServiceNames() {
		if name != "database" {
			all[name] = f.run(name)
		}
	}
	nats.shut()
	for name, m := range all {
		f.eventually(name+" tells that it cannot use the bus", func() bool {
			return strings.Contains(string(f.call("GET", m.PrivateURL+"/alerts", nil).want(200).body), "bus/away")
		})
	}
	f.create(realOrder("Without a bus"))
	for name, m := range all {
		f.eventually(name+" is ready without NATS", func() bool { return f.call("GET", m.address()+"/readyz", nil).status == 204 })
	}
	way.shut()
	for name, m := range all {
		f.eventually(name+" is not ready, and says why", func() bool {
			a := f.call("GET", m.address()+"/readyz", nil)
			return a.status == 503 && strings.Contains(string(a.body), "database") && a.header.Get("Retry-After") != ""
		})
	}
}

package app_test

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
)

// freePort is a port of the loopback that is free at this moment.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestTheDatabaseRestartsWhileOrdersCome: orders are answered 503 meanwhile, with when to come back; the processes of
// the other services live, are not ready, and go on by themselves. Every acknowledged order arrives, charged once.
func TestTheDatabaseRestartsWhileOrdersCome(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	database := f.run("database")
	orders := f.run("order")
	f.run("delivery,stock,finance,email")
	customers := f.crowd(78)
	f.eventually("orders come in", func() bool { acked, _ := customers.count(); return acked > 20 })
	f.end(database)
	f.eventually("not ready", func() bool {
		a := f.call("GET", orders.address()+"/readyz", nil)
		return a.status == 503 && a.header.Get("Retry-After") != ""
	})
	f.call("GET", orders.address()+"/healthz", nil).want(204)
	f.eventually("customers are refused", func() bool { _, refused := customers.count(); return refused > 20 })
	f.eventually("an alert", func() bool {
		return strings.Contains(string(f.call("GET", orders.PrivateURL+"/alerts", nil).want(200).body), "database-away")
	})

	again := database.config
	again.PrivateAddr = strings.TrimPrefix(database.PrivateURL, "http://")
	f.start(again)
	f.eventually("ready", func() bool { return f.call("GET", orders.address()+"/readyz", nil).status == 204 })
	before, _ := customers.count()
	f.eventually("orders come in again", func() bool { acked, _ := customers.count(); return acked > before+20 })
	customers.stop()
	customers.allArrive()
	if n := f.charged(); n != len(customers.acked) {
		t.Errorf("%d charges for %d orders", n, len(customers.acked))
	}
}

// charged counts the charges that the simulated provider has taken.
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

// TestAProcessWaitsForWhatItStandsOn: nothing else is there when it starts. It lives and is not ready until NATS and the
// database have come; one that is told to stop meanwhile stops.
func TestAProcessWaitsForWhatItStandsOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	nats, graphql := freePort(t), freePort(t)
	early := f.base
	early.Services, early.DataDir = []string{"order"}, ""
	early.NATSURL = []app.Secret{app.Secret("nats://127.0.0.1:" + strconv.Itoa(nats))}
	early.GraphQLURL = []string{"http://127.0.0.1:" + strconv.Itoa(graphql)}
	early.PublicAddr = "127.0.0.1:" + strconv.Itoa(freePort(t))
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
	f.eventually("it lives", func() bool {
		answer, err := http.Get("http://" + early.PublicAddr + "/healthz")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == 204
	})
	a := f.call("GET", "http://"+early.PublicAddr+"/readyz", nil).want(503)
	if a.header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "starting") {
		t.Errorf("%v %s", a.header, a.body)
	}
	f.eventually("the log says what it waits for", func() bool { return strings.Contains(log.String(), "the database processes") })

	cut, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	other := early
	other.PublicAddr = "127.0.0.1:0"
	if _, err := app.Start(cut, other, testLogger(log)); err == nil {
		t.Error("started without a database")
	}

	f.base.NATSURL = []app.Secret{app.Secret(natsServer(t, nats))}
	f.run("database", func(c *app.Config) { c.PrivateAddr = "127.0.0.1:" + strconv.Itoa(graphql) })
	shop := <-started
	if shop == nil {
		return
	}
	defer func() {
		if err := shop.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	f.call("GET", "http://"+shop.PublicAddress()+"/readyz", nil).want(204)
	if !strings.Contains(log.String(), "services=order") || !strings.Contains(log.String(), "there now") {
		t.Errorf("the log: %s", log)
	}
}

package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// TestTheSeedsEvents: an order's five events on a bus of the seed, with its sources, fields and prices; and the shop's
// own events as before.
func TestTheSeedsEvents(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seedBus = "microservicesdemo"
	status, body := s.call("createOrder", "POST", "/createOrder", `{"name":"Zoë \"Zo\" O'Neil","email":"zoe@example.com","phone":"5512345678","street":"Calle 1",
		"city":"Puebla","customerType":"B2C","market":"MX","products":"BB001,LB001","totalPrice":600000,"currency":"MXN","testId":352}`)
	var made struct{ OrderID int64 }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusOK {
		t.Fatalf("createOrder: %d %s", status, body)
	}
	said, own := map[string]entry{}, 0
	for _, e := range s.settle() {
		if e.EventBusName == "shop" {
			own++
			continue
		}
		said[e.Source+" "+e.DetailType] = e
	}
	who := fmt.Sprintf(`{"orderId":%d,"name":"Zoë \"Zo\" O'Neil","email":"zoe@example.com"`, made.OrderID)
	where := who + `,"phone":"5512345678","street":"Calle 1","city":"Puebla"`
	want := map[string]string{
		"microservicesdemo.order OrderCreated":      where + `,"customerType":"B2C","market":"MX","products":"BB001,LB001","totalPrice":30000,"testId":352,"orgNumber":0}`,
		"microservicesdemo.order OrderPlaced":       who + `,"products":"BB001,LB001","totalPrice":30000}`,
		"microservicesdemo.stock StockCreated":      fmt.Sprintf(`{"orderId":%d}`, made.OrderID),
		"microservicesdemo.order OrderDeliverable":  where + `}`,
		"microservicesdemo.delivery DeliveryBooked": where + `,"deliveryTime":"`,
	}
	for name, detail := range want {
		if e := said[name]; e.EventBusName != "microservicesdemo" || !strings.HasPrefix(e.Detail, detail) || e.Time == 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if len(said) != len(want) || own != 5 {
		t.Errorf("%d events of the seed, %d of the shop", len(said), own)
	}
}

// inSeedsForm returns a publisher that also publishes in the seed's form.
func inSeedsForm(t *testing.T, s *eventBridgeServer, detail func(context.Context, event.Envelope) (json.RawMessage, error)) *Publisher {
	t.Helper()
	p := newPublisher(t, s)
	p.Seed = &Seed{Bus: "microservicesdemo", Detail: detail}
	return p
}

// told returns a detail for tests that ignore it.
func told(_ context.Context, env event.Envelope) (json.RawMessage, error) {
	return json.RawMessage(fmt.Sprintf(`{"orderId":%d}`, env.OrderID)), nil
}

// seeds returns the orders of the events in the seed's form.
func seeds(t *testing.T, s *eventBridgeServer) (all []int64) {
	t.Helper()
	for _, e := range s.take() {
		var d struct{ OrderID int64 }
		if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
			t.Fatal(err)
		}
		if e.Source == "microservicesdemo.stock" {
			all = append(all, d.OrderID)
		}
	}
	slices.Sort(all)
	return all
}

// TestWhichEventsGoInTheSeedsForm: those that the seed has; and again when the first of their subscribers must get them
// again, since the bus may have got nothing.
func TestWhichEventsGoInTheSeedsForm(t *testing.T) {
	t.Parallel()
	s := newEventBridge(t)
	p := inSeedsForm(t, s, told)
	for i, c := range []struct {
		kind       event.Type
		subscriber string
	}{
		{event.TypeOrderPlaced, ""}, {event.TypeOrderPlaced, "stock.OrderPlaced"}, {event.TypeOrderPlaced, "finance.OrderPlaced"},
		{event.TypeOrderCancelled, ""}, {event.TypeReviewDone, "order.ReviewDone"},
	} {
		p.Publish(event.Envelope{ID: fmt.Sprint(i), Type: c.kind, OrderID: int64(i + 1), Time: time.Unix(1795276800, 0), Data: json.RawMessage(`{}`)}, c.subscriber, i)
	}
	p.Flush(t.Context())
	var got []string
	for _, e := range s.take() {
		if e.EventBusName == "microservicesdemo" {
			got = append(got, e.Source+" "+e.DetailType+" "+e.Detail)
		}
	}
	if want := []string{`microservicesdemo.order OrderPlaced {"orderId":1}`, `microservicesdemo.order OrderPlaced {"orderId":2}`}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestTheSeedsFormWaitsForTheDatabase, and holds up no event of the shop's own; a deleted order is skipped.
func TestTheSeedsFormWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	s := newEventBridge(t)
	down := errors.New("the database does not answer")
	p := inSeedsForm(t, s, func(ctx context.Context, env event.Envelope) (json.RawMessage, error) {
		if env.OrderID == 2 {
			return nil, fault.New(fault.NotFound, "there is no order 2")
		}
		if down != nil {
			return nil, down
		}
		return told(ctx, env)
	})
	publish(t, p, 3)
	p.Flush(t.Context())
	if all := s.take(); len(all) != 3 || all[0].EventBusName != "shop" {
		t.Errorf("%+v", all)
	}
	down = nil
	p.Flush(t.Context())
	if got := seeds(t, s); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("of the orders %v", got)
	}
}

// TestTheSeedsFormIsNotLostWhenTheServiceThrottles: it goes with the next events, since the relay does not know of it.
func TestTheSeedsFormIsNotLostWhenTheServiceThrottles(t *testing.T) {
	t.Parallel()
	s := newEventBridge(t)
	s.answer = func(w http.ResponseWriter, call int, entries []entry) (taken []entry, answered bool) {
		if call > putTries {
			return nil, false
		}
		codes := make([]string, len(entries))
		for i, e := range entries {
			if codes[i] = ""; e.EventBusName == "microservicesdemo" {
				codes[i] = "ThrottlingException"
				continue
			}
			taken = append(taken, e)
		}
		results(w, codes)
		return taken, true
	}
	p := inSeedsForm(t, s, told)
	publish(t, p, 1)
	p.Flush(t.Context())
	if all := s.take(); len(all) != 1 || all[0].EventBusName != "shop" {
		t.Errorf("%+v", all)
	}
	p.Flush(t.Context())
	if got := seeds(t, s); !slices.Equal(got, []int64{1}) {
		t.Errorf("of the orders %v", got)
	}
	publish(t, p, mostWaiting+10)
	if len(p.untold) != mostWaiting {
		t.Errorf("%d events wait", len(p.untold))
	}
}

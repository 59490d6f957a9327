package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
)

func newPublisher(t *testing.T, s *eventBridgeServer) *Publisher {
	t.Helper()
	env := (&stage{T: t, bridge: s}).env
	return &Publisher{Client: bridge(env), Bus: "shop", Log: slog.New(slog.NewTextHandler(testLog{t}, nil))}
}

// publish publishes n events of one type.
func publish(t *testing.T, p *Publisher, n int) {
	t.Helper()
	for i := range n {
		env, err := event.Wrap(event.StockCreated{OrderID: int64(i + 1)}, fmt.Sprint("event-", i+1), time.Unix(1795276800, 0), "")
		if err != nil {
			t.Fatal(err)
		}
		p.Publish(env, "", 0)
	}
}

// published returns the events that the service has, in the order of their ids.
func published(t *testing.T, s *eventBridgeServer) (ids []string) {
	t.Helper()
	for _, e := range s.take() {
		var d detail
		if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, d.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestEventsGoInBatchesOfTen(t *testing.T) {
	s := newEventBridge(t)
	p := newPublisher(t, s)
	publish(t, p, 23)
	p.Flush(t.Context())
	if ids := published(t, s); len(ids) != 23 || len(slices.Compact(ids)) != 23 || s.calls != 3 {
		t.Errorf("%d events in %d calls: %v", len(ids), s.calls, ids)
	}
	p.Flush(t.Context())
	if s.calls != 3 {
		t.Error("nothing was to be published, and the service was called")
	}
}

// TestTheFormOfAnEvent: source and type as in the seed, and CloudEvents inside.
func TestTheFormOfAnEvent(t *testing.T) {
	s := newEventBridge(t)
	p := newPublisher(t, s)
	env, err := event.Wrap(event.StockCreated{OrderID: 142, TestID: 7}, "event-1", time.UnixMilli(1795276800123), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if err != nil {
		t.Fatal(err)
	}
	p.Publish(env, "", 0)
	p.Publish(env, "order.StockCreated", 2)
	p.Flush(t.Context())
	got := s.take()
	if len(got) != 2 || got[0].Source != "acme.webshop.stock" || got[0].DetailType != "StockCreated" || got[0].EventBusName != "shop" || got[0].Time < 1795276800 {
		t.Fatalf("entries %+v", got)
	}
	want := `{"specversion":"1.0","id":"event-1","source":"/webshop/stock","type":"StockCreated","subject":"142","time":"2026-11-21T16:00:00.123Z",` +
		`"datacontenttype":"application/json","dataschema":"urn:acme:webshop:event:StockCreated:v1",` +
		`"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{"orderId":142,"testId":7}}`
	if got[0].Detail != want {
		t.Errorf("detail %s", got[0].Detail)
	}
	if again := strings.TrimSuffix(want, "}") + `,"webshopsubscriber":"order.StockCreated","webshopsend":2}`; got[1].Detail != again {
		t.Errorf("for one subscriber: %s", got[1].Detail)
	}
}

// TestOnlyWhatFailedIsSentAgain: an answer has a result for each entry, with status 200.
func TestOnlyWhatFailedIsSentAgain(t *testing.T) {
	s := newEventBridge(t)
	sizes := []int{}
	s.answer = func(w http.ResponseWriter, call int, entries []entry) ([]entry, bool) {
		sizes = append(sizes, len(entries))
		if call > 1 {
			return nil, false
		}
		codes := make([]string, len(entries))
		codes[2], codes[5], codes[7] = "ThrottlingException", "InternalFailure", "NotAuthorizedForSource"
		results(w, codes)
		return slices.Concat(entries[:2], entries[3:5], entries[6:7], entries[8:]), true
	}
	p := newPublisher(t, s)
	publish(t, p, 10)
	p.Flush(t.Context())
	ids := published(t, s)
	if !slices.Equal(sizes, []int{10, 2}) || len(ids) != 9 || slices.Contains(ids, "event-8") {
		t.Errorf("calls of %v, published %v", sizes, ids)
	}
}

// TestWhatTheServiceNeverTakesIsGivenUp: it is in the journal.
func TestWhatTheServiceNeverTakesIsGivenUp(t *testing.T) {
	s := newEventBridge(t)
	s.answer = func(w http.ResponseWriter, _ int, entries []entry) ([]entry, bool) {
		results(w, slices.Repeat([]string{"ThrottlingException"}, len(entries)))
		return nil, true
	}
	p := newPublisher(t, s)
	publish(t, p, 3)
	p.Flush(t.Context())
	if s.calls != putTries {
		t.Errorf("%d calls", s.calls)
	}
	s.answer = nil
	if p.Flush(t.Context()); len(published(t, s)) > 0 {
		t.Error("what was given up is sent all the same")
	}
}

// TestACallThatFailsIsTriedAgain by the SDK, for a throttled call and one that broke.
func TestACallThatFailsIsTriedAgain(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"throttled": func(w http.ResponseWriter) {
			w.Header().Set("X-Amzn-ErrorType", "ThrottlingException")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"__type":"ThrottlingException","message":"Rate exceeded"}`))
		},
		"unavailable": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"cut off":     func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newEventBridge(t)
			s.answer = func(w http.ResponseWriter, call int, _ []entry) ([]entry, bool) {
				if call == 1 {
					answer(w)
				}
				return nil, call == 1
			}
			p := newPublisher(t, s)
			publish(t, p, 1)
			p.Flush(t.Context())
			if ids := published(t, s); len(ids) != 1 || s.calls != 2 {
				t.Errorf("published %v in %d calls", ids, s.calls)
			}
		})
	}
}

// TestAServiceThatHangsHoldsUpNoOne: a customer who waits for an answer does not wait for EventBridge.
func TestAServiceThatHangsHoldsUpNoOne(t *testing.T) {
	s := newEventBridge(t)
	hold := make(chan struct{})
	defer close(hold)
	s.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold })
	p := newPublisher(t, s)
	publish(t, p, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	p.Flush(ctx) // the test hangs if it does not end
	if ctx.Err() == nil {
		t.Error("nothing hung")
	}
}

// TestSizes: batches stay under the limit, one event over it is not sent, and the queue is bounded.
func TestSizes(t *testing.T) {
	s := newEventBridge(t)
	s.answer = func(_ http.ResponseWriter, _ int, entries []entry) ([]entry, bool) {
		bytes := 0
		for _, e := range entries {
			bytes += 14 + len(e.Source) + len(e.DetailType) + len(e.Detail)
		}
		if bytes > mostBytes {
			t.Errorf("a call has %d bytes", bytes)
		}
		return nil, false
	}
	p := newPublisher(t, s)
	for i, length := range []int{100_000, 100_000, 100_000, 300_000, 10} {
		data, err := json.Marshal(map[string]any{"orderId": i + 1, "reason": strings.Repeat("x", length)})
		if err != nil {
			t.Fatal(err)
		}
		p.Publish(event.Envelope{ID: fmt.Sprint("event-", i+1), Type: event.TypeOrderCancelled, OrderID: int64(i + 1), Data: data}, "", 0)
	}
	p.Flush(t.Context())
	if ids := published(t, s); !slices.Equal(ids, []string{"event-1", "event-2", "event-3", "event-5"}) {
		t.Errorf("published %v", ids)
	}
	publish(t, p, mostWaiting+10)
	if len(p.queue) != mostWaiting {
		t.Errorf("%d events wait", len(p.queue))
	}
}

package simulator_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/simulator"
)

// shop receives callbacks, and answers with the statuses in turn, then always with the last one.
type shop struct {
	t        *testing.T
	statuses []int
	start    time.Time
	after    []time.Duration // when the callbacks came
	ids      map[string]bool
	bodies   []string
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	webhook, err := partner.NewWebhook(secret)
	if err != nil {
		s.t.Error(err)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != "POST" || r.URL.Path != "/cb" || r.Header.Get("Content-Type") != "application/json" {
		s.t.Errorf("the callback is a %s %s of %s: %v", r.Method, r.URL, r.Header.Get("Content-Type"), err)
	}
	if err := webhook.Verify(body, r.Header); err != nil {
		s.t.Errorf("the callback is not signed: %v", err)
	}
	if webhook.Verify(bytes.Replace(body, []byte("7"), []byte("8"), 1), r.Header) == nil {
		s.t.Error("a changed callback would be taken too")
	}
	s.after, s.bodies = append(s.after, time.Since(s.start)), append(s.bodies, string(body))
	s.ids[r.Header.Get("webhook-id")] = true
	w.WriteHeader(s.statuses[0])
	if len(s.statuses) > 1 {
		s.statuses = s.statuses[1:]
	}
}

// calledBack has a refill answered later, to a shop with these answers. It must run in a synctest bubble.
func calledBack(t *testing.T, later string, statuses ...int) (*simulator.Partners, *shop) {
	s := &shop{t: t, statuses: statuses, start: time.Now(), ids: map[string]bool{}}
	client := &http.Client{Transport: simulator.Transport(s)}
	p := partners(t, simulator.Config{Callback: client})
	turn(t, p, simulator.Stockist, `{"answerLater":`+later+`}`)
	w := post(p, jobs[2].url(), "refill:7", jobs[2].body)
	if w.Code != http.StatusAccepted || !strings.Contains(w.Body.String(), `"status":"later"`) {
		t.Errorf("the refill was answered %d %s, want 202 later", w.Code, w.Body)
	}
	return p, s
}

func seconds(all ...int) (list []time.Duration) {
	for _, s := range all {
		list = append(list, time.Duration(s)*time.Second)
	}
	return list
}

func TestACallbackIsSentOnceWhenItIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := calledBack(t, "90000", http.StatusNoContent)
		if w := post(p, jobs[2].url(), "refill:7", jobs[2].body); w.Code != http.StatusAccepted {
			t.Errorf("asked again before its time: %d %s, want 202", w.Code, w.Body)
		}
		if got, want := *stateOf(t, p, simulator.Stockist).Callbacks, (simulator.CallbackCounters{Waiting: 1}); got != want {
			t.Errorf("before: %+v, want %+v", got, want)
		}
		time.Sleep(time.Hour) // of the bubble's time
		synctest.Wait()
		if diff := cmp.Diff(seconds(90), s.after); diff != "" {
			t.Error("callbacks came at other times:", diff)
		}
		at := s.start.Add(90 * time.Second).UTC().Format(time.RFC3339)
		if want := `{"data":{"key":"refill:7","orderId":7},"timestamp":"` + at + `","type":"stock.created"}`; s.bodies[0] != want {
			t.Errorf("the callback says %s, want %s", s.bodies[0], want)
		}
		if got, want := *stateOf(t, p, simulator.Stockist).Callbacks, (simulator.CallbackCounters{Sent: 1}); got != want {
			t.Errorf("after: %+v, want %+v", got, want)
		}
	})
}

func TestACallbackIsTriedAgainUntilItIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := calledBack(t, "1000", 500, 404, 401, 302, 200)
		time.Sleep(time.Hour)
		synctest.Wait()
		want := seconds(1, 2, 4, 8, 16)
		if diff := cmp.Diff(want, s.after); diff != "" {
			t.Error("callbacks came at other times:", diff)
		}
		if len(s.ids) != 1 {
			t.Errorf("the attempts have the ids %v, want one", s.ids)
		}
		for _, body := range s.bodies {
			if body != s.bodies[0] {
				t.Errorf("an attempt says %s, want %s as before", body, s.bodies[0])
			}
		}
	})
}

func TestACallbackIsGivenUpAndTheRefillIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, s := calledBack(t, "1000", 503)
		time.Sleep(time.Hour)
		synctest.Wait()
		if diff := cmp.Diff(seconds(1, 2, 4, 8, 16, 32, 64, 124, 184, 244), s.after); diff != "" {
			t.Error("callbacks came at other times:", diff)
		}
		if got, want := *stateOf(t, p, simulator.Stockist).Callbacks, (simulator.CallbackCounters{GivenUp: 1}); got != want {
			t.Errorf("after: %+v, want %+v", got, want)
		}
		w := post(p, jobs[2].url(), "refill:7", jobs[2].body)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"status":"ready"`) {
			t.Errorf("asked again: %d %s, want 200 ready", w.Code, w.Body)
		}
		if got := records(t, p, simulator.Stockist); len(got) != 1 || got[0].Status != "ready" {
			t.Errorf("the stockist recorded %+v, want one ready refill", got)
		}
	})
}

func TestCloseEndsCallbacks(t *testing.T) {
	for what, wait := range map[string]time.Duration{
		"that wait for their time":   time.Second,
		"that are being sent":        2*time.Minute + time.Second,
		"that wait for the next try": 2*time.Minute + 15500*time.Millisecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			hangs := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			p := partners(t, simulator.Config{Callback: &http.Client{Transport: simulator.Transport(hangs)}})
			turn(t, p, simulator.Stockist, `{"answerLater":120000}`)
			post(p, jobs[2].url(), "refill:7", jobs[2].body)
			time.Sleep(wait)
			start := time.Now()
			p.Close()
			if took := time.Since(start); took != 0 {
				t.Errorf("Close with callbacks %s took %v", what, took)
			}
			if got, want := *stateOf(t, p, simulator.Stockist).Callbacks, (simulator.CallbackCounters{GivenUp: 1}); got != want {
				t.Errorf("with callbacks %s: %+v, want %+v", what, got, want)
			}
			wantProblem(t, "a refill after Close", post(p, jobs[2].url(), "refill:8", jobs[2].body), 503, "unavailable")
			p.Close() // again
		})
	}
}

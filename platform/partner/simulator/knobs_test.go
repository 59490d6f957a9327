package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/partner/simulator"
)

func TestLatencyIsAddedToEachCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := partners(t, simulator.Config{})
		for _, j := range jobs {
			turn(t, p, j.partner, `{"latency":60000}`)
			start := time.Now()
			if w := post(p, j.url(), "key:1", j.body); w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", j.url(), w.Code, w.Body)
			}
			if took := time.Since(start); took != time.Minute {
				t.Errorf("%s took %v, want 1m", j.url(), took)
			}
		}
		start := time.Now()
		ask(p.Handler(), "GET", "/payments-us/charges/key:1", "", "")
		if took := time.Since(start); took != time.Minute {
			t.Errorf("GET /charges took %v, want 1m", took)
		}
		records(t, p, simulator.Bookkeeping)
		if took := time.Since(start); took != time.Minute {
			t.Errorf("records took %v, want no time, whatever the knobs say", took-time.Minute)
		}
	})
}

func TestLatencyEndsWithTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := partners(t, simulator.Config{})
		turn(t, p, simulator.Bookkeeping, `{"latency":60000}`)
		took := cutOff(t, p, jobs[4])
		if took != 2*time.Second {
			t.Errorf("the call ended after %v, want 2s", took)
		}
		if n := len(records(t, p, simulator.Bookkeeping)); n != 0 {
			t.Errorf("%d records of a request that never came through", n)
		}
	})
}

// cutOff sends a request from a client that goes away after 2 seconds, and returns how long the handler ran.
func cutOff(t *testing.T, p *simulator.Partners, j job) time.Duration {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, "POST", j.url(), strings.NewReader(j.body))
	r.Header.Set("Idempotency-Key", "key:1")
	start := time.Now()
	p.Handler().ServeHTTP(httptest.NewRecorder(), r)
	return time.Since(start)
}

func TestAFailureHasDoneNothing(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, j := range jobs {
		turn(t, p, j.partner, `{"failureRate":1}`)
		wantProblem(t, j.url(), post(p, j.url(), "key:1", j.body), 500, "internal")
		if n := len(records(t, p, j.partner)); n != 0 {
			t.Errorf("%s has %d records of what failed", j.partner, n)
		}
		turn(t, p, j.partner, `{}`)
		if w := post(p, j.url(), "key:1", j.body); w.Code != http.StatusOK {
			t.Errorf("%s after the failure: %d %s", j.url(), w.Code, w.Body)
		}
		if got, want := stateOf(t, p, j.partner).Counters, (simulator.Counters{Calls: 2, Done: 1, Failed: 1}); got != want {
			t.Errorf("%s counts %+v, want %+v", j.partner, got, want)
		}
	}
}

func TestRefusalsAndDeclines(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, j := range jobs {
		turn(t, p, j.partner, `{"`+j.refuseKnob+`":1}`)
		w, kept := post(p, j.url(), "key:1", j.body), 0
		if j.refuseKnob == "declineRate" {
			wantProblem(t, j.url(), w, 402, "payment-declined")
			kept = 1
		} else {
			wantProblem(t, j.url(), w, 422, "refuses")
		}
		if n := len(records(t, p, j.partner)); n != kept {
			t.Errorf("%s has %d records, want %d", j.partner, n, kept)
		}
		if n := stateOf(t, p, j.partner).Counters.Refused; n != 1 {
			t.Errorf("%s counts %d refusals, want 1", j.partner, n)
		}
	}
}

func TestTimeoutAfterSuccessDoesTheWorkAndIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := partners(t, simulator.Config{})
		for _, j := range jobs {
			turn(t, p, j.partner, `{"timeoutAfterSuccessRate":1}`)
			if took := cutOff(t, p, j); took != 2*time.Second {
				t.Errorf("%s ended after %v, want 2s, when the client is gone", j.url(), took)
			}
			start := time.Now()
			wantProblem(t, "a patient client of "+j.url(), post(p, j.url(), "key:1", j.body), 503, "unavailable")
			if took := time.Since(start); took != time.Minute {
				t.Errorf("%s kept a patient client for %v, want 1m", j.url(), took)
			}
			if n := len(records(t, p, j.partner)); n != 1 {
				t.Errorf("%s has %d records, want 1", j.partner, n)
			}
			if n := stateOf(t, p, j.partner).Counters.Unanswered; n != 2 {
				t.Errorf("%s counts %d unanswered, want 2", j.partner, n)
			}
		}
	})
}

func TestADeclineIsAnsweredWhenSuccessesAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := partners(t, simulator.Config{})
		turn(t, p, simulator.PaymentsUS, `{"declineRate":1,"timeoutAfterSuccessRate":1}`)
		start := time.Now()
		wantProblem(t, "the charge", post(p, jobs[0].url(), "key:1", jobs[0].body), 402, "payment-declined")
		if took := time.Since(start); took != 0 {
			t.Errorf("the decline took %v", took)
		}
	})
}

func TestKnobsTellWhatWasSet(t *testing.T) {
	p := partners(t, simulator.Config{})
	turn(t, p, simulator.Stockist,
		`{"latency":5,"failureRate":0.25,"timeoutAfterSuccessRate":0.5,"refuseRate":1,"answerLater":86400000}`)
	want := simulator.Knobs{
		Latency: 5, FailureRate: 0.25, TimeoutAfterSuccessRate: 0.5, RefuseRate: 1, AnswerLater: 86400000,
	}
	got := decode[simulator.Knobs](t, ask(p.Knobs(), "GET", "/partners/stockist/knobs", "", ""))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	turn(t, p, simulator.Stockist, `{"latency":6}`)
	if got := stateOf(t, p, simulator.Stockist).Knobs; got != (simulator.Knobs{Latency: 6}) {
		t.Errorf("a PUT left %+v, want it to replace all knobs", got)
	}
	if got := stateOf(t, p, simulator.Carrier).Knobs; got != (simulator.Knobs{}) {
		t.Errorf("the carrier's knobs turned too: %+v", got)
	}
}

func TestPartnersAreListed(t *testing.T) {
	p := partners(t, simulator.Config{})
	turn(t, p, simulator.Bookkeeping, `{"latency":1}`)
	post(p, jobs[4].url(), "key:1", jobs[4].body)
	list := decode[map[string][]simulator.State](t, ask(p.Knobs(), "GET", "/partners", "", ""))["partners"]
	if diff := cmp.Diff(p.States(), list); diff != "" {
		t.Error(diff)
	}
	names := ""
	for _, s := range list {
		names += s.Name + fmt.Sprint(s.Has) + "\n"
	}
	want := `payments-us[latency failureRate timeoutAfterSuccessRate declineRate]
payments-mx[latency failureRate timeoutAfterSuccessRate declineRate]
screening[latency failureRate timeoutAfterSuccessRate declineRate refuseRate answerLater]
stockist[latency failureRate timeoutAfterSuccessRate refuseRate answerLater]
carrier[latency failureRate timeoutAfterSuccessRate refuseRate]
books[latency failureRate timeoutAfterSuccessRate refuseRate]
`
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if list[5].Counters.Done != 1 || list[5].Knobs.Latency != 1 || list[2].Callbacks == nil || list[3].Callbacks == nil || list[5].Callbacks != nil {
		t.Errorf("the list tells %+v", list)
	}
}

func TestBadKnobsAreRefused(t *testing.T) {
	p := partners(t, simulator.Config{})
	for _, c := range []struct {
		name, body string
		status     int
		text       string
	}{
		{"stockist", `{"latency":60001}`, 400, "latency"},
		{"stockist", `{"latency":-1}`, 400, "latency"},
		{"stockist", `{"latency":1.5}`, 400, "latency"},
		{"stockist", `{"latency":"5"}`, 400, "latency"},
		{"stockist", `{"failureRate":1.01}`, 400, "failureRate"},
		{"stockist", `{"failureRate":-0.01}`, 400, "failureRate"},
		{"stockist", `{"failureRate":1e999}`, 400, "failureRate"},
		{"stockist", `{"timeoutAfterSuccessRate":2}`, 400, "timeoutAfterSuccessRate"},
		{"stockist", `{"refuseRate":2}`, 400, "refuseRate"},
		{"stockist", `{"answerLater":-1}`, 400, "answerLater"},
		{"stockist", `{"answerLater":86400001}`, 400, "answerLater"},
		{"stockist", `{"declineRate":0.5}`, 400, "declineRate"},
		{"payments-us", `{"declineRate":1.5}`, 400, "declineRate"},
		{"payments-us", `{"refuseRate":0.5}`, 400, "refuseRate"},
		{"carrier", `{"answerLater":5}`, 400, "answerLater"},
		{"stockist", `{"speed":5}`, 400, "speed"},
		{"stockist", `{"latency":5}{"latency":6}`, 400, "malformed"},
		{"stockist", `{"latency":5`, 400, "malformed"},
		{"stockist", `null`, 400, "malformed"},
		{"stockist", ``, 400, "malformed"},
		{"stockist", `{"latency":` + strings.Repeat(" ", 64<<10) + `5}`, 413, "too-large"},
		{"nobody", `{}`, 404, "not-found"},
	} {
		wantProblem(t, c.name+" "+c.body, ask(p.Knobs(), "PUT", "/partners/"+c.name+"/knobs", "", c.body), c.status, c.text)
	}
	wantProblem(t, "GET of nobody", ask(p.Knobs(), "GET", "/partners/nobody/knobs", "", ""), 404, "nobody")
	for _, s := range p.States() {
		if s.Knobs != (simulator.Knobs{}) {
			t.Errorf("a refused PUT changed %s: %+v", s.Name, s.Knobs)
		}
	}
}

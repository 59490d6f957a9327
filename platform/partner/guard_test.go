package partner_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// scripted is a partner that answers charges with a status set by the test, and counts the calls.
type scripted struct{ status, calls atomic.Int64 }

func (a *scripted) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	a.calls.Add(1)
	w.WriteHeader(int(a.status.Load()))
	_, _ = w.Write([]byte(`{"reference":"ch_1","status":"succeeded","request":{"orderId":7,"amount":15000,"currency":"USD"}}`))
}

func (a *scripted) wantCalls(t *testing.T, least, most int64) {
	t.Helper()
	if n := a.calls.Load(); n < least || n > most {
		t.Errorf("%d calls were sent, want %d to %d", n, least, most)
	}
}

// TestAPartnerThatIsAwayIsLeftAlone: after enough failures calls fail at once without being sent, except for occasional
// tries; when the partner is back, so are the calls.
func TestAPartnerThatIsAwayIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := &scripted{}
		away.status.Store(500)
		books := partner.Bookkeeping{Route: served(t, partner.Options{}, away.ServeHTTP)}
		record := func(want fault.Code) {
			wantCode(t, "Record", books.Record(t.Context(), theSale), want)
		}
		for range 100 {
			record(fault.Unavailable)
		}
		away.wantCalls(t, 10, 10)
		wantCode(t, "Ready", books.Route.Client(false).Ready(), fault.Unavailable)
		for range 30 { // a minute
			time.Sleep(2 * time.Second)
			record(fault.Unavailable)
			record(fault.Unavailable)
		}
		away.wantCalls(t, 20, 70)
		away.status.Store(200)
		time.Sleep(2 * time.Second)
		wantCode(t, "Ready", books.Route.Client(false).Ready(), "")
		for range 100 {
			record("")
		}
		wantCode(t, "Ready", books.Route.Client(false).Ready(), "")
	})
}

// TestWhatIsNoOutage: occasional failures, and refusals.
func TestWhatIsNoOutage(t *testing.T) {
	for name, answers := range map[string][]int64{
		"every fourth fails": {200, 200, 200, 500}, "declined": {402}, "refused": {422}, "not understood": {400}, "unknown": {404},
	} {
		t.Run(name, func(t *testing.T) {
			there := &scripted{}
			books := partner.Bookkeeping{Route: served(t, partner.Options{}, there.ServeHTTP)}
			for i := range 100 {
				there.status.Store(answers[i%len(answers)])
				_ = books.Record(t.Context(), theSale) // the calls are counted
			}
			there.wantCalls(t, 100, 100)
		})
	}
}

// TestCallsAtOnceAreBounded: a partner that hangs holds 64 calls; the others wait for one second at most.
func TestCallsAtOnceAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		books := partner.Bookkeeping{Route: served(t, partner.Options{Timeout: 5 * time.Second}, func(_ http.ResponseWriter, r *http.Request) {
			sent.Add(1)
			<-r.Context().Done()
		})}
		begun, ended := time.Now(), make(chan time.Duration, 100)
		for range 100 {
			go func() {
				wantCode(t, "Record", books.Record(t.Context(), theSale), fault.Unavailable)
				ended <- time.Since(begun)
			}()
		}
		for i := range 100 {
			if after := <-ended; i < 36 && after > time.Second || after > 5*time.Second {
				t.Errorf("call %d ended after %s", i, after)
			}
		}
		if n := sent.Load(); n != 64 {
			t.Errorf("%d calls were sent at once", n)
		}
	})
}

package partner_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

// answeringWith returns a partner that answers each call with this status; 0 is no answer.
func answeringWith(t *testing.T, status *int) partner.Route {
	return served(t, partner.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if *status == 0 {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(*status)
		_, _ = io.WriteString(w, `{"reference":"r","status":"booked"}`)
	})
}

func TestAPartnerThatFailsMostCallsIsFailing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 200
		route := answeringWith(t, &status)
		health, books := route.Live.Health(), partner.Bookkeeping{Route: route}
		call := func(answer int, times int) {
			t.Helper()
			for status = answer; times > 0; times-- {
				_ = books.Record(t.Context(), theSale) // what it is called for does not matter
			}
		}
		want := func(failing bool, when string) {
			t.Helper()
			if v := health.Vitals(); v.Failing != failing {
				t.Errorf("%s: %+v", when, v)
			}
		}
		call(500, 2)
		want(false, "after two failures")
		begun := time.Now().Truncate(time.Second)
		call(503, 1)
		want(true, "after three failures")
		if v := health.Vitals(); !v.Since.Equal(begun) || v.Calls != 3 || v.Failed != 3 {
			t.Errorf("vitals %+v, failing since %s", v, begun)
		}
		call(200, 3)
		want(true, "while half of the calls fail")
		call(200, 1)
		want(false, "after more successes than failures")
		time.Sleep(time.Minute)
		call(402, 5)
		call(409, 5)
		call(404, 1) // in JSON: it does not exist
		want(false, "after declined payments and refusals")
		call(429, 20)
		want(true, "after being turned away")
		time.Sleep(5 * time.Minute)
		want(true, "between two tries")
		time.Sleep(2 * time.Minute)
		want(false, "when nothing is known any more")
	})
}

// TestAPartnerThatAnsweredWellJustBeforeIsFailingAtOnce: earlier answers do not hide new failures.
func TestAPartnerThatAnsweredWellJustBeforeIsFailingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 200
		route := answeringWith(t, &status)
		health, books := route.Live.Health(), partner.Bookkeeping{Route: route}
		call := func(answer int, times int, failing bool) {
			t.Helper()
			for status = answer; times > 0; times-- {
				_ = books.Record(t.Context(), theSale) // what it is called for does not matter
			}
			if v := health.Vitals(); v.Failing != failing {
				t.Errorf("after %d: %+v", answer, v)
			}
		}
		call(200, 50, false)
		call(500, 2, false)
		call(409, 1, false) // a refusal is an answer
		time.Sleep(5 * time.Second)
		begun := time.Now()
		call(500, 2, false)
		call(500, 1, true)
		if v := health.Vitals(); !v.Since.Equal(begun) {
			t.Errorf("%+v, failing since %s", v, begun)
		}
		call(200, 1, false)
		time.Sleep(20 * time.Second)
		call(500, 20, true) // the breaker opens, and then its last failures expire
		time.Sleep(40 * time.Second)
		if v := health.Vitals(); !v.Failing || v.Calls != 0 {
			t.Errorf("while it is left alone: %+v", v)
		}
		call(200, 1, true) // one try is not enough
		call(200, 1, false)
		time.Sleep(10 * time.Minute)
		call(200, 0, false)
	})
}

// TestAPartnerThatHangsAfterItAnsweredWell is failing as soon as three calls have no answer for long.
func TestAPartnerThatHangsAfterItAnsweredWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 200
		route := answeringWith(t, &status)
		for range 50 {
			_ = partner.Bookkeeping{Route: route}.Record(t.Context(), theSale) // what it is called for does not matter
		}
		time.Sleep(time.Millisecond)
		status = 0
		var calls sync.WaitGroup
		for range 3 {
			calls.Go(func() {
				wantCode(t, "Record", partner.Bookkeeping{Route: route}.Record(t.Context(), theSale), fault.Unavailable)
			})
		}
		time.Sleep(3 * time.Second)
		if v := route.Live.Health().Vitals(); !v.Failing {
			t.Errorf("vitals %+v", v)
		}
		calls.Wait()
	})
}

func TestACallWithoutAnAnswerCountsBeforeItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 0
		route := answeringWith(t, &status)
		var calls sync.WaitGroup
		for range 3 {
			calls.Go(func() {
				wantCode(t, "Record", partner.Bookkeeping{Route: route}.Record(t.Context(), theSale), fault.Unavailable)
			})
		}
		time.Sleep(4 * time.Second)
		if v := route.Live.Health().Vitals(); !v.Failing || v.Failed != 3 {
			t.Errorf("vitals %+v", v)
		}
		calls.Wait()
		if v := route.Live.Health().Vitals(); v.Calls != 3 || v.Failed != 3 {
			t.Errorf("each call counts once: %+v", v)
		}
	})
}

func TestACallThatIsGivenUpSaysNothingOfThePartner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 0
		route := answeringWith(t, &status)
		for range 5 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_ = partner.Bookkeeping{Route: route}.Record(ctx, theSale)
		}
		if v := route.Live.Health().Vitals(); v.Failing || v.Failed != 0 {
			t.Errorf("vitals %+v", v)
		}
	})
}

func TestAMailServerThatIsGoneIsFailing(t *testing.T) {
	box, _ := receiver(t)
	m := mailer(t, box, func(c *partner.MailConfig) { c.Live = plainSMTP(t, "127.0.0.1:1") })
	for range 3 {
		wantCode(t, "Send", m.Send(t.Context(), letter("a")), fault.Unavailable)
	}
	health := m.Health()
	if len(health) != 2 || !health[0].Vitals().Failing || health[1].Vitals().Failing || health[0].Vitals().Partner != "mail server" {
		t.Errorf("%d servers: %+v", len(health), health[0].Vitals())
	}
}

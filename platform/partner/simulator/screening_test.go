package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/partner/simulator"
)

// TestAnOrderThatIsRefused: a refusal is an outcome, which is recorded: at once, and later by callback.
func TestAnOrderThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{t: t, statuses: []int{http.StatusNoContent}, start: time.Now(), ids: map[string]bool{}}
		p := partners(t, simulator.Config{Callback: &http.Client{Transport: simulator.Transport(s)}})
		check := jobs[5]
		turn(t, p, simulator.Screening, `{"declineRate":1}`)
		post(p, check.url(), "check:8", check.other)
		turn(t, p, simulator.Screening, `{"declineRate":1,"answerLater":1000}`)
		for _, w := range []struct {
			key, body, says string
			status          int
		}{{"check:8", check.other, "refused", 200}, {"check:7", check.body, "later", 202}} {
			got := post(p, check.url(), w.key, w.body)
			if got.Code != w.status || !strings.Contains(got.Body.String(), `"status":"`+w.says+`"`) {
				t.Errorf("%s is answered %d %s", w.key, got.Code, got.Body)
			}
		}
		turn(t, p, simulator.Screening, `{}`)
		time.Sleep(time.Minute) // of the bubble's time
		synctest.Wait()
		if len(s.bodies) != 1 || !strings.Contains(s.bodies[0], `"type":"check.refused"`) {
			t.Errorf("callbacks: %v", s.bodies)
		}
		if got := post(p, check.url(), "check:7", check.body); !strings.Contains(got.Body.String(), `"status":"refused"`) {
			t.Errorf("asked again: %d %s", got.Code, got.Body)
		}
	})
}

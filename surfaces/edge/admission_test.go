package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/database"
)

// TestTheFurtherBehindTheLongerAnOrderWaits, at most one second, and no longer than its customer does.
func TestTheFurtherBehindTheLongerAnOrderWaits(t *testing.T) {
	for _, c := range []struct {
		waiting database.Backlog
		gone    time.Duration // when the customer goes
		want    time.Duration
	}{
		{database.Backlog{}, time.Hour, 0},
		{database.Backlog{Inside: 200, Outside: 200}, time.Hour, 0},
		{database.Backlog{Inside: 1000, Outside: 1400}, time.Hour, 500 * time.Millisecond},
		{database.Backlog{Outside: 20_000}, time.Hour, time.Second},
		{database.Backlog{Outside: 20_000}, 100 * time.Millisecond, 100 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.gone)
			defer cancel()
			in := NewAdmission(1, 0, func() database.Backlog { return c.waiting })
			begun, answered := time.Now(), time.Duration(-1)
			in.Bounded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { answered = time.Since(begun) })).
				ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPost, "/createOrder", nil))
			if answered != c.want {
				t.Errorf("%+v: waited %v, want %v", c.waiting, answered, c.want)
			}
		})
	}
}

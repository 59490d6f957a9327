package app

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// TestTheSecurityLogIsBounded: a flood of refusals of one kind is counted completely, logged in part, and hides no other
// kind.
func TestTheSecurityLogIsBounded(t *testing.T) {
	var log bytes.Buffer
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	s := &system{log: slog.New(slog.NewTextHandler(&log, nil)), metrics: prometheus.NewRegistry(), partners: &partners{}, now: func() time.Time { return at }}
	s.openSecurityLog()
	flood := func(minute string, want int) {
		t.Helper()
		log.Reset()
		for range 1000 {
			s.security.limited.refused(httptest.NewRequest("GET", "/", nil), "reads")
		}
		if n := strings.Count(log.String(), "kind=rate-limited"); n != want {
			t.Errorf("%s: %d lines, want %d", minute, n, want)
		}
	}
	flood("at once", maxSecurityLines)
	flood("again", 0)
	s.security.crossSite.refused(httptest.NewRequest("GET", "/", nil), publicListener)
	if !strings.Contains(log.String(), "kind=cross-site") {
		t.Error("the flood hides another kind")
	}
	at = at.Add(time.Minute)
	flood("a minute later", maxSecurityLines)
	s.security.limited.refused(httptest.NewRequest("GET", "/", nil), "an unknown class")
	families, err := s.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			counted[f.GetName()+" "+m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	if counted["webshop_rate_limited_total reads"] != 3000 || counted["webshop_rate_limited_total other"] != 1 {
		t.Errorf("counted are %v", counted)
	}
}

package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
)

// TestReadinessAnswersWithinASecond, also if the database hangs, whose connection may not notice that no one waits.
func TestReadinessAnswersWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		begun := time.Now()
		err := within(t.Context(), readyWithin, func(context.Context) error { <-hang; return nil })
		if took := time.Since(begun); took >= time.Second || fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("%v after %s", err, took)
		}
	})
}

// TestReadinessSaysWhy, and the log has each reason once.
func TestReadinessSaysWhy(t *testing.T) {
	var log bytes.Buffer
	var now error
	h := health(func(context.Context) error {
		return within(t.Context(), time.Hour, func(context.Context) error { return now })
	}, slog.New(slog.NewTextHandler(&log, nil)))
	lines := 0
	for _, c := range []struct {
		err   error
		says  string
		lines int // in the log, for three requests
	}{
		{nil, "", 0},
		{fault.New(fault.Unavailable, "the disk is full"), "the shop is not ready: the disk is full", 1},
		{context.DeadlineExceeded, "the shop is not ready: the database does not answer", 1},
		{errors.New("dial tcp 10.0.0.7:5432"), "the shop is not ready: the database fails; the log says why", 1},
		{nil, "", 1},
	} {
		now = c.err
		for range 3 {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
			if c.err == nil && w.Code != 204 {
				t.Errorf("ready, and answered %d", w.Code)
			}
			if body := w.Body.String(); c.err != nil && (w.Code != 503 || w.Header().Get("Retry-After") != "1" || !strings.Contains(body, c.says) || strings.Contains(body, "10.0.0.7")) {
				t.Errorf("%v: %d %s", c.err, w.Code, body)
			}
		}
		if lines += c.lines; strings.Count(log.String(), "\n") != lines {
			t.Errorf("after %v, the log has more or fewer than %d lines:\n%s", c.err, lines, &log)
		}
	}
}

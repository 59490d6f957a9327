package app_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"

	"acme.example/webshop/app"
)

// sharedLog keeps a shop's log.
type sharedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *sharedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *sharedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// startLogging starts a shop with a readable log of all levels.
func startLogging(t *testing.T, change ...func(*app.Config)) (*shop, *sharedLog) {
	t.Helper()
	c := config(t)
	for _, f := range change {
		f(&c)
	}
	simulateRest(&c)
	log := &sharedLog{}
	s := &shop{T: t, config: c}
	var err error
	if s.Shop, err = app.Start(t.Context(), c, testLogger(log)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.operate()
	return s, log
}

// testLogger logs everything.
func testLogger(log *sharedLog) *slog.Logger {
	return slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// TestStartAndStopAreLogged, with the version and how long they took.
func TestStartAndStopAreLogged(t *testing.T) {
	t.Parallel()
	log := &sharedLog{}
	shop, err := app.Start(t.Context(), config(t), slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`"msg":"starting","version":"` + app.Version + `"`, `"msg":"started","version":"` + app.Version + `"`,
		`"msg":"stopping","version":"` + app.Version + `"`, `"msg":"stopped","after":"`,
	} {
		if strings.Count(log.String(), line) != 1 {
			t.Errorf("the log does not have %s once: %s", line, log)
		}
	}
	if bare := regexp.MustCompile(`"(after|wait|took|for)":[0-9]`).FindString(log.String()); bare != "" {
		t.Errorf("a duration without its unit: %s", bare)
	}
}

// TestAnOutageIsOneLineInTheLog, however many events fail because of it.
func TestAnOutageIsOneLineInTheLog(t *testing.T) {
	t.Parallel()
	s, log := startLogging(t)
	s.turn("books", map[string]any{"failureRate": 1})
	const orders = 20
	s.orders(orders)
	s.eventually("all have failed", func() bool {
		for id := range int64(orders) {
			if s.receipt(id+1, "finance.OrderPlaced").Attempts == 0 {
				return false
			}
		}
		return true
	})
	if n := strings.Count(log.String(), `msg="event failed; it will be tried again"`); n == 0 || n > 3 {
		t.Errorf("%d lines for %d events that failed", n, orders) // one for each kind of failure
	}
}

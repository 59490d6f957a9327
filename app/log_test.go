package app_test

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"

	"acme.example/webshop/app"
)

// sharedLog keeps what a shop logs.
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

// startLogging starts a shop whose log, with all its details, can be read.
func startLogging(t *testing.T, change ...func(*app.Config)) (*shop, *sharedLog) {
	t.Helper()
	c := config(t)
	for _, f := range change {
		f(&c)
	}
	log := &sharedLog{}
	s := &shop{T: t, config: c}
	var err error
	if s.Shop, err = app.Start(t.Context(), c, testLogger(log)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s, log
}

// testLogger logs all there is.
func testLogger(log *sharedLog) *slog.Logger {
	return slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

package telemetry_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/telemetry"
)

// TestAnOutageIsOneLine, however much fails because of it, and one more with the count.
func TestAnOutageIsOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, lines := logLines()
		for i := range 1000 {
			log.Warn("event failed; it will be tried again", "subscriber", fmt.Sprint("s", i%7), "event", fmt.Sprint("e", i),
				"wait", time.Duration(i)*time.Second, "error", fmt.Errorf("books: dial 127.0.0.1:%d: refused", 40_000+i))
			time.Sleep(100 * time.Millisecond)
		}
		if got := lines(); len(got) != 1 {
			t.Errorf("%d lines: %q", len(got), got)
		}
		log.Warn("event failed; it will be tried again", "subscriber", "s1", "event", "e", "error", errors.New("mail: refused"))
		if got := lines(); len(got) != 2 {
			t.Errorf("another cause: %q", got)
		}
		time.Sleep(time.Hour)
		got := lines()
		if len(got) != 3 || !strings.Contains(got[2], "times=999") {
			t.Errorf("after the outage: %q", got)
		}
		log.Warn("event failed; it will be tried again", "subscriber", "s1", "event", "e", "error", errors.New("mail: refused"))
		if got := lines(); len(got) != 4 {
			t.Errorf("the next outage: %q", got)
		}
	})
}

// TestAnOutageThatLastsIsToldNowAndThen.
func TestAnOutageThatLastsIsToldNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, lines := logLines()
		for range 3600 {
			log.Error("relay: no look", "error", errors.New("away"))
			time.Sleep(time.Second)
		}
		if got := lines(); len(got) != 6 { // at once, and after 10, 20, 30, 40 and 50 minutes
			t.Errorf("%d lines in an hour: %q", len(got), got)
		}
	})
}

// TestWhatIsNoRepeatIsWritten: information, errors about different orders, lines that differ in a word, and lines marked
// as separate.
func TestWhatIsNoRepeatIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, lines := logLines()
		each := telemetry.EachLine(t.Context())
		for i := range 3 {
			log.Info("activated")
			log.Error("the money must be given back by hand", "order", i)
			log.Warn("alert fired", "rule", []string{"outbox", "ledger", "storage"}[i])
			log.WarnContext(each, "alert fired", "rule", "dead-letter")
		}
		if got := lines(); len(got) != 12 {
			t.Errorf("%d lines: %q", len(got), got)
		}
	})
}

// TestNumbersTellCausesApart, but not those in an error that vary: ids, ports and times.
func TestNumbersTellCausesApart(t *testing.T) {
	for name, c := range map[string]struct {
		one, other []any
		lines      int
	}{
		"receivers":         {[]any{"to", "webhook 1"}, []any{"to", "webhook 2"}, 2},
		"counts":            {[]any{"address", 2}, []any{"address", 3}, 2},
		"answers":           {[]any{"error", errors.New("books answered 500")}, []any{"error", errors.New("books answered 401")}, 2},
		"ports and times":   {[]any{"error", errors.New("127.0.0.1:40001: refused after 3s")}, []any{"error", errors.New("127.0.0.1:40002: refused after 4s")}, 1},
		"paths of requests": {[]any{"path", "/orders/17"}, []any{"path", "/orders/18"}, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			log, lines := logLines()
			log.Error("failed", c.one...)
			log.Error("failed", c.other...)
			if got := lines(); len(got) != c.lines {
				t.Errorf("%s: %q", name, got)
			}
		})
	}
}

// TestWhatWasCountedIsToldAtTheEnd of a process, where it would be lost.
func TestWhatWasCountedIsToldAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, lines := logLines()
		for range 5 {
			log.Warn("away")
		}
		telemetry.TellRepeats(log.With("part", "a"))
		telemetry.TellRepeats(log)
		if got := lines(); len(got) != 2 || !strings.Contains(got[1], "times=4") {
			t.Errorf("%q", got)
		}
		time.Sleep(time.Hour)
		if got := lines(); len(got) != 2 {
			t.Errorf("later: %q", got)
		}
	})
}

// TestDurationsHaveTheirUnit, also in JSON, where slog writes nanoseconds without one.
func TestDurationsHaveTheirUnit(t *testing.T) {
	var out bytes.Buffer
	telemetry.Log(slog.New(slog.NewJSONHandler(&out, nil))).Info("done", "after", 1234567890*time.Nanosecond)
	if !strings.Contains(out.String(), `"after":"1.235s"`) {
		t.Error(out.String())
	}
}

// logLines returns a logger, and the lines that it has written.
func logLines() (*slog.Logger, func() []string) {
	var out written
	log := telemetry.Log(slog.New(slog.NewTextHandler(&out, nil)))
	return log, func() []string {
		synctest.Wait()
		out.mu.Lock()
		defer out.mu.Unlock()
		return strings.Split(strings.TrimSpace(out.text.String()), "\n")
	}
}

// written is a buffer that a timer may write to while it is read.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

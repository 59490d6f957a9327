package app_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

// live opens the live answer of an order's tracking link; next returns its next event, or "" at its end.
func (s *shop) live(trackingURL string) (next func() string) {
	s.Helper()
	link, err := url.Parse(trackingURL)
	if err != nil {
		s.Fatal(err)
	}
	answer, err := http.Get(s.PublicURL + "/trackOrder/live?" + link.RawQuery)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = answer.Body.Close() }) // read only
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		s.Fatalf("answered %d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(answer.Body)
	return func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		return ""
	}
}

func status(t *testing.T, data string) string {
	t.Helper()
	var seen struct{ Status string }
	if err := json.Unmarshal([]byte(data), &seen); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	return seen.Status
}

func TestTheTrackingPageHearsOfEachChange(t *testing.T) {
	s := start(t)
	s.turn("stockist", map[string]any{"answerLater": 500})
	made := s.create(realOrder("Watcher", "testId", 3))
	next := s.live(made.TrackingURL)
	last, heard := "", 0
	for data := next(); data != ""; data = next() {
		last, heard = status(t, data), heard+1
	}
	if last != "DELIVERY_BOOKED" || heard < 2 {
		t.Errorf("heard %d times, the last is %q", heard, last)
	}
	s.call("GET", s.PublicURL+"/trackOrder/live?key=1.2.x", nil).problem(fault.Unauthorized)
}

func TestALiveAnswerDoesNotHoldUpTheEnd(t *testing.T) {
	s := start(t)
	made := s.create(realOrder("Waiting"))
	next := s.live(made.TrackingURL)
	if next() == "" {
		t.Fatal("nothing was said")
	}
	begun := time.Now()
	s.stop()
	if took := time.Since(begun); took > s.config.ShutdownTimeout/2 {
		t.Errorf("stopping took %s", took)
	}
	for next() != "" { // until the end
	}
}

package ops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

var notice = ops.Notice{Transition: ops.Fired, At: time.Unix(1795377600, 0), Shop: "https://shop.example", Alert: ops.Alert{
	ID: "dead-letter/stock.OrderPlaced/1795377600", Rule: "dead-letter", Severity: ops.High, What: "22 dead letters <of> stock & co",
	Do: "Replay them.", Since: time.Unix(1795377590, 0), Fired: time.Unix(1795377600, 0), OrderCount: 22,
	Orders: []ops.OrderLink{{OrderID: 7, Link: "http://127.0.0.1:8081/console/orders/7"}, {OrderID: 8, Link: "http://127.0.0.1:8081/console/orders/8"}},
}}

// running runs a channel inside a bubble.
func running(t *testing.T, send func(context.Context, ops.Notice) error) (o *ops.Channel, log *bytes.Buffer) {
	log = &bytes.Buffer{}
	o = ops.NewChannel("webhook 1", send, slog.New(slog.NewTextHandler(log, nil)))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { o.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return o, log
}

// over returns the notice that ends the alert.
func over() ops.Notice {
	n, ended := notice, notice.Alert.Since.Add(90*time.Second)
	n.Transition, n.Alert.Ended = ops.Over, &ended
	return n
}

// of returns a notice of another alert.
func of(i int) ops.Notice {
	n := notice
	n.Alert.ID = fmt.Sprint("wrong/", i)
	return n
}

func TestThatAnAlertIsOverIsTriedForAWhile(t *testing.T) {
	wait := fault.New(fault.Unavailable, "later")
	wait.RetryAfter = 7 * time.Second
	for name, c := range map[string]struct {
		err   error
		tries int
		last  time.Duration // start of the last try
	}{
		"passing":   {errors.New("down"), 6, 31 * time.Second},
		"permanent": {fault.New(fault.Conflict, "answered 404"), 1, 0},
		"later":     {wait, 6, 35 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun, tries, last := time.Now(), 0, time.Duration(0)
			o, log := running(t, func(context.Context, ops.Notice) error { tries++; last = time.Since(begun); return c.err })
			o.Offer(over())
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			if tries != c.tries || last != c.last || strings.Count(log.String(), "it is at /alerts") != 1 {
				t.Errorf("%s: %d tries, the last after %s, log %s", name, tries, last, log)
			}
		})
	}
}

// TestAnAlertIsTriedForAsLongAsItIsOpen: a receiver that is down for an hour gets it afterwards, and the log has a line
// for the start and the end of that.
func TestAnAlertIsTriedForAsLongAsItIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var heard []ops.Transition
		o, log := running(t, func(_ context.Context, n ops.Notice) error {
			if time.Since(begun) < time.Hour {
				return errors.New("down")
			}
			heard = append(heard, n.Transition)
			return nil
		})
		o.Offer(notice)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if len(heard) != 1 || heard[0] != ops.Fired {
			t.Errorf("heard: %v", heard)
		}
		if lines := strings.Count(log.String(), "\n"); lines != 2 || !strings.Contains(log.String(), "sent again") {
			t.Errorf("the log says %s", log)
		}
	})
}

// TestAnAlertThatIsOverIsNotToldAsOpen: an undelivered notice is dropped once its alert is over.
func TestAnAlertThatIsOverIsNotToldAsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var heard []ops.Transition
		o, _ := running(t, func(_ context.Context, n ops.Notice) error {
			if time.Since(begun) < 100*time.Second {
				return errors.New("down")
			}
			heard = append(heard, n.Transition)
			return nil
		})
		o.Offer(notice)
		time.Sleep(90 * time.Second)
		o.Offer(over())
		o.Offer(of(1))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if len(heard) != 2 || heard[0] == heard[1] || slices.Contains(heard, ops.Repeated) {
			t.Errorf("heard: %v", heard)
		}
	})
}

// TestWhatNoOneEndsIsGivenUp: another copy of the shop may report by now, and this one gets no more news of the alert.
func TestWhatNoOneEndsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		o, log := running(t, func(context.Context, ops.Notice) error { tries++; return errors.New("down") })
		o.Offer(notice)
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if tries < 100 || tries > 140 || strings.Count(log.String(), "it is at /alerts") != 1 {
			t.Errorf("%d tries, log %s", tries, log)
		}
	})
}

// TestAReceiverThatHangsHoldsUpNothing: offering does not block, each try ends, and what does not fit is logged.
func TestAReceiverThatHangsHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		o, log := running(t, func(ctx context.Context, _ ops.Notice) error { tries++; <-ctx.Done(); return ctx.Err() })
		begun := time.Now()
		for i := range 150 {
			o.Offer(of(i))
		}
		if time.Since(begun) != 0 {
			t.Errorf("offering took %s", time.Since(begun))
		}
		time.Sleep(100 * time.Second)
		synctest.Wait()
		if full := strings.Count(log.String(), "too many wait"); full != 50 || tries < 18 {
			t.Errorf("%d tries, %d did not fit", tries, full)
		}
	})
}

func TestWebhooksGetTheNotice(t *testing.T) {
	var body []byte
	status := 204
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s with %q", r.Method, r.Header.Get("Content-Type"))
		}
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(status)
	}))
	defer server.Close()
	if err := ops.ToWebhook(server.URL+"/token")(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	var got ops.Notice
	if err := json.Unmarshal(body, &got); err != nil || got.Alert.ID != notice.Alert.ID || got.Transition != ops.Fired || len(got.Alert.Orders) != 2 || !got.At.Equal(notice.At) {
		t.Errorf("%s, %v", body, err)
	}
	if err := ops.ToSlack(server.URL)(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	var slack map[string]string
	want := ":large_orange_circle: *high, since 19:59:50 UTC* 22 dead letters &lt;of&gt; stock &amp; co\n*Do:* Replay them.\n*Orders:* " +
		"<http://127.0.0.1:8081/console/orders/7|7>, <http://127.0.0.1:8081/console/orders/8|8> and 20 more"
	if err := json.Unmarshal(body, &slack); err != nil || len(slack) != 1 || slack["text"] != want {
		t.Errorf("%s, %v", body, err)
	}
	for answer, permanent := range map[int]bool{404: true, 302: true, 429: false, 500: false} {
		status = answer
		err := ops.ToWebhook(server.URL+"/token")(t.Context(), notice)
		if err == nil || fault.Permanent(err) != permanent || strings.Contains(err.Error(), "token") {
			t.Errorf("%d: %v", answer, err)
		}
		if e, ok := errors.AsType[*fault.Error](err); answer == 429 && (!ok || e.RetryAfter != 3*time.Second) {
			t.Errorf("Retry-After was not heard: %+v", err)
		}
	}
}

// TestAnAddressIsNotTold: webhooks' addresses are secrets.
func TestAnAddressIsNotTold(t *testing.T) {
	for _, address := range []string{"http://127.0.0.1:1/token", "http://a b/token", "https://no.example.invalid/token"} {
		if err := ops.ToSlack(address)(t.Context(), notice); err == nil || strings.Contains(err.Error(), "token") {
			t.Errorf("%v", err)
		}
	}
	for _, address := range []string{"", "token", "ftp://x/token", "://token"} {
		if err := ops.CheckWebhook(address); err == nil || strings.Contains(err.Error(), "token") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestOneReceiverThatHangsDoesNotKeepAnotherFromHearing, over real HTTP.
func TestOneReceiverThatHangsDoesNotKeepAnotherFromHearing(t *testing.T) {
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer hanging.Close()
	defer close(release)
	var heard atomic.Int32
	well := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard.Add(1) }))
	defer well.Close()
	bad, _ := running(t, ops.ToWebhook(hanging.URL))
	good, _ := running(t, ops.ToWebhook(well.URL))
	begun := time.Now()
	for range 50 {
		bad.Offer(notice)
		good.Offer(notice)
	}
	for heard.Load() < 50 && time.Since(begun) < 5*time.Second {
		time.Sleep(time.Millisecond)
	}
	if heard.Load() != 50 {
		t.Errorf("%d of 50 were heard", heard.Load())
	}
}

func TestANoticeAsAMailAndInTheLog(t *testing.T) {
	var letter ops.Message
	over := over()
	send := ops.ToMail(func(_ context.Context, l ops.Message) error { letter = l; return nil })
	if err := send(t.Context(), notice); err != nil || letter.Subject != "[high, since 19:59:50 UTC] 22 dead letters <of> stock & co" ||
		letter.ID != "alert.dead-letter-stock-OrderPlaced-1795377600.fired.1795377600000" ||
		!strings.Contains(letter.Text, "Do:    Replay them.") || !strings.Contains(letter.Text, "7  http://127.0.0.1:8081/console/orders/7") {
		t.Errorf("%+v, %v", letter, err)
	}
	if err := send(t.Context(), over); err != nil || !strings.HasPrefix(letter.Subject, "[over after 1m30s]") || strings.Contains(letter.Text, "Do:") {
		t.Errorf("%+v, %v", letter, err)
	}
	later := notice
	later.Transition, later.At = ops.Repeated, notice.Alert.Since.Add(25*time.Hour)
	if err := send(t.Context(), later); err != nil || !strings.HasPrefix(letter.Subject, "[high, since 2026-11-22 19:59:50 UTC, for 25h0m0s]") {
		t.Errorf("%+v, %v", letter, err)
	}
	text := &bytes.Buffer{}
	log := ops.ToLog(slog.New(slog.NewTextHandler(text, nil)))
	if err := errors.Join(log(t.Context(), notice), log(t.Context(), over)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`level=ERROR msg="alert fired" rule=dead-letter`, `orders="[7 8]" orderCount=22`, `level=INFO msg="alert over"`} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the log lacks %q: %s", want, text)
		}
	}
}

package clustertest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// echo starts an echo server on a free port.
func echo(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c); _ = c.Close() }()
		}
	}()
	return l.Addr().String()
}

// TestACutLosesNothing: what is sent during a cut arrives after it, and not before.
func TestACutLosesNothing(t *testing.T) {
	k, err := newLink("tcp", echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.close)
	c, err := net.Dial("tcp", k.addr())
	if err != nil {
		t.Fatal(err)
	}
	say := func(word string) { _, err = io.WriteString(c, word) }
	hears := func(word string) {
		t.Helper()
		got := make([]byte, len(word))
		if _, failed := io.ReadFull(c, got); errors.Join(err, failed) != nil || string(got) != word {
			t.Fatalf("%q, %v, %v", got, err, failed)
		}
	}
	say("before")
	hears("before")
	k.set(true, 0)
	say("meanwhile")
	_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("something came through a cut link")
	}
	_ = c.SetReadDeadline(time.Time{})
	k.set(false, 0)
	hears("meanwhile")
	k.set(false, 50*time.Millisecond)
	begun := time.Now()
	say("slowly")
	if hears("slowly"); time.Since(begun) < 100*time.Millisecond {
		t.Error("a slow link is not slow")
	}
	k.close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a closed link has a connection")
	}
}

// TestAConnectionBegunDuringACutComesToNothing, so that its client tries again.
func TestAConnectionBegunDuringACutComesToNothing(t *testing.T) {
	k, err := newLink("tcp", echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.close)
	k.set(true, 0)
	c, err := net.Dial("tcp", k.addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "x"); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // the link has it by now, or soon
	_, _ = c.Read(make([]byte, 1))
	_ = c.SetReadDeadline(time.Time{})
	k.set(false, 0)
	if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("it came to something")
	}
}

// TestTheGatewayAsksTheNextCopy if that is safe, and answers 503 if it is not.
func TestTheGatewayAsksTheNextCopy(t *testing.T) {
	var answered atomic.Int64
	good := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); r.Method == http.MethodGet || string(body) == "body" {
			answered.Add(1)
		}
	}))
	t.Cleanup(good.Close)
	breaks := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(breaks.Close)
	address := func(s *httptest.Server) *backend { return &backend{address: s.Listener.Addr().String()} }
	dead := &backend{address: "127.0.0.1:1"}
	for name, c := range map[string]struct {
		other          *backend
		method, key    string
		always, sickly bool // whether every request is answered; whether the other copy is known to be sick
	}{
		"nobody there, safe":            {other: dead, method: "GET", always: true},
		"nobody there, not repeatable":  {other: dead, method: "POST", always: true},
		"breaks off, safe":              {other: address(breaks), method: "GET", always: true},
		"breaks off, with a key":        {other: address(breaks), method: "POST", key: "k", always: true},
		"breaks off, not repeatable":    {other: address(breaks), method: "POST"},
		"sick, and not asked therefore": {other: address(breaks), method: "POST", sickly: true, always: true},
	} {
		answered.Store(0)
		c.other.sick.Store(c.sickly)
		g, err := newGateway("127.0.0.1:0", func(string) []*backend { return []*backend{address(good), c.other} })
		if err != nil {
			t.Fatal(err)
		}
		statuses := map[int]int{}
		for range 4 {
			statuses[ask(t.Context(), t, g, c.method, c.key)]++
		}
		want := map[bool]map[int]int{true: {200: 4}, false: {200: 2, 503: 2}}[c.always]
		if statuses[200] != want[200] || statuses[503] != want[503] || answered.Load() != int64(want[200]) {
			t.Errorf("%s: %v, and %d were answered", name, statuses, answered.Load())
		}
		g.close()
	}
}

func ask(ctx context.Context, t *testing.T, g *gateway, method, key string) (status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+g.listener.Addr().String()+"/x", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

package limit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

var begun = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func from(peer string, forwarded ...string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = peer
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return r
}

// TestAClientIsNotWhoItSaysItIs: only proxies are trusted, and only for what they saw themselves.
func TestAClientIsNotWhoItSaysItIs(t *testing.T) {
	proxies := Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ff::/48")}
	for name, c := range map[string]struct {
		request *http.Request
		want    string // "": this machine, without limits
	}{
		"directly":                     {from("203.0.113.7:1234"), "203.0.113.7/32"},
		"IPv6 by its network":          {from("[2001:db8:1:2:3:4:5:6]:1234"), "2001:db8:1:2::/64"},
		"IPv4 in IPv6":                 {from("[::ffff:203.0.113.7]:1234"), "203.0.113.7/32"},
		"with a zone":                  {from("[fe80::1%eth0]:1234"), "fe80::/64"},
		"this machine":                 {from("127.0.0.1:1234"), ""},
		"this machine, IPv6":           {from("[::1]:1234"), ""},
		"a header of one's own":        {from("203.0.113.7:1", "198.51.100.1"), "203.0.113.7/32"},
		"says it is this machine":      {from("203.0.113.7:1", "127.0.0.1"), "203.0.113.7/32"},
		"by a proxy":                   {from("10.1.1.1:1", "203.0.113.7"), "203.0.113.7/32"},
		"by a proxy on this machine":   {from("127.0.0.1:1", "203.0.113.7"), "203.0.113.7/32"},
		"this machine by a proxy":      {from("127.0.0.1:1", "127.0.0.1"), "127.0.0.1/32"},
		"by a proxy, forged":           {from("10.1.1.1:1", "198.51.100.1, 203.0.113.7"), "203.0.113.7/32"},
		"by a proxy, forged to be us":  {from("10.1.1.1:1", "127.0.0.1, 203.0.113.7"), "203.0.113.7/32"},
		"by a proxy, forged by a line": {from("10.1.1.1:1", "198.51.100.1", "203.0.113.7"), "203.0.113.7/32"},
		"by two proxies":               {from("10.1.1.1:1", "203.0.113.7, 10.2.2.2"), "203.0.113.7/32"},
		"by two proxies, IPv6":         {from("[2001:db8:ff::1]:1", "2001:db8:1::9, 2001:db8:ff::2"), "2001:db8:1::/64"},
		"a proxy that tells the port":  {from("10.1.1.1:1", "203.0.113.7:4711"), "203.0.113.7/32"},
		"a proxy that tells nothing":   {from("10.1.1.1:1", ""), "10.1.1.1/32"},
		"a proxy that tells nonsense":  {from("10.1.1.1:1", "203.0.113.7, unknown"), "10.1.1.1/32"},
		"nonsense by this machine":     {from("127.0.0.1:1", "_hidden"), "127.0.0.1/32"},
		"a proxy for itself":           {from("10.1.1.1:1"), "10.1.1.1/32"},
		"no address":                   {from("@"), "invalid Prefix"},
	} {
		client, limited := proxies.Client(c.request)
		if limited != (c.want != "") || limited && client.String() != c.want {
			t.Errorf("%s: %v, limited %v; want %s", name, client, limited, c.want)
		}
	}
}

func TestRatesAreByClientAndClass(t *testing.T) {
	l, one, other := New(2), netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("203.0.113.8/32")
	for class, most := range map[Class]int{Writes: 20, Reads: 200, Pages: 800, Streams: 20} {
		for i := range most {
			if wait := l.Ask(one, class, begun); wait != 0 {
				t.Fatalf("%v %d is to wait %v", class, i, wait)
			}
		}
		if wait := l.Ask(one, class, begun); wait <= 0 || wait > time.Second {
			t.Errorf("%v: after %d at once the next is to wait %v", class, most, wait)
		}
		if wait := l.Ask(other, class, begun); wait != 0 {
			t.Errorf("%v: another client is to wait %v", class, wait)
		}
	}
	if wait := l.Ask(one, Writes, begun.Add(499*time.Millisecond)); wait != time.Millisecond {
		t.Errorf("who is refused uses up nothing: wait %v", wait)
	}
	if wait := l.Ask(one, Writes, begun.Add(500*time.Millisecond)); wait != 0 {
		t.Errorf("when the wait is over: %v", wait)
	}
}

// TestForgettingChangesNothing: with any turn of the generations, a client gets exactly its rate and burst.
func TestForgettingChangesNothing(t *testing.T) {
	l, who := New(1), netip.MustParsePrefix("2001:db8::/64")
	let := 0
	for ms := 0; ms < 60_000; ms += 50 {
		if l.Ask(who, Writes, begun.Add(time.Duration(ms)*time.Millisecond)) == 0 {
			let++
		}
	}
	if let != 10+59 {
		t.Errorf("%d were let in within a minute", let)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l := New(1)
	l.maxClients = 100
	for i := range 1000 {
		l.Ask(netip.PrefixFrom(netip.AddrFrom4([4]byte{9, 9, byte(i >> 8), byte(i)}), 32), Writes, begun)
	}
	if n := len(l.young) + len(l.old); n > 2*l.maxClients {
		t.Errorf("%d clients are remembered", n)
	}
}

// TestAGuardSaysWhenToComeBack, and does not limit this machine.
func TestAGuardSaysWhenToComeBack(t *testing.T) {
	refused := map[Class]int{}
	g := Guard{
		Limiter: New(0.1), ClassOf: func(*http.Request) Class { return Writes }, Refused: func(_ *http.Request, c Class) { refused[c]++ },
		Now: func() time.Time { return begun },
	}
	h := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	ask := func(r *http.Request) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := ask(from("203.0.113.7:1")); w.Code != http.StatusNoContent {
		t.Errorf("the first: %d", w.Code)
	}
	w := ask(from("203.0.113.7:2"))
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "10" || w.Header().Get("Content-Type") != "application/problem+json" || refused[Writes] != 1 {
		t.Errorf("the second: %d %v %s", w.Code, w.Header(), w.Body)
	}
	for range 100 {
		if w := ask(from("127.0.0.1:1")); w.Code != http.StatusNoContent {
			t.Fatalf("this machine: %d", w.Code)
		}
	}
}

func TestLiveAnswersAreBoundedByClient(t *testing.T) {
	g := Guard{
		Limiter: New(1000), ClassOf: func(*http.Request) Class { return Streams }, Refused: func(*http.Request, Class) {}, Now: time.Now,
	}
	opened, end := make(chan struct{}), make(chan struct{})
	h := g.Streams(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { opened <- struct{}{}; <-end }))
	done := make(chan struct{})
	for i := range maxStreams {
		go func() {
			h.ServeHTTP(httptest.NewRecorder(), from(fmt.Sprintf("203.0.113.7:%d", i+1)))
			done <- struct{}{}
		}()
		<-opened
	}
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, from("203.0.113.7:999")); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("one more: %d %v", w.Code, w.Header())
	}
	close(end)
	for range maxStreams {
		<-done
	}
	if g.Limiter.streams[netip.MustParsePrefix("203.0.113.7/32")] != 0 || !g.Limiter.Open(netip.MustParsePrefix("203.0.113.7/32")) {
		t.Error("ended answers still count")
	}
}

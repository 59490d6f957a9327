package limit

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// line is a listener and a server in one: it accepts connections from named addresses, and records why they are closed.
type line struct {
	*testing.T
	bounds   *Connections
	listener net.Listener
	next     net.Conn
	closed   []string // the reason of each close
	now      time.Time
}

// wire is a connection; ended is how it was ended.
type wire struct {
	net.Conn
	from  string
	ended string
}

func (w *wire) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(w.from)) }
func (w *wire) Close() error         { w.ended += "closed "; return nil }
func (w *wire) SetReadDeadline(time.Time) error {
	w.ended += "no more requests "
	return nil
}

func newLine(t *testing.T, most, perClient int) *line {
	l := &line{T: t, now: begun}
	l.bounds = &Connections{
		Most: most, PerClient: perClient, Proxies: Proxies{netip.MustParsePrefix("10.0.0.0/8")},
		Closed: func(why string) { l.closed = append(l.closed, why) }, Now: func() time.Time { return l.now },
	}
	l.listener = l.bounds.Listen(l)
	return l
}

func (l *line) Accept() (net.Conn, error) {
	if l.next == nil {
		return nil, io.EOF
	}
	c := l.next
	l.next = nil
	return c, nil
}

func (l *line) Close() error   { return nil }
func (l *line) Addr() net.Addr { return nil }

// dial connects; the connection is then idle without a request. It returns nil if the connection was refused.
func (l *line) dial(from string) *wire {
	l.Helper()
	w := &wire{from: from + ":1"}
	l.next = w
	c, err := l.listener.Accept()
	if errors.Is(err, io.EOF) {
		if w.ended != "closed " {
			l.Errorf("a connection without room is %q", w.ended)
		}
		return nil
	}
	l.bounds.State(c, http.StateNew)
	return w
}

// idle connects, and completes a request.
func (l *line) idle(from string) *wire {
	l.Helper()
	w := l.dial(from)
	if w != nil {
		l.bounds.State(w, http.StateActive)
		l.bounds.State(w, http.StateIdle)
	}
	return w
}

// active connects, and starts a request.
func (l *line) active(from string) *wire {
	l.Helper()
	w := l.dial(from)
	if w != nil {
		l.bounds.State(w, http.StateActive)
	}
	return w
}

// TestAClientsOwnLongestIdleConnectionGoesFirst, and no other client's.
func TestAClientsOwnLongestIdleConnectionGoesFirst(t *testing.T) {
	l := newLine(t, 1000, 3)
	other, first, second, third := l.idle("203.0.113.8"), l.idle("203.0.113.7"), l.idle("203.0.113.7"), l.active("203.0.113.7")
	if l.idle("203.0.113.7") == nil || first.ended != "no more requests " || second.ended+third.ended+other.ended != "" || !slices.Equal(l.closed, []string{OfClient}) {
		t.Errorf("first %q, second %q, third %q, other %q, %v", first.ended, second.ended, third.ended, other.ended, l.closed)
	}
	l.bounds.State(first, http.StateClosed)
	if l.bounds.Open() != 4 {
		t.Errorf("%d open", l.bounds.Open())
	}
}

// TestAClientWhoseConnectionsAreAllInUseGetsNoMore; a /64 of IPv6 is one client.
func TestAClientWhoseConnectionsAreAllInUseGetsNoMore(t *testing.T) {
	l := newLine(t, 1000, 3)
	for i, from := range []string{"[2001:db8::1]", "[2001:db8::2]", "[2001:db8::3]"} {
		if l.active(from) == nil {
			t.Fatalf("%d was refused", i)
		}
	}
	if l.dial("[2001:db8::4]") != nil || !slices.Equal(l.closed, []string{OfClient}) {
		t.Errorf("one more was let in: %v", l.closed)
	}
	if l.dial("[2001:db8:0:1::1]") == nil {
		t.Error("another network was refused")
	}
}

// TestWhenThereAreTooManyTheLongestIdleGoesFirst, whoever has it; if it never had a request, it is closed.
func TestWhenThereAreTooManyTheLongestIdleGoesFirst(t *testing.T) {
	l := newLine(t, 4, 4)
	silent, idle := l.dial("203.0.113.1"), l.idle("203.0.113.2")
	busy := []*wire{l.active("203.0.113.3"), l.active("203.0.113.4")}
	if l.active("203.0.113.5") == nil || silent.ended != "closed " || idle.ended != "" {
		t.Fatalf("silent %q, idle %q", silent.ended, idle.ended)
	}
	l.bounds.State(silent, http.StateClosed)
	if l.active("203.0.113.6") == nil || idle.ended != "no more requests " {
		t.Fatalf("idle %q", idle.ended)
	}
	l.bounds.State(idle, http.StateActive) // its request had come already, and is answered
	if l.dial("203.0.113.7") != nil {
		t.Error("there was no room")
	}
	l.bounds.State(busy[0], http.StateClosed)
	l.bounds.State(busy[1], http.StateHijacked)
	if l.dial("203.0.113.7") == nil || !slices.Equal(l.closed, []string{OfAll, OfAll, OfAll}) {
		t.Errorf("%v", l.closed)
	}
}

// TestIdleTimeIsShortUnderPressure: while more than half of all possible connections are open.
func TestIdleTimeIsShortUnderPressure(t *testing.T) {
	l := newLine(t, 6, 6)
	old := []*wire{l.idle("203.0.113.1"), l.idle("203.0.113.2")}
	l.now = l.now.Add(shortIdle)
	young, last := l.idle("203.0.113.3"), l.idle("203.0.113.4")
	if old[0].ended+old[1].ended != "" {
		t.Error("closed without need")
	}
	l.idle("203.0.113.5")
	if old[0].ended == "" || old[1].ended == "" || young.ended+last.ended != "" || !slices.Equal(l.closed, []string{Idle, Idle}) {
		t.Errorf("old %q %q, young %q, last %q: %v", old[0].ended, old[1].ended, young.ended, last.ended, l.closed)
	}
}

// TestProxiesAndThisMachineHaveMoreConnections, and still leave some to others.
func TestProxiesAndThisMachineHaveMoreConnections(t *testing.T) {
	for _, from := range []string{"10.1.1.1", "127.0.0.1", "[::1]"} {
		l := newLine(t, 8, 2)
		for range 6 {
			if l.active(from) == nil {
				t.Fatalf("%s was refused", from)
			}
		}
		if l.dial(from) != nil || l.dial("203.0.113.1") == nil {
			t.Errorf("%s may have more than three quarters", from)
		}
	}
}

// TestConnectionsLeaveNothingBehind: closed connections are removed, and so are their clients.
func TestConnectionsLeaveNothingBehind(t *testing.T) {
	l := newLine(t, 100, 10)
	var all []*wire
	for range 9 {
		all = append(all, l.dial("203.0.113.1"), l.idle("203.0.113.2"), l.active("203.0.113.3"))
	}
	for _, w := range all {
		l.bounds.State(w, http.StateClosed)
	}
	if b := l.bounds; b.Open() != 0 || len(b.open)+len(b.clients)+b.all.waiting.Len() != 0 {
		t.Errorf("%d open, %d connections, %d clients, %d wait", b.Open(), len(b.open), len(b.clients), b.all.waiting.Len())
	}
}

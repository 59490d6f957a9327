package clustertest

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// link is the network between two processes: a proxy that can be cut and slowed. As in a network, a cut loses no data and
// resets nothing: data sent meanwhile arrives after the cut. A connection attempted during a cut fails (the link accepts
// it, stays silent, and resets it after the cut).
type link struct {
	listener        net.Listener
	network, target string

	mu      sync.Mutex
	cut     bool
	delay   time.Duration // for each piece of data, up to half more at random
	changed chan struct{} // closed when cut or delay change
	conns   map[net.Conn]bool
	closed  bool
}

// newLink listens on a free port, and forwards connections to an address.
func newLink(network, target string) (*link, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	k := &link{listener: l, network: network, target: target, changed: make(chan struct{}), conns: map[net.Conn]bool{}}
	go k.serve()
	return k, nil
}

func (k *link) addr() string { return k.listener.Addr().String() }

// set cuts, slows or restores the link.
func (k *link) set(cut bool, delay time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cut, k.delay = cut, delay
	close(k.changed)
	k.changed = make(chan struct{})
}

// lead ends all connections, and forwards new ones to another address.
func (k *link) lead(target string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.target = target
	for c := range k.conns {
		_ = c.Close() // ends its pumps
	}
}

func (k *link) leadsTo() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.target
}

func (k *link) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	k.closed = true
	_ = k.listener.Close() // ends serve
	for c := range k.conns {
		_ = c.Close() // ends its pumps
	}
	close(k.changed)
}

// keep records a connection, and returns false if the link is closed.
func (k *link) keep(c net.Conn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed {
		k.conns[c] = true
	}
	return !k.closed
}

func (k *link) drop(c net.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.conns, c)
	_ = c.Close() // it may be closed already
}

func (k *link) serve() {
	for {
		c, err := k.listener.Accept()
		if err != nil {
			return
		}
		go k.carry(c)
	}
}

// carry joins a connection with one to the target, until both directions have ended.
func (k *link) carry(from net.Conn) {
	defer k.drop(from)
	if !k.keep(from) {
		return
	}
	if k.isCut() {
		k.passes()
		reset(from)
		return
	}
	to, err := net.DialTimeout(k.network, k.leadsTo(), 5*time.Second)
	if err != nil {
		reset(from) // the nearest to a refused connection
		return
	}
	defer k.drop(to)
	if !k.keep(to) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { k.pump(from, to) })
	both.Go(func() { k.pump(to, from) })
	both.Wait()
}

// pump forwards one direction, and its end.
func (k *link) pump(from, to net.Conn) {
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if !k.passes() {
			return
		}
		if n > 0 {
			if _, failed := to.Write(piece[:n]); failed != nil {
				reset(from)
				return
			}
		}
		switch half, can := to.(interface{ CloseWrite() error }); {
		case err == nil:
			continue
		case errors.Is(err, io.EOF) && can:
			_ = half.CloseWrite() // the other direction may continue
		default:
			reset(to)
		}
		return
	}
}

func (k *link) isCut() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.cut
}

// passes waits until data may pass, and returns false if the link is closed.
func (k *link) passes() bool {
	var waited bool
	for {
		k.mu.Lock()
		cut, delay, changed, closed := k.cut, k.delay, k.changed, k.closed
		k.mu.Unlock()
		switch {
		case closed:
			return false
		case cut:
			<-changed
		case delay > 0 && !waited:
			waited = true
			select {
			case <-time.After(delay + rand.N(delay/2+1)):
			case <-changed:
			}
		default:
			return true
		}
	}
}

// reset ends a connection as a dead process does.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // it may have ended
	}
	_ = c.Close()
}

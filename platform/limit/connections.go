package limit

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Why a connection is closed, for Connections.Closed.
const (
	OfClient = "client" // its client has too many
	OfAll    = "all"    // there are too many
	Idle     = "idle"   // it was idle for a while, and there are many
)

// shortIdle is how long a connection may be idle while more than half of all possible connections are open.
const shortIdle = 5 * time.Second

// Connections bounds the open connections of a server, in total and per client. When there are too many, the one that has
// been idle longest is closed; if none is idle, the new one. Its memory grows with the connections. All fields must be
// set before Listen; use the method State as the server's ConnState.
type Connections struct {
	Most      int // in total
	PerClient int // per client; 0 means Most. Trusted proxies and this machine, which forward for many, may have three quarters of Most
	Proxies   Proxies
	Closed    func(why string) // called for each connection closed for others
	Now       func() time.Time

	mu      sync.Mutex
	all     group
	clients map[netip.Prefix]*group
	open    map[net.Conn]*connection
}

// group is a set of open connections that share a bound.
type group struct {
	open    int
	waiting list.List // those without a request, the longest idle first
}

type connection struct {
	net.Conn
	who            netip.Prefix
	client         *group
	fresh          bool          // it never had a request
	since          time.Time     // when it became idle
	inAll, inOwner *list.Element // nil while it has a request
}

// Listen bounds the connections that a listener accepts.
func (b *Connections) Listen(l net.Listener) net.Listener {
	b.clients, b.open = map[netip.Prefix]*group{}, map[net.Conn]*connection{}
	return &bounded{l, b}
}

type bounded struct {
	net.Listener
	bounds *Connections
}

// Accept returns the next connection for which there is room.
func (l *bounded) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil || l.bounds.take(c) {
			return c, err
		}
		_ = c.Close() // an error is of no use
	}
}

// Open returns how many connections are open.
func (b *Connections) Open() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.open
}

// take makes room for a connection and counts it, or reports that there is none.
func (b *Connections) take(conn net.Conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	peer := address(conn.RemoteAddr().String())
	who, most := network(peer), b.most(peer)
	client := b.clients[who]
	if client == nil {
		client = &group{}
	}
	b.tire()
	if !b.room(client, most, OfClient) || !b.room(&b.all, b.Most, OfAll) {
		return false
	}
	b.clients[who] = client
	c := &connection{Conn: conn, who: who, client: client, fresh: true}
	b.open[conn] = c
	b.all.open++
	client.open++
	b.wait(c)
	return true
}

// most returns how many connections an address may have.
func (b *Connections) most(peer netip.Addr) int {
	switch {
	case b.PerClient == 0:
		return b.Most
	case b.Proxies.trusted(peer):
		return max(1, b.Most*3/4)
	}
	return min(b.PerClient, b.Most)
}

// tire closes connections that have been idle for shortIdle, if many are open.
func (b *Connections) tire() {
	for longest := b.all.waiting.Front(); b.all.open > b.Most/2 && longest != nil; longest = b.all.waiting.Front() {
		c := longest.Value.(*connection)
		if b.Now().Sub(c.since) < shortIdle {
			return
		}
		b.end(c, Idle)
	}
}

// room makes room for one more in a group. A connection counts until it is closed, so a few more than the bound may be
// open for a moment.
func (b *Connections) room(g *group, most int, why string) bool {
	longest := g.waiting.Front()
	switch {
	case g.open < most:
		return true
	case longest == nil || g.open >= most+1+most/8:
		b.Closed(why)
		return false
	}
	b.end(longest.Value.(*connection), why)
	return true
}

// end ends an idle connection. If it has had requests, a request that has just come is still answered: its server only
// stops waiting for the next. It moves to the end of the list, in case one has come.
func (b *Connections) end(c *connection, why string) {
	b.Closed(why)
	b.busy(c)
	b.wait(c)
	if c.fresh {
		_ = c.Close() // the server notices
		return
	}
	_ = c.SetReadDeadline(time.Unix(1, 0)) // it may be closed already
}

// wait puts a connection at the end of the lists of idle ones; busy removes it.
func (b *Connections) wait(c *connection) {
	c.since = b.Now()
	c.inAll, c.inOwner = b.all.waiting.PushBack(c), c.client.waiting.PushBack(c)
}

func (b *Connections) busy(c *connection) {
	if c.inAll != nil {
		b.all.waiting.Remove(c.inAll)
		c.client.waiting.Remove(c.inOwner)
		c.inAll, c.inOwner = nil, nil
	}
}

// State follows the state of a connection.
func (b *Connections) State(conn net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.open[conn]
	if c == nil || state == http.StateNew {
		return
	}
	b.busy(c)
	switch state {
	case http.StateActive:
		c.fresh = false
	case http.StateIdle:
		b.wait(c)
	default:
		delete(b.open, conn)
		b.all.open--
		if c.client.open--; c.client.open == 0 {
			delete(b.clients, c.who)
		}
	}
}

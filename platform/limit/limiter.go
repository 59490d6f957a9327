package limit

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Class is a kind of request with a limit of its own, so that a client that reads much can still order.
type Class int

// The classes, the most expensive first.
const (
	Writes Class = iota // each may take money or a slot, or send a mail
	Reads               // each queries the database
	Pages               // from memory; also callbacks, which are many and signed
	Streams
	classes
)

func (c Class) String() string { return [classes]string{"writes", "reads", "pages", "streams"}[c] }

const (
	// burst is how much of its rate a client may save up.
	burst = 10 * time.Second
	// maxClients bounds each of two generations: some 400 bytes each, 16 MB in total.
	maxClients = 20_000
	// maxStreams is how many live answers one client may have at once, enough for many customers behind one address.
	maxStreams = 50
)

// shares is the rate of each class as a multiple of the rate of writes.
var shares = [classes]float64{Writes: 1, Reads: 10, Pages: 40, Streams: 1}

// Limiter counts requests: a token bucket for each client and class. It is safe for concurrent use.
//
// A bucket that was unused for burst is full, like a new one, and can be dropped. So clients are kept in two generations,
// and the older one is dropped when the younger one has had its time, or is full.
type Limiter struct {
	perSecond  float64
	maxClients int

	mu         sync.Mutex
	young, old map[netip.Prefix]*client
	rotated    time.Time
	streams    map[netip.Prefix]int
}

type client [classes]*rate.Limiter

// New returns a limiter that allows each client that many writes a second on average.
func New(perSecond float64) *Limiter {
	return &Limiter{perSecond: perSecond, maxClients: maxClients, young: map[netip.Prefix]*client{}, streams: map[netip.Prefix]int{}}
}

// Ask counts one request of a client. It returns 0 if it is allowed, else how long to wait.
func (l *Limiter) Ask(who netip.Prefix, class Class, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	reservation := l.bucket(who, class, now).ReserveN(now, 1)
	if wait = reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

func (l *Limiter) bucket(who netip.Prefix, class Class, now time.Time) *rate.Limiter {
	if now.Sub(l.rotated) >= burst || len(l.young) >= l.maxClients {
		l.young, l.old, l.rotated = map[netip.Prefix]*client{}, l.young, now
	}
	c := l.young[who]
	if c == nil {
		if c = l.old[who]; c == nil {
			c = &client{}
		}
		l.young[who] = c
	}
	if c[class] == nil {
		perSecond := l.perSecond * shares[class]
		c[class] = rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond*burst.Seconds())))
	}
	return c[class]
}

// Open counts a live answer of a client, and reports whether it is allowed. Close ends it.
func (l *Limiter) Open(who netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[who] >= maxStreams {
		return false
	}
	l.streams[who]++
	return true
}

// Close ends a live answer that Open began.
func (l *Limiter) Close(who netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[who]--; l.streams[who] <= 0 {
		delete(l.streams, who)
	}
}

package limit

import (
	"io"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"acme.example/webshop/platform/fault"
)

// Bodies bounds the bytes of request bodies in memory, in total and per limited client, so that slow senders fill only
// their own share. It is safe for concurrent use. All fields must be set.
type Bodies struct {
	Most, PerClient int64
	Proxies         Proxies
	Refused         func(why string) // called for each refusal: OfClient or OfAll

	mu  sync.Mutex
	all int64
	of  map[netip.Prefix]int64
}

// Of returns a reader of a request's body that counts what it reads until done is called. If there is no room, it fails
// with fault.TooMany or fault.Unavailable.
func (b *Bodies) Of(r *http.Request) (body io.Reader, done func()) {
	who, limited := b.Proxies.Client(r)
	c := &counted{Reader: r.Body, bodies: b, who: who, limited: limited && b.PerClient > 0}
	return c, func() { b.release(c.who, c.limited, c.bytes) }
}

// Bytes returns how many are in memory.
func (b *Bodies) Bytes() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all
}

type counted struct {
	io.Reader
	bodies  *Bodies
	who     netip.Prefix
	limited bool
	bytes   int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if full := c.bodies.take(c.who, c.limited, int64(n)); full != nil {
		return 0, full
	}
	c.bytes += int64(n)
	return n, err
}

func (b *Bodies) take(who netip.Prefix, limited bool, n int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case limited && b.of[who]+n > b.PerClient:
		return b.full(OfClient, fault.New(fault.TooMany, "too many requests from your network are being sent at once; nothing was done"))
	case b.all+n > b.Most:
		return b.full(OfAll, fault.New(fault.Unavailable, "very many requests are coming in; nothing was done, please try again in a moment"))
	}
	b.all += n
	if limited && n > 0 {
		if b.of == nil {
			b.of = map[netip.Prefix]int64{}
		}
		b.of[who] += n
	}
	return nil
}

func (b *Bodies) full(why string, e *fault.Error) error {
	b.Refused(why)
	e.RetryAfter = time.Second
	return e
}

func (b *Bodies) release(who netip.Prefix, limited bool, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all -= n
	if !limited {
		return
	}
	if b.of[who] -= n; b.of[who] <= 0 {
		delete(b.of, who)
	}
}

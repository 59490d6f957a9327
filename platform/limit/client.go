// Package limit bounds how much one client may ask of the shop, so that no client can keep others out.
//
// It guarantees: a client is the peer, or whom a trusted proxy names, never whom the client itself claims to be; a client
// within its rate is not refused, whatever others do; and memory is bounded.
package limit

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks whose X-Forwarded-For is trusted. This machine is always trusted: callers on it have no limits
// anyway, so a forged client gains nothing.
type Proxies []netip.Prefix

// network returns what one customer usually has: an IPv4 address, or a /64 of IPv6, from which each request may use
// another address.
func network(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: these share one limit
	}
	return p
}

// Client returns the client of a request, and whether it is limited; callers on this machine are not.
func (p Proxies) Client(r *http.Request) (client netip.Prefix, limited bool) {
	peer := address(r.RemoteAddr)
	said := r.Header.Values("X-Forwarded-For")
	if len(said) == 0 {
		return network(peer), !peer.IsLoopback()
	}
	return network(p.behind(peer, strings.Split(strings.Join(said, ","), ","))), true
}

// Peer returns the network of the connection's address, whatever client it forwards.
func Peer(r *http.Request) netip.Prefix { return network(address(r.RemoteAddr)) }

// behind follows the hops backwards while they are trusted. What a client wrote into the header itself precedes what the
// proxies added, and is never reached. A proxy without a readable hop counts as the client.
func (p Proxies) behind(peer netip.Addr, hops []string) netip.Addr {
	client := peer
	for i := len(hops) - 1; i >= 0 && p.trusted(client); i-- {
		hop := address(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		client = hop
	}
	return client
}

func (p Proxies) trusted(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	for _, proxies := range p {
		if proxies.Contains(a) {
			return true
		}
	}
	return false
}

// address parses an address with or without a port; the zero Addr if it is invalid.
func address(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

type clientKey struct{}

// WithClient returns a context with a limited client.
func WithClient(ctx context.Context, client netip.Prefix) context.Context {
	return context.WithValue(ctx, clientKey{}, client)
}

// ClientOf returns the client of WithClient, and whether there is one.
func ClientOf(ctx context.Context) (client netip.Prefix, limited bool) {
	client, limited = ctx.Value(clientKey{}).(netip.Prefix)
	return client, limited
}

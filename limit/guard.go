package limit

import (
	"net/http"
	"net/netip"
	"time"

	"acme.example/webshop/fault"
)

// Guard refuses who asks too much. All fields must be set.
type Guard struct {
	Limiter *Limiter
	Proxies Proxies
	ClassOf func(*http.Request) Class
	Refused func(Class) // hears of each refusal
	Now     func() time.Time
}

// Handler puts the guard before a handler.
func (g *Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, limited := g.Proxies.Client(r)
		if !limited {
			next.ServeHTTP(w, r)
			return
		}
		class := g.ClassOf(r)
		if wait := g.Limiter.Ask(client, class, g.Now()); wait > 0 {
			g.refuse(w, class, wait, "too many requests from your network")
			return
		}
		if class == Streams {
			g.stream(w, r, next, client)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// stream serves a live answer, which counts for as long as it lasts.
func (g *Guard) stream(w http.ResponseWriter, r *http.Request, next http.Handler, client netip.Prefix) {
	if !g.Limiter.Open(client) {
		g.refuse(w, Streams, 15*time.Second, "too many live pages from your network")
		return
	}
	defer g.Limiter.Close(client)
	next.ServeHTTP(w, r)
}

func (g *Guard) refuse(w http.ResponseWriter, class Class, wait time.Duration, why string) {
	g.Refused(class)
	e := fault.New(fault.TooMany, "%s; ask again after the time in Retry-After", why)
	e.RetryAfter = wait
	fault.Write(w, e)
}

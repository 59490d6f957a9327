package limit

import (
	"net/http"
	"time"

	"acme.example/webshop/platform/fault"
)

// Guard refuses requests over their client's rate. All fields must be set.
type Guard struct {
	Limiter *Limiter
	Proxies Proxies
	ClassOf func(*http.Request) Class
	Refused func(*http.Request, Class) // called for each refusal
	Now     func() time.Time
}

// Handler wraps a handler. Streams bounds live answers.
func (g *Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, limited := g.Proxies.Client(r)
		if !limited {
			next.ServeHTTP(w, r)
			return
		}
		class := g.ClassOf(r)
		if wait := g.Limiter.Ask(client, class, g.Now()); wait > 0 {
			g.refuse(w, r, class, wait, "too many requests from your network")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Streams bounds a client's concurrent live answers. Wrap only what runs after the body was read, so that a stalled body
// does not count.
func (g *Guard) Streams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, limited := g.Proxies.Client(r)
		if !limited || g.ClassOf(r) != Streams {
			next.ServeHTTP(w, r)
			return
		}
		if !g.Limiter.Open(client) {
			g.refuse(w, r, Streams, 15*time.Second, "too many live pages from your network")
			return
		}
		defer g.Limiter.Close(client)
		next.ServeHTTP(w, r)
	})
}

func (g *Guard) refuse(w http.ResponseWriter, r *http.Request, class Class, wait time.Duration, why string) {
	g.Refused(r, class)
	e := fault.New(fault.TooMany, "%s; ask again after the time in Retry-After", why)
	e.RetryAfter = wait
	fault.Write(w, e)
}

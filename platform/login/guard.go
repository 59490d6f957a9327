package login

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/limit"
)

// Reason says why a caller was refused.
type Reason string

// The reasons.
const (
	NoToken    Reason = "no-token"    // there was none
	WrongToken Reason = "wrong-token" // an unknown one
	Slowed     Reason = "slowed"      // too many wrong ones
	WrongRole  Reason = "wrong-role"  // the caller's roles do not allow it
)

// Guard protects the private listener. All fields must be set.
type Guard struct {
	Tokens   *Tokens
	Sessions *Sessions
	Guesses  *Guesses
	Proxies  limit.Proxies
	// Free reports whether a request needs no credential because of where it comes from.
	Free func(*http.Request) bool
	// Needs returns the roles that allow a request; one of them is enough.
	Needs   func(*http.Request) []Role
	Refused func(*http.Request, Reason) // called for each refusal
}

// Handler wraps a handler, which finds the caller in the request's context (Of).
func (g *Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, why, wait := g.caller(r)
		stranger := c.Name == "" && !g.Tokens.Any() // nobody can log in
		if why == "" && (stranger || !c.May(g.Needs(r)...)) {
			why = WrongRole
			if c.Name == "" {
				why = NoToken
			}
		}
		if why != "" {
			g.refuse(w, r, why, wait, c)
			return
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
	})
}

// Lets reports whether a request would be accepted, by a token that is not slowed down or by a session.
func (g *Guard) Lets(r *http.Request) bool {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	c, found := g.Tokens.Find(token)
	return bearer && found && c.May(g.Needs(r)...)
}

// caller returns the caller, or why the request is refused.
func (g *Guard) caller(r *http.Request) (c Caller, why Reason, wait time.Duration) {
	if shown := r.Header.Get("Authorization"); shown != "" {
		token, bearer := strings.CutPrefix(shown, "Bearer ")
		if !bearer {
			token = "" // nobody's
		}
		return g.shown(r, token)
	}
	if cookie, err := r.Cookie(CookieName); err == nil {
		if c, valid := g.Sessions.Caller(cookie.Value); valid {
			return c, "", 0
		}
	}
	if g.Free(r) {
		return Caller{Name: Local, Roles: []Role{Admin}}, "", 0
	}
	return Caller{}, "", 0
}

// shown returns the token's owner.
func (g *Guard) shown(r *http.Request, token string) (Caller, Reason, time.Duration) {
	return whose(r, token, g.Tokens, g.Guesses, g.Proxies)
}

// whose returns the owner of a request's token. Guesses are checked only while their client has not made too many.
func whose(r *http.Request, token string, known *Tokens, guesses *Guesses, proxies limit.Proxies) (Caller, Reason, time.Duration) {
	client, _ := proxies.Client(r)
	if wait := guesses.Ask(client, limit.Peer(r), token); wait > 0 {
		return Caller{}, Slowed, wait
	}
	c, found := known.Find(token)
	if !found {
		return Caller{}, WrongToken, 0
	}
	guesses.Right(client, token)
	return c, "", 0
}

func (g *Guard) refuse(w http.ResponseWriter, r *http.Request, why Reason, wait time.Duration, c Caller) {
	if why == NoToken && g.Tokens.Any() && page(r) {
		http.Redirect(w, r, Path+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	g.Refused(r, why)
	fault.Write(w, g.problem(w, why, wait, c))
}

func (g *Guard) problem(w http.ResponseWriter, why Reason, wait time.Duration, c Caller) error {
	switch why {
	case WrongRole:
		return fault.New(fault.Forbidden, "%s may not do this: it takes another role", c.Name)
	case NoToken:
		w.Header().Set("WWW-Authenticate", "Bearer")
		return fault.New(fault.Unauthorized, "this listener takes a token, or a session from %s", Path)
	}
	return wrongToken(w, why, wait)
}

// wrongToken is the answer to an unknown token, or to too many of them.
func wrongToken(w http.ResponseWriter, why Reason, wait time.Duration) error {
	if why == Slowed {
		slow := fault.New(fault.TooMany, "too many tokens that are not known; show another one after the time in Retry-After")
		slow.RetryAfter = wait
		return slow
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	return fault.New(fault.Unauthorized, "this token is not known; nothing was done")
}

// page reports whether a person requests a page, and can be sent to the login page.
func page(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")
}

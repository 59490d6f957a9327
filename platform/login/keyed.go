package login

import (
	"net/http"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/limit"
)

// Keyed stands before what programs call with a token, shown as X-Api-Key or as a bearer. It lets nobody in by a session, and
// nobody because of where they are. All fields must be set.
type Keyed struct {
	Tokens  *Tokens
	Guesses *Guesses
	Proxies limit.Proxies
	Refused func(*http.Request, Reason) // hears of each refusal
}

// ShowsKey reports whether a request shows a token, whatever it is.
func ShowsKey(r *http.Request) bool {
	return len(r.Header.Values("X-Api-Key")) > 0 || len(r.Header.Values("Authorization")) > 0
}

// keyOf is the token that a request shows; "", which is nobody's, when it has another form. Clients of a gateway may sign
// their requests (Authorization) beside the key.
func keyOf(r *http.Request) string {
	if keys := r.Header.Values("X-Api-Key"); len(keys) > 0 {
		return keys[0]
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		return ""
	}
	return token
}

// Handler puts the guard before a handler, which finds the caller in the request's context (Of).
func (k *Keyed) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ShowsKey(r) {
			k.refuse(w, r, NoToken, 0)
			return
		}
		c, why, wait := whose(r, keyOf(r), k.Tokens, k.Guesses, k.Proxies)
		if why != "" {
			k.refuse(w, r, why, wait)
			return
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
	})
}

func (k *Keyed) refuse(w http.ResponseWriter, r *http.Request, why Reason, wait time.Duration) {
	k.Refused(r, why)
	if why == NoToken {
		w.Header().Set("WWW-Authenticate", "Bearer")
		fault.Write(w, fault.New(fault.Unauthorized, "this address takes a token, as the header X-Api-Key or as Authorization: Bearer …"))
		return
	}
	fault.Write(w, wrongToken(w, why, wait))
}

package login

import (
	"net/http"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/limit"
)

// Keyed guards what programs call with a token, sent as X-Api-Key or as a bearer token. Neither a session nor the
// caller's address suffices. All fields must be set.
type Keyed struct {
	Tokens  *Tokens
	Guesses *Guesses
	Proxies limit.Proxies
	Refused func(*http.Request, Reason) // called for each refusal
}

// ShowsKey reports whether a request has a token, valid or not.
func ShowsKey(r *http.Request) bool {
	return len(r.Header.Values("X-Api-Key")) > 0 || len(r.Header.Values("Authorization")) > 0
}

// keyOf returns a request's token; "" if it has another form. Clients of a gateway may sign their requests
// (Authorization) besides.
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

// Handler wraps a handler, which finds the caller in the request's context (Of).
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

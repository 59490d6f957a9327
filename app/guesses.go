package app

import (
	"context"
	"net/http"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/limit"
)

// guessing bounds how many wrong codes the clients of the public listener may give. This machine and the private listener
// have no bound.
func (s *system) guessing() func(ctx context.Context, wrong []string) error {
	guesses := limit.NewGuesses()
	return func(ctx context.Context, wrong []string) error {
		client, limited := limit.ClientOf(ctx)
		if !limited {
			return nil
		}
		wait := guesses.Try(client, wrong, s.now())
		if wait == 0 {
			return nil
		}
		s.counts.limitReached(limitCodes)
		e := fault.New(fault.TooMany, "too many codes that do not exist; try again after the time in Retry-After, or order without a code")
		e.RetryAfter = wait
		return e
	}
}

// limitCodes is the label of refused codes.
const limitCodes = "codes"

// withClient puts a limited client into the context, for limits other than the rate of requests.
func withClient(proxies limit.Proxies) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if client, limited := proxies.Client(r); limited {
				r = r.WithContext(limit.WithClient(r.Context(), client))
			}
			next.ServeHTTP(w, r)
		})
	}
}

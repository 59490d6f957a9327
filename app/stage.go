package app

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"acme.example/webshop/platform/login"
	"acme.example/webshop/surfaces/edge"
)

// The seed's routes, which its clients call on one host under the name of a stage.
var (
	outerRoutes = []string{"/createOrder", "/bookDelivery", "/deliveryTimes"}
	innerRoutes = []string{"/placeOrder", "/updateOrderStatus", "/stock", "/finance", "/email", "/database"}
)

// unprefixed serves the outer routes under the stage's prefix as without it. It leaves a booking with a token to staged.
func (s *system) unprefixed(next http.Handler) http.Handler {
	if s.cfg.Stage == "" {
		return next
	}
	prefix := "/" + s.cfg.Stage
	outer := http.StripPrefix(prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, under := strings.CutPrefix(r.URL.Path, prefix)
		inner := path == "/bookDelivery" && s.cfg.StageToken != "" && login.ShowsKey(r)
		if under && slices.Contains(outerRoutes, path) && !inner {
			outer.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// staged serves the inner routes under the stage's prefix, to callers with the stage's token. That token opens nothing
// else, and no other token opens them.
func (s *system) staged(mux *http.ServeMux) {
	if s.cfg.StageToken == "" {
		return
	}
	tokens, prefix := &login.Tokens{}, "/"+s.cfg.Stage
	tokens.Add(string(s.cfg.StageToken), login.Caller{Name: byStage, Roles: []login.Role{login.Stage}})
	guard := &login.Keyed{
		Tokens: tokens, Guesses: login.NewGuesses(s.now), Proxies: s.cfg.TrustedProxy,
		Refused: func(r *http.Request, why login.Reason) { s.security.logins.refused(r, string(why)) },
	}
	inner := edge.Chain(s.inner(), func(next http.Handler) http.Handler { return http.StripPrefix(prefix, next) }, guard.Handler, named, s.recorder.Recorded)
	for _, path := range append([]string{"/bookDelivery"}, innerRoutes...) {
		edge.Handle(mux, prefix+path, inner, http.MethodPost)
	}
}

// inner serves what the private listener does, without what is for people.
func (s *system) inner() http.Handler {
	mux := http.NewServeMux()
	s.privateAPI(edge.NewAPI(mux, privateTitle, Version))
	s.elsewhere(mux, privateTitle)
	mux.Handle("/database", s.graphql())
	return mux
}

// stageName matches the names that a stage of API Gateway can have.
var stageName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// checkStage checks the stage and its token.
func (c Config) checkStage() error {
	switch {
	case c.Stage == "" && c.StageToken != "":
		return errors.New("--stage-token opens routes under --stage: give that too, or neither")
	case c.Stage == "":
		return nil
	case !stageName.MatchString(c.Stage), c.Stage == "callbacks": // where partners call
		return errors.New("--stage must be a name such as dev, of letters, digits, - and _, and not callbacks")
	case c.StageToken != "" && len(c.StageToken) < shortestToken:
		return fmt.Errorf("--stage-token must have at least %d bytes, so that it cannot be guessed", shortestToken)
	}
	for flag, token := range c.otherTokens() {
		if token == string(c.StageToken) && token != "" {
			return fmt.Errorf("--stage-token equals %s: its holder could use both; use another one", flag)
		}
	}
	return nil
}

// otherTokens returns all tokens but the stage's, by setting.
func (c Config) otherTokens() map[string]string {
	all := map[string]string{"--private-token": string(c.PrivateToken), "--test-token": string(c.TestToken)}
	for _, p := range c.parties() {
		all["--"+p.name+"-token"] = string(p.token)
	}
	named, _ := c.operators() // checkOperators reports its errors
	for _, o := range named {
		all["--operator "+o.name] = o.token
	}
	return all
}

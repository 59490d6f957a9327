package app

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/login"
	"acme.example/webshop/surfaces/edge"
	"acme.example/webshop/surfaces/ops"
)

const (
	// byToken is the name of callers with the private token, and byStage with the stage token.
	byToken = order.ByToken
	byStage = order.ByStage
)

// operator is a person who may act on the private listener.
type operator struct {
	name, token string
	roles       []login.Role
}

// operatorName matches names that are short enough for a list, and cannot be mistaken for a caller without a name.
var operatorName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,31}$`)

// operators parses --operator: NAME:ROLE,ROLE=TOKEN, or NAME=TOKEN for an operator with all roles, as before roles
// existed. Several are separated by commas, so an entry with more than one role arrives in pieces.
func (c Config) operators() (all []operator, err error) {
	seen := append([]string{event.ByScreening}, order.NoOnes...)
	for _, entry := range joined(c.Operator) {
		o, err := readOperator(entry)
		if err != nil {
			return nil, err
		}
		if slices.Contains(seen, o.name) {
			return nil, fmt.Errorf("--operator: the name %s is there twice, or is reserved", o.name)
		}
		if slices.ContainsFunc(all, func(other operator) bool { return other.token == o.token }) {
			return nil, fmt.Errorf("--operator: the token of %s is another operator's too: the shop could not distinguish them; give each its own", o.name)
		}
		all, seen = append(all, o), append(seen, o.name)
	}
	return all, nil
}

// joined joins the pieces of entries: an entry ends with its token.
func joined(pieces []Secret) (entries []string) {
	rest := ""
	for _, p := range pieces {
		rest += string(p)
		if !strings.Contains(string(p), "=") {
			rest += ","
			continue
		}
		entries, rest = append(entries, rest), ""
	}
	if rest != "" {
		entries = append(entries, rest)
	}
	return entries
}

func readOperator(entry string) (operator, error) {
	who, token, found := strings.Cut(entry, "=")
	name, roles, some := strings.Cut(who, ":")
	if !found || !operatorName.MatchString(name) || len(token) < shortestToken {
		return operator{}, fmt.Errorf("--operator must be NAME:ROLE,ROLE=TOKEN or NAME=TOKEN: a name of letters and digits, and at least %d bytes that cannot be guessed", shortestToken)
	}
	o := operator{name, token, []login.Role{login.Admin}}
	if some {
		var err error
		if o.roles, err = login.ParseRoles(roles); err != nil {
			return operator{}, fmt.Errorf("--operator %s: %w", name, err)
		}
	}
	return o, nil
}

func (c Config) checkOperators() error {
	named, err := c.operators()
	if c.PrivateToken != "" && len(c.PrivateToken) < shortestToken {
		err = errors.Join(err, fmt.Errorf("--private-token must have at least %d bytes, so that it cannot be guessed", shortestToken))
	}
	if slices.ContainsFunc(named, func(o operator) bool { return o.token == string(c.PrivateToken) }) {
		err = errors.Join(err, errors.New("--private-token is the token of an operator too: it would give them more than their roles; use another one"))
	}
	return err
}

// tokens returns all tokens.
func (c Config) tokens() (*login.Tokens, error) {
	all := &login.Tokens{}
	named, err := c.operators()
	for _, o := range named {
		all.Add(o.token, login.Caller{Name: o.name, Roles: o.roles})
	}
	if token := cmp.Or(c.PrivateToken, c.keptToken); token != "" {
		all.Add(string(token), login.Caller{Name: byToken, Roles: []login.Role{login.Admin}})
	}
	return all, err
}

// newGuard returns the login guard of the private listener.
func (s *system) newGuard() (*login.Guard, error) {
	tokens, err := s.cfg.tokens()
	if err != nil {
		return nil, err
	}
	free := func(r *http.Request) bool { return s.mode == localMode && edge.FromHere(r) }
	return &login.Guard{
		Tokens: tokens, Sessions: &login.Sessions{Tokens: tokens, Now: s.now}, Guesses: login.NewGuesses(s.now), Proxies: s.cfg.TrustedProxy,
		Free: free, Needs: needs, Refused: func(r *http.Request, why login.Reason) { s.security.logins.refused(r, string(why)) },
	}, nil
}

// named puts the caller's name into the context, for actions (ops.Who) and the security log.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(ops.WithWho(withRequest(r), login.Of(r.Context()).Name)))
	})
}

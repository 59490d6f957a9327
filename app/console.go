package app

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"acme.example/webshop/fault"
	"acme.example/webshop/ops"
	"acme.example/webshop/ops/console"
)

// openConsole makes the operator's console.
func (s *system) openConsole() *console.Console {
	return &console.Console{
		Store: s.engine, Alerts: s.alerts.List, Partners: s.vitals, Audited: s.audited, Deadlines: s.deadlines,
		Markets: func() []string { return s.book.Latest().Markets() }, Mail: s.hasMail, Stopping: s.quitting, Now: s.now, Log: s.log,
	}
}

// hasMail reports whether the built-in receiver has a mail.
func (s *system) hasMail(id string) bool {
	if s.mail.mailbox == nil {
		return false
	}
	_, err := s.mail.mailbox.Find(id)
	return err == nil
}

// operators are those who may act, by the sums of their tokens: a comparison of sums does not tell a token's length.
type operators map[string][sha256.Size]byte

// byToken is what the private token's holder is called.
const byToken = "token"

func (c Config) operators() operators {
	all := operators{}
	if c.PrivateToken != "" {
		all[byToken] = sha256.Sum256([]byte(c.PrivateToken))
	}
	for _, o := range c.Operator {
		name, token, _ := strings.Cut(string(o), "=")
		all[name] = sha256.Sum256([]byte(token))
	}
	return all
}

// operatorName is short enough to be read in a list, and cannot be mistaken for those who have no name.
var operatorName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,31}$`)

func (c Config) checkOperators() error {
	seen := map[string]bool{byToken: true, ops.Local: true}
	for _, o := range c.Operator {
		name, token, found := strings.Cut(string(o), "=")
		if !found || !operatorName.MatchString(name) || len(token) < shortestToken {
			return fmt.Errorf("--operator must be NAME=TOKEN: a name of letters and digits, and at least %d bytes that cannot be guessed", shortestToken)
		}
		if seen[name] {
			return fmt.Errorf("--operator: the name %s is there twice, or stands for someone else", name)
		}
		seen[name] = true
	}
	return nil
}

// who returns the name that goes with the token of a request; "" when it has none that is known.
func (o operators) who(r *http.Request) (name string) {
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		return ""
	}
	sum := sha256.Sum256([]byte(given))
	for one, wanted := range o {
		if subtle.ConstantTimeCompare(sum[:], wanted[:]) == 1 {
			name = one
		}
	}
	return name
}

// guarded lets callers from this machine in, others with a token, and everyone to the console's pages, which hold no data
// and ask for the token themselves. Where there are tokens, a wrong one is refused wherever it comes from, and a browser
// may change something only with one, also on this machine: who sits at it is not known otherwise.
func guarded(tokens operators) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who, here := tokens.who(r), local(r)
			switch {
			case who != "":
			case len(tokens) > 0 && r.Header.Get("Authorization") != "":
				challenge(w, "this token is not known; nothing was done")
				return
			case here && len(tokens) > 0 && changes(r) && fromBrowser(r):
				challenge(w, "this takes an operator's token")
				return
			case here, len(tokens) > 0 && console.Bare(r):
				who = ops.Local
			default:
				challenge(w, "this listener takes a token from other machines")
				return
			}
			next.ServeHTTP(w, r.WithContext(ops.WithWho(r.Context(), who)))
		})
	}
}

func challenge(w http.ResponseWriter, why string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	fault.Write(w, fault.New(fault.Unauthorized, "%s", why))
}

func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}

// fromBrowser reports whether a page sent the request: programs have no origin.
func fromBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

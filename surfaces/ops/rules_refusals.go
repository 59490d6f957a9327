package ops

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// The kinds of requests that are refused because of their senders.
const (
	RefusedLogins     = "logins"
	RefusedSignatures = "signatures"
	RateLimited       = "rate-limited"
	RefusedCrossSite  = "cross-site"
	RefusedMutations  = "mutations"
)

// refusalMinutes is the window in which many refusals are an alert.
const refusalMinutes = 5

// manyRefused has the limit and the text for each kind. All are warnings: refused requests do no harm, and strangers
// must not be able to wake an operator.
var manyRefused = map[string]struct {
	least    int
	what, do string
}{
	RefusedLogins: {20, "requests with a token that is not known, or whose role may not do it, were refused at the private listener",
		"If a program or an operator still uses an old token, give them the new one. Else someone guesses: find out how they reach the private listener, and close it to them."},
	RefusedSignatures: {10, "callbacks were refused because they were not signed with their partner's secret",
		"Ask the partner whether it sends them: then its secret or its clock differs from the shop's (--stockist-secret, --screening-secret). Else someone forges them; they change nothing."},
	RateLimited: {1000, "requests were refused because their clients asked too often",
		"If few clients send them, block them in front of the shop. If it is many customers behind one proxy, name it (--trusted-proxy) or raise --rate-limit."},
	RefusedCrossSite: {20, "requests were refused because a page of another site sent them",
		"If it is a page of yours, allow its origin (--cors-origin, --public-url). Else a page abuses your visitors' browsers; it changes nothing."},
	RefusedMutations: {10, "GraphQL mutations were refused because their caller has not the role",
		"The log names the callers. Ask them; if it was not they, change their token (--operator)."},
}

// Refusals counts the requests of one kind that a process has refused lately. It is safe for concurrent use.
type Refusals struct {
	Kind string

	mu      sync.Mutex
	minutes [refusalMinutes]struct {
		minute int64 // since 1970
		n      int
	}
}

// Add counts one.
func (r *Refusals) Add(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	minute := at.Unix() / 60
	m := &r.minutes[minute%refusalMinutes]
	if m.minute != minute {
		m.minute, m.n = minute, 0
	}
	m.n++
}

func (r *Refusals) lately(now time.Time) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.minutes {
		if age := now.Unix()/60 - m.minute; age >= 0 && age < refusalMinutes {
			n += m.n
		}
	}
	return n
}

// ManyRefused reports a process that refuses unusually many requests of one kind.
func ManyRefused(kinds ...*Refusals) Rule {
	return Rule{Name: "refused", Check: func(_ context.Context, now time.Time) (found []Condition, err error) {
		for _, r := range kinds {
			many := manyRefused[r.Kind]
			if n := r.lately(now); n >= many.least {
				found = append(found, Condition{
					Key: r.Kind, Severity: Warning, Own: true, What: fmt.Sprintf("%d %s in the last %d minutes", n, many.what, refusalMinutes),
					Do: many.do + " The log has a line for them with log=security, and the client as a hash.",
				})
			}
		}
		return found, nil
	}}
}

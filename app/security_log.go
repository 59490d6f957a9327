package app

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	ratelimit "golang.org/x/time/rate"

	"acme.example/webshop/platform/limit"
	"acme.example/webshop/platform/login"
	"acme.example/webshop/surfaces/edge"
	"acme.example/webshop/surfaces/ops"
)

// maxSecurityLines bounds how many refusals of each kind are logged per minute; all are counted. Each kind has its own
// bound, so that a flood of one hides no other.
const maxSecurityLines = 60

// securityLog counts and logs, by kind, the requests that a listener refuses because of their sender.
type securityLog struct{ logins, signatures, limited, crossSite, mutations *refusals }

// refusals is one kind of refusals. A client is logged as a keyed hash of its address, so that its requests can be
// followed without revealing who it is.
type refusals struct {
	*ops.Refusals
	label   string   // the name of the label
	values  []string // of the label; any other is "other"
	mild    string   // the value that causes no alert
	counted *prometheus.CounterVec
	lines   *ratelimit.Limiter
	proxies limit.Proxies
	key     []byte
	now     func() time.Time
	log     *slog.Logger
}

// openSecurityLog makes the security log, with a counter for each kind.
func (s *system) openSecurityLog() {
	key := []byte(cmp.Or(string(s.cfg.PrivateToken), string(s.cfg.keptToken), rand.Text()))
	kind := func(name, metric, help, label string, values ...string) *refusals {
		k := &refusals{
			Refusals: &ops.Refusals{Kind: name}, label: label, values: values, key: key, proxies: s.cfg.TrustedProxy, now: s.now, log: s.log,
			counted: prometheus.NewCounterVec(prometheus.CounterOpts{Name: metric, Help: help}, []string{label}),
			lines:   ratelimit.NewLimiter(ratelimit.Every(time.Minute/maxSecurityLines), maxSecurityLines),
		}
		for _, v := range values {
			k.counted.WithLabelValues(v) // so that they exist before the first refusal
		}
		s.metrics.MustRegister(k.counted)
		return k
	}
	s.security = &securityLog{
		logins: kind(ops.RefusedLogins, "webshop_logins_refused_total", "Requests that the private listener, or the stage, refused because of who sent them, by reason.",
			"reason", string(login.NoToken), string(login.WrongToken), string(login.Slowed), string(login.WrongRole)),
		signatures: kind(ops.RefusedSignatures, "webshop_signatures_refused_total", "Callbacks that were refused because their partner has not signed them, by partner.",
			"partner", slices.Sorted(maps.Keys(s.partners.callbacks))...),
		limited: kind(ops.RateLimited, "webshop_rate_limited_total", "Requests that were refused because their client asked too often, by class.",
			"class", limit.Pages.String(), limit.Reads.String(), limit.Writes.String(), limit.Streams.String()),
		crossSite: kind(ops.RefusedCrossSite, "webshop_cross_site_refused_total", "Requests that were refused because a page of another site sent them, by listener.",
			"listener", publicListener, privateListener),
		mutations: kind(ops.RefusedMutations, "webshop_mutations_refused_total", "GraphQL mutations that were refused because their caller has not the role, by mutation.",
			"mutation", append(slices.Sorted(maps.Keys(mutations)), others)...),
	}
	s.security.logins.mild = string(login.NoToken) // a page whose session has ended keeps asking
}

// The listeners as labels, and the label of unlisted values.
const (
	publicListener, privateListener = "public", "private"
	others                          = "other"
)

// refused counts a refused request, and logs it unless there are too many.
func (k *refusals) refused(r *http.Request, why string) {
	if !slices.Contains(k.values, why) {
		why = others
	}
	k.counted.WithLabelValues(why).Inc()
	if why != k.mild {
		k.Add(k.now())
	}
	if !k.lines.AllowN(k.now(), 1) {
		return
	}
	client, _ := k.proxies.Client(r)
	mac := hmac.New(sha256.New, k.key)
	mac.Write([]byte("client " + client.String()))
	about := []any{"log", "security", "kind", k.Kind, k.label, why, "method", r.Method, "client", hex.EncodeToString(mac.Sum(nil)[:8])}
	if caller := login.Of(r.Context()).Name; caller != "" {
		about = append(about, "caller", caller)
	}
	k.log.WarnContext(r.Context(), "refused", about...)
}

// callbacks counts callbacks that are refused because of their signature.
func (k *refusals) callbacks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		partner, is := strings.CutPrefix(r.URL.Path, "/callbacks/")
		if !is {
			next.ServeHTTP(w, r)
			return
		}
		answer := &edge.StatusWriter{ResponseWriter: w, Code: http.StatusOK}
		next.ServeHTTP(answer, r)
		unsigned := answer.Code == http.StatusBadRequest && r.Header.Get("webhook-signature") == ""
		if unsigned || answer.Code == http.StatusUnauthorized {
			k.refused(r, partner)
		}
	})
}

type requestKey struct{}

// withRequest returns a context with the request, for code that refuses it and has only the context.
func withRequest(r *http.Request) context.Context {
	return context.WithValue(r.Context(), requestKey{}, r)
}

// refusedIn is refused for the request of withRequest.
func (k *refusals) refusedIn(ctx context.Context, why string) {
	if r, kept := ctx.Value(requestKey{}).(*http.Request); kept {
		k.refused(r, why)
	}
}

// manyRefused is the alert about unusually many refusals of a kind.
func (s *system) manyRefused() ops.Rule {
	l := s.security
	return ops.ManyRefused(l.logins.Refusals, l.signatures.Refusals, l.limited.Refusals, l.crossSite.Refusals, l.mutations.Refusals)
}

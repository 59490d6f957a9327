package app

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	ratelimit "golang.org/x/time/rate"

	"acme.example/webshop/login"
)

// maxSecurityLines bounds how many refused logins are logged, each minute; all are counted.
const maxSecurityLines = 60

// refusals counts and logs who was refused at the private listener. Clients are told by a keyed hash of their address, so that
// what one did can be followed, and the log names nobody.
func (s *system) refusals() func(*http.Request, login.Reason) {
	counted := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "webshop_logins_refused_total", Help: "Requests that the private listener refused because of who sent them, by reason.",
	}, []string{"reason"})
	for _, reason := range []login.Reason{login.NoToken, login.WrongToken, login.Slowed, login.WrongRole} {
		counted.WithLabelValues(string(reason)) // so that they are there before the first
	}
	s.metrics.MustRegister(counted)
	key := []byte(cmp.Or(string(s.cfg.PrivateToken), string(s.cfg.keptToken), rand.Text()))
	lines := ratelimit.NewLimiter(ratelimit.Every(time.Minute/maxSecurityLines), maxSecurityLines)
	return func(r *http.Request, why login.Reason) {
		counted.WithLabelValues(string(why)).Inc()
		if !lines.AllowN(s.now(), 1) {
			return
		}
		client, _ := s.cfg.TrustedProxy.Client(r)
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("client " + client.String()))
		s.log.WarnContext(r.Context(), "refused at the private listener", "log", "security", "reason", string(why), "method", r.Method, "client", hex.EncodeToString(mac.Sum(nil)[:8]))
	}
}

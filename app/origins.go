package app

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"

	"acme.example/webshop/fault"
	"acme.example/webshop/login"
)

// origins lets the pages of the configured origins call the public listener, and no page of another site change anything
// through its visitor's browser. A caller that sends no origin and is no browser is let in.
func (s *system) origins() []func(http.Handler) http.Handler {
	cfg, protection := s.cfg, http.NewCrossOriginProtection()
	if u, err := url.Parse(cfg.PublicURL); err == nil && u.Host != "" { // as customers see it; a proxy may have changed Host
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			protection = http.NewCrossOriginProtection() // it trusts less, then
		}
	}
	if len(cfg.CORSOrigin) == 0 {
		return []func(http.Handler) http.Handler{s.refusing(publicListener, protection.Check)}
	}
	allowed := cors.New(cors.Options{
		AllowedOrigins: cfg.CORSOrigin, AllowedMethods: []string{"GET", "POST"},
		AllowedHeaders: []string{"Content-Type", "Idempotency-Key", "Traceparent"},
		ExposedHeaders: []string{"Retry-After"}, MaxAge: 600, OptionsSuccessStatus: http.StatusNoContent,
	})
	return []func(http.Handler) http.Handler{allowed.Handler, s.refusing(publicListener, func(r *http.Request) error {
		if allowed.OriginAllowed(r) {
			return nil
		}
		return protection.Check(r)
	})}
}

// sameSite refuses, on the private listener, what a page of another site asks through the operator's browser: whatever the
// method, since an answer tells something by how long it takes too. Only a link may lead from there to a page for people.
func (s *system) sameSite(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return s.refusing(privateListener, func(r *http.Request) error {
		if followed(r) {
			return nil
		}
		asWrite := *r
		asWrite.Method = http.MethodPost // what only reads is checked like what writes
		return protection.Check(&asWrite)
	})(next)
}

// followed reports whether someone follows a link to a page, such as one in a notice of an alert.
func followed(r *http.Request) bool {
	if r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" {
		return false
	}
	path, below, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch path {
	case "", "mail", strings.TrimPrefix(login.Path, "/"):
		return true
	case "console":
		return below != "live" && !strings.HasPrefix(below, "api/")
	}
	return false
}

func (s *system) refusing(listener string, check func(*http.Request) error) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := check(r); err != nil {
				s.security.crossSite.refused(r, listener)
				fault.Write(w, fault.Wrap(err, fault.Forbidden, "a page of another site may not call this"))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

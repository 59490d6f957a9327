package app

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/login"
)

// origins lets the pages of some origins call the public listener, and refuses changes that a page of another site makes
// through its visitor's browser. A caller without an origin that is no browser is accepted.
func (s *system) origins() []func(http.Handler) http.Handler {
	cfg, protection := s.cfg, http.NewCrossOriginProtection()
	if u, err := url.Parse(cfg.PublicURL); err == nil && u.Host != "" { // the origin that customers see; a proxy may have changed Host
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			protection = http.NewCrossOriginProtection() // without any trusted origin
		}
	}
	allowed := cfg.cors()
	if allowed == nil {
		return []func(http.Handler) http.Handler{s.refusing(publicListener, protection.Check)}
	}
	return []func(http.Handler) http.Handler{allowed.Handler, s.refusing(publicListener, func(r *http.Request) error {
		if allowed.OriginAllowed(r) {
			return nil
		}
		return protection.Check(r)
	})}
}

// anyOrigin allows all origins.
const anyOrigin = "*"

// corsOrigins returns the origins whose pages may call the public listener: by default any in local mode, as in the seed.
func (c Config) corsOrigins() []string {
	if len(c.CORSOrigin) == 0 && c.mode() == localMode {
		return []string{anyOrigin}
	}
	return c.CORSOrigin
}

// cors tells browsers which pages may call, never with credentials; nil if none may. A preflight is passed on to the
// handler of OPTIONS.
func (c Config) cors() *cors.Cors {
	origins := c.corsOrigins()
	if len(origins) == 0 {
		return nil
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins, AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Content-Type", "Idempotency-Key", "Prefer", "Traceparent"},
		ExposedHeaders: []string{"Preference-Applied", "Retry-After"}, MaxAge: 600, OptionsPassthrough: true,
	})
}

// checkOrigins refuses values that are not origins: they would match none, and the orders of those pages would be
// refused.
func (c Config) checkOrigins() error {
	for _, origin := range c.CORSOrigin {
		if origin == anyOrigin {
			continue
		}
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || origin != u.Scheme+"://"+u.Host {
			return fmt.Errorf("--cors-origin %s must be like https://shop.example.com, without a path or a slash at its end, or *", origin)
		}
	}
	return nil
}

// sameSite refuses requests to the private listener that a page of another site makes through the operator's browser,
// whatever the method, since even the duration of an answer reveals something. Only links to pages for people are
// allowed.
func (s *system) sameSite(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return s.refusing(privateListener, func(r *http.Request) error {
		if followed(r) {
			return nil
		}
		asWrite := *r
		asWrite.Method = http.MethodPost // reads are checked like writes
		return protection.Check(&asWrite)
	})(next)
}

// followed reports whether the request follows a link to a page, as in a notice of an alert.
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

package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/edge"
)

const (
	// startPatience bounds how long a process waits at its start for another that it stands on.
	startPatience = 5 * time.Minute
	// askAgain is between two questions whether it is there, and sayAgain between two lines in the log.
	askAgain = 500 * time.Millisecond
	sayAgain = 10 * time.Second
	// askFor bounds one question; a new stream in a cluster takes a while.
	askFor = 10 * time.Second
)

// await asks again and again until there is no error, for a bounded time.
func await(ctx context.Context, log *slog.Logger, what string, ask func(context.Context) error) error {
	var said time.Time
	for begun := time.Now(); ; {
		limited, cancel := context.WithTimeout(ctx, askFor)
		err := ask(limited)
		cancel()
		switch {
		case err == nil && !said.IsZero():
			log.Info("start: there now", "what", what, "after", time.Since(begun).Round(time.Millisecond))
			return nil
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Since(begun) > startPatience:
			return fmt.Errorf("start: waited %s for %s: %w", startPatience, what, err)
		case time.Since(said) > sayAgain:
			said = time.Now()
			log.Warn("start: waiting for others; trying again", "what", what, "error", err)
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
		}
	}
}

// gate stands in front of a listener: until it is opened, the process lives and is not ready.
type gate struct{ inside atomic.Pointer[http.Handler] }

func (g *gate) open(h http.Handler) { g.inside.Store(&h) }

// ServeHTTP answers as what is behind the gate does, when it is open.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := g.inside.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	if r.URL.Path == "/healthz" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	starting := fault.New(fault.Unavailable, "the shop is starting")
	starting.RetryAfter = time.Second
	fault.Write(w, starting)
}

// elsewhere answers the addresses of services that this process does not run: it names the process that does.
func (s *system) elsewhere(mux *http.ServeMux, title string) {
	for _, row := range s.table() {
		add := row.private
		if title == publicTitle {
			add = row.public
		}
		if add == nil || s.cfg.runs(row.name) || title == privateTitle && s.atConsole(row.name) {
			continue
		}
		api := edge.NewAPI(http.NewServeMux(), title, Version)
		add(api)
		for path := range api.OpenAPI().Paths {
			mux.Handle(path, notHere(row.name))
		}
	}
}

// notHere answers what another service serves.
func notHere(service string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "this is served by processes that run the service %s; this one does not", service))
	})
}

// served answers with a handler when this process runs a service, and otherwise says which one does.
func (s *system) served(service string, h http.Handler) http.Handler {
	if !s.cfg.runs(service) {
		return notHere(service)
	}
	return h
}

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
	// startPatience bounds how long a process waits at its start for another one that it needs.
	startPatience = 5 * time.Minute
	// askAgain is the wait between two checks, and sayAgain between two log lines.
	askAgain = 500 * time.Millisecond
	sayAgain = 10 * time.Second
	// askFor bounds one check; a new stream in a cluster takes a while.
	askFor = 10 * time.Second
)

// await repeats a check until it succeeds, for a bounded time.
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

// gate is in front of a listener: until it is open, the process is alive but not ready.
type gate struct{ inside atomic.Pointer[http.Handler] }

func (g *gate) open(h http.Handler) { g.inside.Store(&h) }

// ServeHTTP passes requests on once the gate is open.
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

// elsewhere answers the addresses of services that this process does not run, with the services that do.
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

// notHere answers 404 for what another service serves.
func notHere(service string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fault.Write(w, fault.New(fault.NotFound, "this is served by processes that run the service %s; this one does not", service))
	})
}

// served returns a handler if this process runs a service, and otherwise one that says which service has it.
func (s *system) served(service string, h http.Handler) http.Handler {
	if !s.cfg.runs(service) {
		return notHere(service)
	}
	return h
}

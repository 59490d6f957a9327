package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	// readyTimeout bounds how long AskReady waits for an answer.
	readyTimeout = 3 * time.Second
	// readyWithin bounds the check itself: load balancers and Kubernetes often wait no longer than a second.
	readyWithin = 800 * time.Millisecond
	// readyAgain is when to ask again, if the reason does not say.
	readyAgain = time.Second
)

// ready returns why this process cannot answer requests now, or nil. Any service needs the database and the active rules.
// The bus does not matter: without it, orders are taken and their events wait in the journal, so a load balancer must not
// remove the process.
func (s *system) ready(ctx context.Context) error {
	return within(ctx, readyWithin, func(ctx context.Context) error {
		return errors.Join(s.store.Ping(ctx), s.rules.Ready())
	})
}

// within runs a query of the database, and stops waiting for it after a time: a connection may take longer to notice that
// the context has ended.
func within(ctx context.Context, longest time.Duration, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- ask(ctx) }()
	select {
	case err := <-answer:
		return reasoned(err)
	case <-ctx.Done():
		return reasoned(ctx.Err())
	}
}

// reasoned adds a public message to an error that has none. The cause is for the log.
func reasoned(err error) error {
	_, told := errors.AsType[*fault.Error](err)
	switch {
	case err == nil || told:
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Unavailable, "the database does not answer")
	default:
		return fault.Wrap(err, fault.Unavailable, "the database fails; the log says why")
	}
}

// health answers 204, or 503 with the reason. It logs each new reason once, since probes come every second or two.
func health(check func(context.Context) error, log *slog.Logger) http.Handler {
	var last said
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := check(r.Context())
		if r.Context().Err() != nil {
			return // no one waits for the answer
		}
		if err == nil {
			if last.changes("") {
				log.InfoContext(r.Context(), "ready again")
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		problem := notReady(err)
		if last.changes(problem.Message) {
			log.WarnContext(r.Context(), "not ready", "error", err)
		}
		fault.Write(w, problem)
	})
}

// said is the last text logged.
type said struct {
	mu   sync.Mutex
	text string
}

// changes stores a text, and reports whether it differs from the last one.
func (s *said) changes(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.text != text
	s.text = text
	return changed
}

// notReady returns the reason as far as it is public.
func notReady(cause error) *fault.Error {
	e := fault.New(fault.Unavailable, "the shop is not ready")
	if why, known := errors.AsType[*fault.Error](cause); known {
		e = fault.New(fault.Unavailable, "the shop is not ready: %s", why.Message)
		e.RetryAfter = why.RetryAfter
	}
	if e.RetryAfter == 0 {
		e.RetryAfter = readyAgain
	}
	return e
}

// AskReady asks a running shop's public listener whether it is ready. The error says why not.
func AskReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("ready: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	if err != nil || answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("not ready: %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return nil
}

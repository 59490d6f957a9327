package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/Khan/genqlient/graphql"

	"acme.example/webshop/fault"
	"acme.example/webshop/telemetry"
)

const (
	// moreTries is how often a call is tried beyond once at each address.
	moreTries = 2
	// firstPause is the longest pause before a try at an address that was asked before; it doubles. Each pause is a
	// random part of it, so that what failed together does not come back together.
	firstPause = 50 * time.Millisecond
	// soon is when who asks may try again.
	soon = time.Second
	// toldEvery bounds how often a change of address is logged.
	toldEvery = time.Second
)

// ErrUnreached is in the error of a call that no database process answered. Without it, one answered that it cannot use its
// database.
var ErrUnreached = errors.New("no process of the database service answered")

var errClosed = errors.New("client: closed")

// lost is a try that brought no answer from the service.
type lost struct {
	undone bool // it certainly did nothing: the request did not reach it, or was turned away before
	cause  error
}

// MakeRequest sends an operation, and again where that is safe. It is what the generated code calls.
func (s *Store) MakeRequest(ctx context.Context, req *graphql.Request, resp *graphql.Response) (err error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	ctx, span := telemetry.Step(ctx, telemetry.Client, "graphql "+req.OpName)
	defer func() { span.End(err) }()
	body, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("client: %s: %w", req.OpName, err)
	}
	reads := strings.HasPrefix(strings.TrimSpace(req.Query), "query")
	for tried := 1; ; tried++ {
		none, err := s.attempt(ctx, body, reads, resp.Data)
		passing := none != nil || fault.CodeOf(err) == fault.Unavailable
		safe := reads || none != nil && none.undone
		if !passing || !safe || !s.again(ctx, tried) {
			return final(req, none, err)
		}
	}
}

// attempt asks the address that answered last, and leaves it when it is of no use. A caller that goes away says nothing
// about the address.
func (s *Store) attempt(ctx context.Context, body []byte, reads bool, data any) (*lost, error) {
	if s.life.Err() != nil {
		return &lost{cause: errClosed}, nil
	}
	at := s.good.Load()
	none, err := s.send(ctx, at, body, reads, data)
	switch {
	case none != nil && !errors.Is(none.cause, context.Canceled):
		s.leave(at, none.cause)
	case none == nil && fault.CodeOf(err) == fault.Unavailable:
		s.leave(at, err)
	}
	return none, err
}

// final is the outcome of a call that is not tried any more. Without an answer, a write may have happened all the same.
func final(req *graphql.Request, none *lost, answered error) error {
	if none == nil {
		return answered
	}
	e := fault.Wrap(fmt.Errorf("client: %s: %w: %w", req.OpName, ErrUnreached, none.cause), fault.Unavailable, "the database cannot be reached at the moment")
	e.RetryAfter = soon
	return e
}

// again waits for the next try, and reports whether there is one.
func (s *Store) again(ctx context.Context, tried int) bool {
	more := tried - len(s.cfg.URLs)
	switch {
	case more >= moreTries || s.life.Err() != nil:
		return false
	case more < 0:
		return ctx.Err() == nil // at one that was not asked yet
	}
	pause := time.NewTimer(rand.N(firstPause << more))
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// leave goes on to the next address, unless someone else did already.
func (s *Store) leave(at uint32, why error) {
	n := uint32(len(s.cfg.URLs))
	next := (at + 1) % n
	if n == 1 || !s.good.CompareAndSwap(at, next) {
		return
	}
	now, before := s.cfg.Now().UnixMilli(), s.told.Load()
	if now-before >= toldEvery.Milliseconds() && s.told.CompareAndSwap(before, now) {
		s.cfg.Log.Warn("database service: asking the next address", "address", next+1, "of", n, "error", why)
	}
}

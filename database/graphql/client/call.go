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

var errClosed = errors.New("client: closed")

// lost is a try that brought no answer from the service.
type lost struct {
	undone bool // it certainly did nothing: the request did not reach it, or was turned away before
	cause  error
}

// MakeRequest sends an operation, and again where that is safe. It is what the generated code calls.
func (s *Store) MakeRequest(ctx context.Context, req *graphql.Request, resp *graphql.Response) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	body, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("client: %s: %w", req.OpName, err)
	}
	reads := strings.HasPrefix(strings.TrimSpace(req.Query), "query")
	for try := 0; ; try++ {
		if s.life.Err() != nil {
			return away(req, errClosed)
		}
		at := s.good.Load()
		none, err := s.try(ctx, at, body, reads, resp.Data)
		if none == nil && fault.CodeOf(err) != fault.Unavailable {
			return err
		}
		s.leave(at, err)
		if !reads && (none == nil || !none.undone) || !s.again(ctx, try) {
			return final(req, none, err)
		}
	}
}

// final is the error of a call that is not tried any more.
func final(req *graphql.Request, none *lost, answered error) error {
	if none == nil {
		return answered
	}
	return away(req, none.cause)
}

// away says that the service did not answer. A write may have happened all the same.
func away(req *graphql.Request, cause error) error {
	e := fault.Wrap(fmt.Errorf("client: %s: %w", req.OpName, cause), fault.Unavailable, "the database cannot be reached at the moment")
	e.RetryAfter = soon
	return e
}

// again waits for the next try, and reports whether there is one.
func (s *Store) again(ctx context.Context, try int) bool {
	addresses := len(s.cfg.URLs)
	if try+1 >= addresses+moreTries {
		return false
	}
	if try+1 < addresses {
		return ctx.Err() == nil // at one that was not asked yet
	}
	pause := time.NewTimer(rand.N(firstPause << (try + 1 - addresses)))
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

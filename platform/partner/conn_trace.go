package partner

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// ErrNotDone is in the error of a call that certainly had no effect: it was not sent, or not authorized.
var ErrNotDone = errors.New("certainly not done")

// connTrace counts the connections of a request. The transport may send it again if a reused connection breaks.
type connTrace struct{ sought, had atomic.Int32 } // connections

// follow returns the request with this trace.
func (t *connTrace) follow(req *http.Request) *http.Request {
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { t.sought.Add(1) },
		GotConn: func(httptrace.GotConnInfo) { t.had.Add(1) },
	}))
}

// once reports whether the request was sent at most once, so that its answer covers all that happened.
func (t *connTrace) once() bool { return t.had.Load() <= 1 }

// judge adds ErrNotDone to an error without an answer if the request never had a connection. If the transport does not
// report connections, nothing is added.
func (t *connTrace) judge(err error) error {
	if t.sought.Load() > 0 && t.had.Load() == 0 {
		return fmt.Errorf("%w: %w", ErrNotDone, err)
	}
	return err
}

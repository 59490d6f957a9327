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

// way is how far a request came. The transport may send one again when a connection that it had used before breaks.
type way struct{ sought, had atomic.Int32 } // connections

// follow returns the request, watched on its way.
func (w *way) follow(req *http.Request) *http.Request {
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { w.sought.Add(1) },
		GotConn: func(httptrace.GotConnInfo) { w.had.Add(1) },
	}))
}

// once reports whether the request was sent at most once, so that an answer to it tells all that became of it.
func (w *way) once() bool { return w.had.Load() <= 1 }

// judge adds to an error without an answer that nothing was done, when the request never had a connection. A transport
// that does not tell of its connections leaves it open.
func (w *way) judge(err error) error {
	if w.sought.Load() > 0 && w.had.Load() == 0 {
		return fmt.Errorf("%w: %w", ErrNotDone, err)
	}
	return err
}

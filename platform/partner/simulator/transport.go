package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Transport returns a round tripper that passes each request to the handler, without a socket. Like a network, it carries
// no context values, ends a call with the caller's context even if the handler hangs, cancels the handler's context when
// the caller has gone, and turns a handler's panic into an error. Answers are buffered completely.
func Transport(handler http.Handler) http.RoundTripper { return transport{handler} }

type transport struct{ handler http.Handler }

// RoundTrip serves one request.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	served := make(chan *answer, 1) // buffered, for an answer that no one waits for any more
	ctx, cancel := context.WithCancel(context.Background())
	incoming := arriving(ctx, req)
	stop := context.AfterFunc(req.Context(), cancel)
	go func() {
		defer cancel()
		defer stop()
		served <- t.serve(incoming)
	}()
	select {
	case a := <-served:
		return a.response(req)
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

// serve runs the handler. It closes the request's body, as a round tripper must, after the handler has ended.
func (t transport) serve(incoming *http.Request) (a *answer) {
	defer incoming.Body.Close()
	a = &answer{header: http.Header{}}
	defer func() {
		if panicked := recover(); panicked != nil {
			a.err = fmt.Errorf("the handler broke off: %v", panicked)
		}
	}()
	t.handler.ServeHTTP(a, incoming)
	return a
}

// arriving returns a client's request as a server receives it.
func arriving(ctx context.Context, req *http.Request) *http.Request {
	incoming := req.Clone(ctx)
	incoming.RequestURI = req.URL.RequestURI()
	incoming.RemoteAddr = "127.0.0.1:0"
	if incoming.Host == "" {
		incoming.Host = req.URL.Host
	}
	incoming.URL.Scheme, incoming.URL.Host = "", ""
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	return incoming
}

// answer is a response writer. The handler owns it until it has ended.
type answer struct {
	header http.Header
	status int
	sent   http.Header // the header when the status was written
	body   bytes.Buffer
	err    error
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) response(req *http.Request) (*http.Response, error) {
	if a.err != nil {
		return nil, errors.Join(io.ErrUnexpectedEOF, a.err)
	}
	a.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.sent, Request: req,
		ContentLength: int64(a.body.Len()), Body: io.NopCloser(&a.body),
	}, nil
}

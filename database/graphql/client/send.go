package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"acme.example/webshop/fault"
)

const (
	// maxConnections bounds the connections to each address. Who finds none waits, within its time.
	maxConnections = 128
	// idleFor is shorter than the service keeps an idle connection, so that a write does not meet its end.
	idleFor = 30 * time.Second
	// maxAnswer bounds an answer: the longest list, of 20,000 orders, has about half of that.
	maxAnswer = 32 << 20
	// maxProblem bounds what is read of an answer that is not GraphQL.
	maxProblem = 16 << 10
)

// httpClient speaks to the service and to no one else: no proxy, and no redirect, which would take the token along.
func httpClient(timeout time.Duration) *http.Client {
	dialer := &net.Dialer{
		Timeout:         timeout / 4, // leaves time for the next address
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3},
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout / 4, DisableCompression: true,
			MaxConnsPerHost: maxConnections, MaxIdleConnsPerHost: maxConnections, IdleConnTimeout: idleFor,
			MaxResponseHeaderBytes: maxProblem,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send sends a request to an address once, and reads the answer into data. A read has half of its time for one try, so
// that an address that hangs leaves some for the next. Without an answer, the first result says why.
func (s *Store) send(ctx context.Context, at uint32, body []byte, reads bool, data any) (*lost, error) {
	if reads {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.cfg.Timeout/2)
		defer cancel()
	}
	var reached atomic.Bool // a request that is sent again by the transport was not written before
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { reached.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { reached.Store(true) },
	})
	req, err := s.request(ctx, s.cfg.URLs[at], body)
	if err != nil {
		return &lost{undone: true, cause: err}, nil
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return s.noAnswer(!reached.Load(), err), nil
	}
	defer resp.Body.Close()
	return s.read(resp, data)
}

// read reads what came.
func (s *Store) read(resp *http.Response, data any) (*lost, error) {
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != "application/json" {
		return turnedAway(resp), nil
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return s.noAnswer(false, err), nil
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("client: the answer of the database service has more than %d bytes", maxAnswer)
	}
	return nil, open(text, data)
}

// request is a call as HTTP. It has no Idempotency-Key: with one, the transport would send it again on its own.
func (s *Store) request(ctx context.Context, address string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint(address), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if s.cfg.Token != "" {
		req.Header.Set("Authorization", "Bearer "+s.cfg.Token)
	}
	propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(req.Header))
	return req, nil
}

// noAnswer is a try that ended on the way. Where time ran out, the idle connections are most likely dead too: the machine
// at their other end may have gone without a word.
func (s *Store) noAnswer(undone bool, err error) *lost {
	if errors.Is(err, context.DeadlineExceeded) {
		s.http.CloseIdleConnections()
	}
	return &lost{undone, err}
}

// turnedAway is an answer that is not GraphQL: it comes from what is in front of the service.
func turnedAway(resp *http.Response) *lost {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxProblem)) // as far as it came: it is for the log
	var p fault.Problem
	_ = json.Unmarshal(text, &p) // may be no problem but a proxy's page
	code := fault.Code(strings.TrimPrefix(p.Type, "/problems/"))
	err := fmt.Errorf("the database service answered %d %s %s", resp.StatusCode, p.Title, p.Detail)
	undone := false
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusTooManyRequests:
		undone = true
	case http.StatusServiceUnavailable:
		undone = code == fault.Unavailable // a proxy's 503 has no such code, and may come after the deed
	}
	return &lost{undone, err}
}

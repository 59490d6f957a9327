package clustertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// gateway is in front of the processes: it sends each request by its path to the copies of the service in turn. If it
// cannot connect, or a repeatable request is broken off, it tries the next copy; any other broken request is answered
// 503.
type gateway struct {
	listener net.Listener
	server   *http.Server
	choose   func(path string) []*backend // returns the copies for a path
	conns    http.RoundTripper
	turn     atomic.Uint32
	passedOn atomic.Int64 // requests sent to another copy
	broken   atomic.Int64 // requests answered 503 because a copy broke off
}

// answerTimeout is how long a copy may take to answer, longer than the shop's own limit.
const answerTimeout = 15 * time.Second

// backend is a copy behind a gateway.
type backend struct {
	address string
	sick    atomic.Bool // it was not ready lately: it is used only if there is no other
}

func newGateway(address string, choose func(path string) []*backend) (*gateway, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	g := &gateway{listener: l, choose: choose, conns: &http.Transport{
		DialContext: (&net.Dialer{Timeout: time.Second}).DialContext, ResponseHeaderTimeout: answerTimeout,
		MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
	}}
	g.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "copy"}) }, Transport: g,
		ErrorHandler: g.unavailable, ErrorLog: log.New(io.Discard, "", 0), // it reports clients that went away
	}}
	go func() { _ = g.server.Serve(l) }() // ends with close
	return g, nil
}

func (g *gateway) close() { _ = g.server.Close() }

// RoundTrip tries the copies, one after the other.
func (g *gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readAll(r.Body)
	if err != nil {
		return nil, err
	}
	for _, b := range g.inTurn(g.choose(r.URL.Path)) {
		one := r.Clone(r.Context())
		one.URL.Host, one.Body = b.address, io.NopCloser(bytes.NewReader(body))
		res, failed := g.ask(one)
		if failed == nil {
			return res, nil
		}
		err = failed
		if r.Context().Err() != nil || !refused(failed) && !repeatable(r) {
			break
		}
		g.passedOn.Add(1)
	}
	return nil, err
}

// inTurn returns the copies in the order to try: each is first in its turn, and those that are not ready are last.
func (g *gateway) inTurn(copies []*backend) (order []*backend) {
	first := int(g.turn.Add(1))
	for _, sick := range []bool{false, true} {
		for i := range copies {
			if b := copies[(first+i)%len(copies)]; b.sick.Load() == sick {
				order = append(order, b)
			}
		}
	}
	return order
}

// ask sends the request to one copy, and reads the complete answer; a broken one is an error.
func (g *gateway) ask(r *http.Request) (*http.Response, error) {
	res, err := g.conns.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	whole, err := readAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(whole))
	return res, err
}

func readAll(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, 8<<20))
}

// refused reports whether nothing was sent at all.
func refused(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// repeatable reports whether a request may be sent twice.
func repeatable(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Header.Get("Idempotency-Key") != ""
}

func (g *gateway) unavailable(w http.ResponseWriter, _ *http.Request, err error) {
	g.broken.Add(1)
	w.Header().Set("Retry-After", "1")
	http.Error(w, fmt.Sprint("no copy answers: ", err), http.StatusServiceUnavailable)
}

// publicService returns the service of a path of the public listeners (docs/scale-out.md).
func publicService(path string) string {
	switch {
	case path == "/deliveryTimes", path == "/bookDelivery":
		return "delivery"
	case strings.HasPrefix(path, "/callbacks/"):
		return "stock"
	}
	return "order"
}

// watched waits until a condition holds, and checks it every 50 ms.
func watched(ctx context.Context, holds func() error) (err error) {
	for {
		if err = holds(); err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// together runs functions concurrently.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var group sync.WaitGroup
	for i, do := range all {
		group.Go(func() { errs[i] = do() })
	}
	group.Wait()
	return errors.Join(errs...)
}

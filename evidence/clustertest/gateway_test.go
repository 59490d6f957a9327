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

// gateway is what stands in front of the processes: it sends a request by its path to a copy of the service, to each in
// turn. Where no connection can be made, and for requests that may be sent twice, it asks the next copy; else it says
// 503 when one breaks off.
type gateway struct {
	listener net.Listener
	server   *http.Server
	choose   func(path string) []*backend // the copies
	conns    http.RoundTripper
	turn     atomic.Uint32
	passedOn atomic.Int64 // requests that another copy was asked for
	broken   atomic.Int64 // requests that were answered 503 because a copy broke off
}

// answerTimeout is how long a copy may take to answer. It is more than the shop allows itself.
const answerTimeout = 15 * time.Second

// backend is a copy as a gateway knows it.
type backend struct {
	address string
	sick    atomic.Bool // it said lately that it is not ready: it is asked only when no other one is there
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
		ErrorHandler: g.unavailable, ErrorLog: log.New(io.Discard, "", 0), // it tells of clients that went away
	}}
	go func() { _ = g.server.Serve(l) }() // ends with close
	return g, nil
}

func (g *gateway) close() { _ = g.server.Close() }

// RoundTrip asks the copies, one after the other.
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

// inTurn is in which order the copies are asked: each one first in its turn, and those that are not ready last.
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

// ask asks one copy, and has its whole answer: one that breaks off is none.
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

// publicService is which service serves a path of the public listeners (docs/scale-out.md).
func publicService(path string) string {
	switch {
	case path == "/deliveryTimes", path == "/bookDelivery":
		return "delivery"
	case strings.HasPrefix(path, "/callbacks/"):
		return "stock"
	}
	return "order"
}

// watched waits for something, and looks each 50 ms.
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

// together does several things at once.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var group sync.WaitGroup
	for i, do := range all {
		group.Go(func() { errs[i] = do() })
	}
	group.Wait()
	return errors.Join(errs...)
}

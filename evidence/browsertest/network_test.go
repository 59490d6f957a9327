//go:build browser

package browsertest

import (
	"context"
	"sync/atomic"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Where a request is broken: before it reaches the shop, or after the shop has carried it out.
const (
	atRequest  = fetch.RequestStageRequest
	atResponse = fetch.RequestStageResponse
)

// intercept passes each request to a path, at a stage, to a function that decides about it.
func (p *tab) intercept(path string, stage fetch.RequestStage, decide func(fetch.RequestID)) {
	p.Helper()
	err := chromedp.Listen(p.ctx, func(event any) {
		if paused, ok := event.(*fetch.EventRequestPaused); ok {
			go decide(paused.RequestID) // a listener must not call the browser
		}
	})
	if err != nil {
		p.Fatal(err)
	}
	p.do(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, fetch.Enable, fetch.EnableParams{
			Patterns: []*fetch.RequestPattern{{URLPattern: "*" + path + "*", RequestStage: stage}},
		})
		return err
	})
}

// The decisions. They fail only for a request that its page has given up, which does no harm.

func (p *tab) reset(id fetch.RequestID) {
	_, _ = chromedp.Call(p.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonConnectionReset})
}

func (p *tab) letThrough(id fetch.RequestID) {
	_, _ = chromedp.Call(p.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: id})
}

// cut makes the next n requests to a path fail. It returns how many there were so far.
func (p *tab) cut(path string, stage fetch.RequestStage, n int64) *atomic.Int64 {
	p.Helper()
	asked := &atomic.Int64{}
	p.intercept(path, stage, func(id fetch.RequestID) {
		if asked.Add(1) <= n {
			p.reset(id)
			return
		}
		p.letThrough(id)
	})
	p.expect("ERR_CONNECTION_RESET", "Problem: TypeError: Failed to fetch")
	return asked
}

// cutOff makes all requests to a path fail until it is joined again.
func (p *tab) cutOff(path string) (join func()) {
	p.Helper()
	var joined atomic.Bool
	p.intercept(path, atRequest, func(id fetch.RequestID) {
		if joined.Load() {
			p.letThrough(id)
			return
		}
		p.reset(id)
	})
	p.expect("ERR_CONNECTION_RESET", "Problem: TypeError: Failed to fetch")
	return func() { joined.Store(true) }
}

// hold keeps the answers of a path back until they are released.
func (p *tab) hold(path string) (release func()) {
	p.Helper()
	released := make(chan struct{})
	p.intercept(path, atResponse, func(id fetch.RequestID) {
		select {
		case <-released:
			p.letThrough(id)
		case <-p.ctx.Done():
		}
	})
	return func() { close(released) }
}

// holdFirst keeps only the first answer of a path back until it is released. held is closed once it has it.
func (p *tab) holdFirst(path string) (held <-chan struct{}, release func()) {
	p.Helper()
	asked := &atomic.Int64{}
	holds, released := make(chan struct{}), make(chan struct{})
	p.intercept(path, atResponse, func(id fetch.RequestID) {
		if asked.Add(1) == 1 {
			close(holds)
			select {
			case <-released:
			case <-p.ctx.Done():
				return
			}
		}
		p.letThrough(id)
	})
	return holds, func() { close(released) }
}

// refuse answers all requests to a path as a blocking proxy does.
func (p *tab) refuse(path string) {
	p.Helper()
	p.intercept(path, atRequest, func(id fetch.RequestID) {
		_, _ = chromedp.Call(p.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: id, ResponseCode: 502})
	})
	p.expect("status of 502")
}

// answered replaces the shop's own answer.
type answered struct {
	status int
	after  string // Retry-After
	body   string
}

// disturb changes the first answers of a path, one after the other: the empty one is lost, each other one is replaced, as
// by a proxy or a rate limit between the page and the shop. It returns how many requests there were so far.
func (p *tab) disturb(path string, answers ...answered) *atomic.Int64 {
	p.Helper()
	asked := &atomic.Int64{}
	p.intercept(path, atResponse, func(id fetch.RequestID) {
		n := int(asked.Add(1))
		switch {
		case n > len(answers):
			p.letThrough(id)
		case answers[n-1] == answered{}:
			p.reset(id)
		default:
			p.answer(id, answers[n-1])
		}
	})
	return asked
}

func (p *tab) answer(id fetch.RequestID, a answered) {
	headers := []*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/problem+json"}}
	if a.after != "" {
		headers = append(headers, &fetch.HeaderEntry{Name: "Retry-After", Value: a.after})
	}
	_, _ = chromedp.Call(p.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: id, ResponseCode: int64(a.status), ResponseHeaders: headers, Body: []byte(a.body),
	})
}

// mend lets all requests through again.
func (p *tab) mend() {
	p.Helper()
	p.do(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, fetch.Disable, struct{}{})
		return err
	})
}

package partner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/telemetry"
)

// maxLibraryAnswer bounds an answer that a library reads, e.g. a page of a list.
const maxLibraryAnswer = 4 << 20 // bytes

// transport sends the requests of a library as the client sends its own.
type transport struct{ client *Client }

// Transport returns the client's way to its partner, for a library that speaks the partner's own protocol. A request is
// bounded in time and counted, and not sent while the partner is away. An answer is read whole before it is returned; when there
// is none, the error is fault.Unavailable, and also ErrNotDone if the request was not sent.
func (c *Client) Transport() http.RoundTripper { return transport{c} }

// RoundTrip sends a request.
func (t transport) RoundTrip(req *http.Request) (res *http.Response, err error) {
	c, begun := t.client, time.Now()
	var said error // what an answer counts as
	defer func() { c.observe.observe(c.name, begun, errors.Join(err, said)) }()
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel()
	ctx, span := telemetry.Step(ctx, telemetry.Client, req.Method+" "+c.name)
	defer func() { span.End(err) }()
	leave, err := c.guard.enter(ctx)
	if err != nil {
		return nil, c.Unclear(fmt.Errorf("%w: %w", ErrNotDone, err))
	}
	end := c.health.begin(ctx)
	defer func() { end(errors.Join(err, said)) }()
	var trace connTrace
	res, err = c.whole(trace.follow(req.WithContext(ctx)))
	if err != nil {
		leave(err)
		return nil, c.Unclear(trace.judge(err))
	}
	span.Int("http.response.status_code", int64(res.StatusCode))
	leave(failing(res.StatusCode))
	said = c.counted(res.StatusCode)
	return res, nil
}

// counted says what an answer with a status counts as, and counts one that is no answer.
func (c *Client) counted(status int) error {
	if away := failing(status); away != nil {
		return c.Unclear(withStatus{away, status})
	}
	if status < 200 || status > 299 {
		return fault.New(fault.Refused, "%s refused the request", c.name)
	}
	return nil
}

// whole sends a request and returns an answer whose body is already here.
func (c *Client) whole(req *http.Request) (*http.Response, error) {
	res, err := c.http.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the URL
		}
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxLibraryAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxLibraryAnswer {
		return nil, withStatus{fmt.Errorf("answered %d with more than %d bytes", res.StatusCode, maxLibraryAnswer), res.StatusCode}
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}
